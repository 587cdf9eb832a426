-- Deploy credrelay:count_push to pg
-- requires: push_count

begin;

set local role relay_owner;

create function relay.count_push(
	p_type text,
	p_outcome text,
	p_n bigint)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
-- Adds p_n to a count of this backend's own. The purge adds them up.
begin
	if p_n > 0 then
		insert into relay.push_count as c (type, outcome, backend, n,
		    last_at)
		values (p_type, p_outcome, pg_backend_pid(), p_n,
		    statement_timestamp())
		on conflict (type, outcome, backend) do update
		set n = c.n + excluded.n,
		    last_at = excluded.last_at;
	end if;
end
$$;

revoke all on function relay.count_push(text, text, bigint) from public;

comment on function relay.count_push(text, text, bigint) is
	'Counts pushes by type and outcome.';

commit;
