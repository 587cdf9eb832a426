-- Deploy credrelay:purge_batch to pg
-- requires: mailbox
-- requires: purge_state

begin;

set local role relay_owner;

create function relay_api.purge_batch(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- Deletes up to p_limit expired rows, the oldest first, and returns how many
-- it was. Rows that somebody has locked are left for the next time: it never
-- waits for a request, and two purges may run at once. Inside one CALL the
-- statement's time stands still, so the purge comes to its end.
declare
	v_count integer;
begin
	if p_limit is null or p_limit < 1 then
		raise invalid_parameter_value
		    using message = 'purge_batch: the limit is at least 1';
	end if;
	-- Materialized: a join that ran the inner select more than once would
	-- delete more than p_limit.
	with doomed as materialized (
		select m.row_key
		from relay.mailbox as m
		where m.expires_at <= statement_timestamp()
		order by m.expires_at
		limit p_limit
		for update skip locked)
	delete from relay.mailbox as m
	using doomed
	where m.row_key = doomed.row_key;
	get diagnostics v_count = row_count;
	update relay.purge_state as s
	set purged_at = clock_timestamp(),
	    purged = s.purged + v_count;
	return v_count;
end
$$;

revoke all on function relay_api.purge_batch(integer) from public;
grant execute on function relay_api.purge_batch(integer) to relay_purger;

comment on function relay_api.purge_batch(integer) is
	'Deletes some expired rows; returns how many.';

commit;
