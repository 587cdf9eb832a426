-- Deploy credrelay:outbox_done to pg
-- requires: outbox
-- requires: count_push
-- requires: notifier

begin;

set local role relay_owner;

create function relay_api.outbox_done(
	p_key uuid,
	p_for_sender boolean,
	p_generation integer,
	p_type text,
	p_outcome text,
	p_retry_ms integer)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- What came of a notification that was leased.
--
--   p_generation  what outbox_lease said
--   p_type        the gateway that was asked; null: none
--   p_outcome     delivered, rejected (this push will never be taken),
--                 failed (given up), dead (the token is, and is forgotten
--                 in the mailbox too), retry after p_retry_ms, or unsent: as
--                 retry, but no gateway was asked, so the lease is no try
--
-- Returns what became of the row:
--
--   deleted  it is done with; also one to retry that expires before that,
--            which is counted as expired
--   later    to be sent again, after p_retry_ms
--   due      it was renewed in the meantime, or has a new token: to be sent
--            at once, or being sent by somebody else already; or somebody has
--            it locked, who is about to do one of these things, or to drop it
--   gone     it is not there any more
--
-- In all cases it is counted, but for what is unsent and stays.
--
-- It waits for nobody who has a notification locked: that is a worker, which
-- may come to wait for another one that our transaction has locked, in
-- whatever order the two sides' updates came. Does the worker take it all
-- back, the lease ends, and the device is told twice. Where a mailbox is
-- locked, and may be waited for, it comes before its notifications.
declare
	v_now constant timestamptz := statement_timestamp();
	v_counted text := p_outcome;
	v_ours boolean;
	v_token bytea;
	v_answer text;
begin
	if num_nulls(p_key, p_for_sender, p_generation, p_outcome) > 0 then
		raise null_value_not_allowed
		    using message = 'outbox_done: an argument is null';
	end if;
	if p_outcome not in ('delivered', 'dead', 'rejected', 'failed',
	    'retry', 'unsent') then
		raise invalid_parameter_value
		    using message = 'outbox_done: there is no such outcome';
	end if;
	if p_outcome in ('retry', 'unsent')
	    and (p_retry_ms is null or p_retry_ms < 0) then
		raise invalid_parameter_value
		    using message = 'outbox_done: retry after what?';
	end if;
	if p_outcome = 'dead' then
		perform from relay.mailbox as m
		where m.row_key = p_key
		for no key update;
	end if;
	perform from relay.outbox as o
	where o.row_key = p_key
	and o.for_sender = p_for_sender
	and o.generation = p_generation
	for update skip locked;
	v_ours := found;
	if v_ours and p_outcome in ('retry', 'unsent') then
		update relay.outbox as o
		set due_at = v_now + p_retry_ms * interval '1 ms',
		    attempts = case when p_outcome = 'unsent'
			then greatest(o.attempts - 1, 0)::smallint
			else o.attempts end
		where o.row_key = p_key
		and o.for_sender = p_for_sender
		and o.expires_at > v_now + p_retry_ms * interval '1 ms';
		if found then
			v_answer := 'later';
		end if;
	end if;
	if v_ours and v_answer is null then
		delete from relay.outbox as o
		where o.row_key = p_key
		and o.for_sender = p_for_sender
		returning o.token into v_token;
		v_answer := 'deleted';
		if p_outcome in ('retry', 'unsent') then
			v_counted := 'expired';
		end if;
	end if;
	if v_answer = 'deleted' and p_outcome = 'dead' then
		-- Only this token: not one that came after it.
		if p_for_sender then
			update relay.mailbox as m
			set sender_token = null
			where m.row_key = p_key
			and m.sender_token = v_token;
		else
			update relay.mailbox as m
			set receiver_token = null
			where m.row_key = p_key
			and m.receiver_token = v_token;
		end if;
	end if;
	if v_answer is null then
		perform from relay.outbox as o
		where o.row_key = p_key
		and o.for_sender = p_for_sender;
		v_answer := case when found then 'due' else 'gone' end;
	end if;
	if v_counted <> 'unsent' then
		perform relay.count_push(coalesce(p_type, 'none'), v_counted,
		    1);
	end if;
	return v_answer;
end
$$;

revoke all on function relay_api.outbox_done(uuid, boolean, integer, text,
	text, integer) from public;
grant execute on function relay_api.outbox_done(uuid, boolean, integer, text,
	text, integer) to relay_notifier;

comment on function relay_api.outbox_done(uuid, boolean, integer, text, text,
	integer) is
	'What came of a notification: deleted, later, due, gone.';

commit;
