-- Deploy credrelay:purge_step to pg
-- requires: purge_batch@v1
-- requires: outbox
-- requires: count_push

begin;

set local role relay_owner;

create function relay_api.purge_step(
	p_limit integer,
	p_from timestamptz default '-infinity',
	out purged integer,
	out dropped integer,
	out bells text[],
	out reached timestamptz)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- Deletes up to p_limit expired mailboxes, the oldest first, with what waits
-- in the outbox for them, and up to p_limit other notifications that have
-- expired. One that was deleted, and whose notification of that still waits,
-- stays until this expires: its key is not free before, or the next mailbox
-- would have its notification. Rows that somebody has locked are left for the
-- next time: it never waits for a request or a notifier, and two purges may run
-- at once. Inside one CALL the statement's time stands still, so the purge
-- comes to its end.
--
--   p_from   no mailbox that expired before: what an earlier step has left. The
--            index still leads to all that was deleted there, and each step
--            would look at it again
--   purged   how many mailboxes
--   dropped  how many notifications
--   bells    what "ring" takes for those of the mailboxes that lived until
--            then, in pieces that a NOTIFY can carry; to be sent once this
--            is committed
--   reached  from where the next step has to look
declare
	v_now constant timestamptz := statement_timestamp();
	v_doomed uuid[];
	v_live uuid[];
	v_waiting record;
	v_count integer;
begin
	if p_limit is null or p_limit < 1 then
		raise invalid_parameter_value
		    using message = 'purge_step: the limit is at least 1';
	end if;
	if p_from is null then
		raise null_value_not_allowed
		    using message = 'purge_step: from when?';
	end if;
	select array_agg(d.row_key), coalesce(max(d.expires_at), p_from)
	into v_doomed, reached
	from (
		select m.row_key, m.expires_at
		from relay.mailbox as m
		where m.expires_at between p_from and v_now
		order by m.expires_at
		limit p_limit
		for update skip locked) as d;
	-- By the key, one by one: there are few.
	for v_waiting in
		select w.row_key, w.expires_at
		from (
			select o.row_key, o.expires_at
			from relay.outbox as o
			where o.row_key = any (v_doomed)
			offset 0) as w
		where w.expires_at > v_now
	loop
		update relay.mailbox as m
		set expires_at = v_waiting.expires_at
		where m.row_key = v_waiting.row_key
		and m.sender is null;
		if found then
			v_doomed := array_remove(v_doomed, v_waiting.row_key);
		end if;
	end loop;
	with orphans as materialized (
		select o.row_key, o.for_sender
		from relay.outbox as o
		where o.row_key = any (v_doomed)
		for update skip locked)
	delete from relay.outbox as o
	using orphans
	where o.row_key = orphans.row_key
	and o.for_sender = orphans.for_sender;
	get diagnostics dropped = row_count;
	with late as materialized (
		select o.row_key, o.for_sender
		from relay.outbox as o
		where o.expires_at <= v_now
		order by o.expires_at
		limit p_limit
		for update skip locked)
	delete from relay.outbox as o
	using late
	where o.row_key = late.row_key
	and o.for_sender = late.for_sender;
	get diagnostics v_count = row_count;
	dropped := dropped + v_count;
	-- A mailbox stays while a notifier has its notification locked.
	with gone as (
		delete from relay.mailbox as m
		where m.row_key = any (v_doomed)
		and not exists (select from relay.outbox as o
		    where o.row_key = m.row_key)
		returning m.row_key, m.sender is not null as live)
	select count(*), array_agg(g.row_key) filter (where g.live)
	into purged, v_live
	from gone as g;
	select coalesce(array_agg(p.piece), '{}') into bells
	from (
		select string_agg(left(l.row_key::text, 8), '') as piece
		from unnest(v_live) with ordinality as l (row_key, place)
		group by (l.place - 1) / 987) as p;
	perform relay.count_push('none', 'expired', dropped);
	-- Counts of backends that have been quiet for an hour, or are gone.
	with old as materialized (
		select c.type, c.outcome, c.backend
		from relay.push_count as c
		where c.backend <> 0
		and c.last_at < v_now - interval '1 hour'
		for update skip locked),
	gone as (
		delete from relay.push_count as c
		using old
		where c.type = old.type
		and c.outcome = old.outcome
		and c.backend = old.backend
		returning c.type, c.outcome, c.n, c.last_at)
	insert into relay.push_count as c (type, outcome, backend, n, last_at)
	select g.type, g.outcome, 0, sum(g.n), max(g.last_at)
	from gone as g
	group by g.type, g.outcome
	order by g.type, g.outcome
	on conflict (type, outcome, backend) do update
	set n = c.n + excluded.n,
	    last_at = greatest(c.last_at, excluded.last_at);
	update relay.purge_state as s
	set purged_at = clock_timestamp(),
	    purged = s.purged + purge_step.purged;
end
$$;

revoke all on function relay_api.purge_step(integer, timestamptz) from public;
grant execute on function relay_api.purge_step(integer, timestamptz)
	to relay_purger;

comment on function relay_api.purge_step(integer, timestamptz) is
	'Deletes some of what has expired; tells how many, and whom to wake.';

commit;
