-- Deploy credrelay:purge_batch to pg
-- requires: purge_batch@v1
-- requires: purge_step

begin;

set local role relay_owner;

create or replace function relay_api.purge_batch(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- What the purge called before purge_step, and calls still where it runs
-- while the schema is upgraded. Wakes nobody.
begin
	return (select s.purged from relay_api.purge_step(p_limit) as s);
end
$$;

comment on function relay_api.purge_batch(integer) is
	'Deletes some expired rows; returns how many mailboxes.';

commit;
