-- Deploy credrelay:outbox_lease to pg
-- requires: outbox
-- requires: count_push
-- requires: notifier

begin;

set local role relay_owner;

create function relay_api.outbox_lease(
	p_limit integer,
	p_lease_seconds integer)
returns table (
	row_key uuid,
	for_sender boolean,
	generation integer,
	owner uuid,
	token bytea,
	wrap bytea,
	attempts smallint,
	expires_at timestamptz,
	put_at timestamptz)
language plpgsql
volatile
security definer
rows 100
set search_path = pg_catalog, pg_temp
as $$
-- Up to p_limit notifications that are due, the longest due first, for one
-- notifier: for p_lease_seconds no other gets them. When that time is over
-- and outbox_done has not been called, they are due again. Waits for nobody:
-- what is locked is left to whoever locked it.
--
--   attempts   how often it was tried, with this time
--
-- What is due and has expired is deleted, and counted.
#variable_conflict use_column
declare
	v_now constant timestamptz := statement_timestamp();
	v_count bigint;
begin
	if p_limit is null or p_limit < 1 or p_lease_seconds is null
	    or p_lease_seconds < 1 then
		raise invalid_parameter_value
		    using message = 'outbox_lease: at least 1 row and 1 second';
	end if;
	with dead as materialized (
		select o.row_key, o.for_sender
		from relay.outbox as o
		where o.due_at <= v_now
		and o.expires_at <= v_now
		order by o.due_at
		limit p_limit
		for update skip locked)
	delete from relay.outbox as o
	using dead
	where o.row_key = dead.row_key
	and o.for_sender = dead.for_sender;
	get diagnostics v_count = row_count;
	perform relay.count_push('none', 'expired', v_count);
	return query
	with due as materialized (
		select o.row_key, o.for_sender, o.due_at
		from relay.outbox as o
		where o.due_at <= v_now
		and o.expires_at > v_now
		order by o.due_at
		limit p_limit
		for update skip locked),
	leased as (
		update relay.outbox as o
		set due_at = v_now + make_interval(secs => p_lease_seconds),
		    attempts = least(o.attempts + 1, 32767)::smallint
		from due
		where o.row_key = due.row_key
		and o.for_sender = due.for_sender
		returning o.row_key, o.for_sender, o.generation, o.owner,
		    o.token, o.wrap, o.attempts, o.expires_at, o.put_at,
		    due.due_at)
	select l.row_key, l.for_sender, l.generation, l.owner, l.token,
	    l.wrap, l.attempts, l.expires_at, l.put_at
	from leased as l
	order by l.due_at;
end
$$;

revoke all on function relay_api.outbox_lease(integer, integer) from public;
grant execute on function relay_api.outbox_lease(integer, integer)
	to relay_notifier;

comment on function relay_api.outbox_lease(integer, integer) is
	'Notifications that are due, for one notifier and for a while.';

commit;
