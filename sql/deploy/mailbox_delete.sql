-- Deploy credrelay:mailbox_delete to pg
-- requires: mailbox_delete@v1
-- requires: outbox_put

begin;

set local role relay_owner;

create function relay_api.mailbox_delete(
	p_key uuid,
	p_claim uuid,
	p_if_match bigint[],
	p_wrap bytea,
	out outcome text,
	out pushed boolean)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- DeleteMailbox: empties the row. Its key stays taken for an hour, so that
-- a late twin of the create cannot bring the mailbox back.
--
--   p_if_match   the versions of which the present one must be one;
--                null: any
--   p_wrap       the key of the tokens, sealed under the server key; null:
--                nobody is notified. Otherwise the other side is, if it
--                left a token
--   pushed       whether something in the outbox is due
--
-- What waits in the outbox for either side is dropped, or gives way to this
-- last notification, which may be sent as long as the mailbox was to live; the
-- purge leaves the key until it has been.
--
--   ok         done
--   not_found  no such mailbox, or expired
--   ended      deleted already: a 404 as well, but not to a worker that made
--              this call before and lost the answer
--   unbound    neither sender nor receiver
--   forbidden  the receiver, and no right to delete
--   stale      p_if_match does not hold
declare
	v_now constant timestamptz := statement_timestamp();
	v_row record;
	v_by_sender boolean;
	v_token bytea;
begin
	if num_nulls(p_key, p_claim) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_delete: an argument is null';
	end if;
	pushed := false;
	for v_turn in 1 .. 100 loop
		-- Locked by the whole condition, so not when it is refused.
		select m.sender, m.receiver, m.sender_token, m.receiver_token,
		    m.expires_at into v_row
		from relay.mailbox as m
		where m.row_key = p_key
		and (m.expires_at > v_now) is true
		and (m.sender = p_claim
		    or (m.receiver = p_claim and m.rights & 4 <> 0))
		and (p_if_match is null or m.version = any (p_if_match))
		for update;
		if found then
			update relay.mailbox as m
			set sender = null,
			    receiver = null,
			    created_by = null,
			    rights = null,
			    expires_at = v_now + interval '1 hour',
			    version = null,
			    recent = null,
			    payload = null,
			    display = null,
			    sender_token = null,
			    receiver_token = null
			where m.row_key = p_key;
			v_by_sender := v_row.sender = p_claim;
			v_token := case when v_by_sender
			    then v_row.receiver_token
			    else v_row.sender_token end;
			pushed := p_wrap is not null and v_token is not null;
			delete from relay.outbox as o
			where o.row_key = p_key
			and (o.for_sender = v_by_sender or not pushed);
			if pushed then
				perform relay.outbox_put(p_key,
				    not v_by_sender, case when v_by_sender
				    then v_row.receiver else v_row.sender end,
				    v_token, p_wrap, v_row.expires_at);
			end if;
			outcome := 'ok';
			return;
		end if;
		select m.sender, m.receiver, m.rights, m.version into v_row
		from relay.mailbox as m
		where m.row_key = p_key
		and (m.expires_at > v_now) is true;
		if not found then
			outcome := 'not_found';
			return;
		elsif v_row.sender is null then
			outcome := 'ended';
			return;
		elsif v_row.sender <> p_claim
		    and v_row.receiver is distinct from p_claim then
			outcome := 'unbound';
			return;
		elsif v_row.sender <> p_claim and v_row.rights & 4 = 0 then
			outcome := 'forbidden';
			return;
		elsif p_if_match is not null
		    and (v_row.version = any (p_if_match)) is not true then
			outcome := 'stale';
			return;
		end if;
		-- Somebody changed the row in between: look again.
	end loop;
	raise serialization_failure
	    using message = 'mailbox_delete: the row keeps changing';
end
$$;

revoke all on function relay_api.mailbox_delete(uuid, uuid, bigint[], bytea)
	from public;
grant execute on function relay_api.mailbox_delete(uuid, uuid, bigint[], bytea)
	to relay_worker;

comment on function relay_api.mailbox_delete(uuid, uuid, bigint[], bytea) is
	'DeleteMailbox: ok, not_found, ended, unbound, forbidden, stale.';

create or replace function relay_api.mailbox_delete(
	p_key uuid,
	p_claim uuid,
	p_if_match bigint[],
	out outcome text)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- What a relay calls that is older than the schema: notifies nobody.
begin
	outcome := (select d.outcome from relay_api.mailbox_delete(p_key,
	    p_claim, p_if_match, null) as d);
end
$$;

comment on function relay_api.mailbox_delete(uuid, uuid, bigint[]) is
	'DeleteMailbox of the former relay.';

commit;
