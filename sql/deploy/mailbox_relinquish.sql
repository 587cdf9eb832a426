-- Deploy credrelay:mailbox_relinquish to pg
-- requires: mailbox_relinquish@v1
-- requires: outbox_token

begin;

set local role relay_owner;

create or replace function relay_api.mailbox_relinquish(
	p_key uuid,
	p_claim uuid,
	p_request uuid,
	p_if_match bigint[],
	out outcome text)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- RelinquishMailbox: the receiver lets go. The next other claim that reads
-- is bound. No right is needed, and the version stays. What waits in the
-- outbox for who lets go is dropped.
--
--   p_request    derived from the claim and the request id
--   p_if_match   the versions of which the present one must be one;
--                null: any
--
--   ok         done
--   not_found  no such mailbox, expired, or deleted
--   repeated   p_request is among the last 16: no change, also where there
--              is another receiver by now
--   unbound    not the receiver
--   stale      p_if_match does not hold
declare
	v_now constant timestamptz := statement_timestamp();
	v_row record;
begin
	if num_nulls(p_key, p_claim, p_request) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_relinquish: an argument is null';
	end if;
	for v_turn in 1 .. 100 loop
		update relay.mailbox as m
		set receiver = null,
		    receiver_token = null,
		    recent = case when cardinality(m.recent) < 16
			then m.recent else m.recent[2:16] end || p_request
		where m.row_key = p_key
		and (m.expires_at > v_now) is true
		and p_request <> all (m.recent)
		and m.receiver = p_claim
		and (p_if_match is null or m.version = any (p_if_match));
		if found then
			perform relay.outbox_token(p_key, false, null);
			outcome := 'ok';
			return;
		end if;
		select m.receiver, m.version, m.recent into v_row
		from relay.mailbox as m
		where m.row_key = p_key
		and (m.expires_at > v_now) is true
		and m.sender is not null;
		if not found then
			outcome := 'not_found';
			return;
		elsif p_request = any (v_row.recent) then
			outcome := 'repeated';
			perform relay.await_standby();
			return;
		elsif v_row.receiver is distinct from p_claim then
			outcome := 'unbound';
			return;
		elsif p_if_match is not null
		    and (v_row.version = any (p_if_match)) is not true then
			outcome := 'stale';
			return;
		end if;
		-- Somebody changed the row in between: look again.
	end loop;
	raise serialization_failure
	    using message = 'mailbox_relinquish: the row keeps changing';
end
$$;

comment on function relay_api.mailbox_relinquish(uuid, uuid, uuid, bigint[]) is
	'RelinquishMailbox: ok, not_found, repeated, unbound, stale.';

commit;
