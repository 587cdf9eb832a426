-- Deploy credrelay:ready to pg
-- requires: ready@v1
-- requires: notifier

begin;

set local role relay_owner;

create or replace function relay_api.ready(
	out schema_version integer,
	out purged_at timestamptz,
	out oldest_expired integer)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
-- What /readyz and the starts of a worker and a notifier ask.
--
--   schema_version   of relay_api
--   purged_at        when the purge last did a batch; null: never
--   oldest_expired   for how many seconds the oldest expired row has been
--                    waiting for the purge; null: there is none
begin
	schema_version := relay.schema_version();
	select s.purged_at into purged_at
	from relay.purge_state as s;
	select least(floor(extract(epoch
	    from statement_timestamp() - m.expires_at)), 2147483647)::integer
	into oldest_expired
	from relay.mailbox as m
	where m.expires_at <= statement_timestamp()
	order by m.expires_at
	limit 1;
end
$$;

grant execute on function relay_api.ready() to relay_notifier;

comment on function relay_api.ready() is
	'The schema''s version, and whether the purge keeps up.';

commit;
