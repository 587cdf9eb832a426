-- Deploy credrelay:mailbox_update to pg
-- requires: mailbox_update@v1
-- requires: outbox_update

begin;

set local role relay_owner;

create function relay_api.mailbox_update(
	p_key uuid,
	p_claim uuid,
	p_request uuid,
	p_if_match bigint[],
	p_payload bytea,
	p_token_set boolean,
	p_token bytea,
	p_wrap bytea,
	out outcome text,
	out version bigint,
	out token bytea,
	out pushed boolean)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- UpdateMailbox: another payload, one version more, the expiration stays.
--
--   p_request    derived from the claim and the request id
--   p_if_match   the versions of which the present one must be one;
--                null: any
--   p_token_set  false: the caller's token stays; true: p_token replaces
--                it, null clears it; so for what waits in the outbox
--   p_wrap       the key of the tokens, sealed under the server key; null:
--                nobody is notified. Otherwise the other side is, if it
--                left a token: its notification is in the outbox when this
--                is committed
--   token        the caller's, as it is stored now: with ok and repeated
--   pushed       whether something in the outbox is due: with ok
--
--   ok         done; version is the new one
--   not_found  no such mailbox, expired, or deleted
--   repeated   p_request is among the last 16: no change. The version only
--              where nothing came after it, else null, so that no device
--              takes another's update for its own
--   unbound    neither sender nor receiver
--   forbidden  bound, and no right to write
--   stale      p_if_match does not hold
--
-- First one guarded update. Only when it finds nothing is the row looked
-- at, without a lock, to tell why, in the order of the list.
declare
	v_now constant timestamptz := statement_timestamp();
	v_row record;
	v_by_sender boolean;
	v_expires_at timestamptz;
	v_owner uuid;
	v_token bytea;
begin
	if num_nulls(p_key, p_claim, p_request, p_payload, p_token_set) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_update: an argument is null';
	end if;
	pushed := false;
	for v_turn in 1 .. 100 loop
		update relay.mailbox as m
		set payload = p_payload,
		    version = m.version + 1,
		    recent = case when cardinality(m.recent) < 16
			then m.recent else m.recent[2:16] end || p_request,
		    sender_token = case when p_token_set
			and m.sender = p_claim
			then p_token else m.sender_token end,
		    receiver_token = case when p_token_set
			and m.receiver = p_claim
			then p_token else m.receiver_token end
		where m.row_key = p_key
		and (m.expires_at > v_now) is true
		and p_request <> all (m.recent)
		and (m.sender = p_claim or m.receiver = p_claim)
		and m.rights & 2 <> 0
		and (p_if_match is null or m.version = any (p_if_match))
		returning m.version, m.expires_at, m.sender = p_claim,
		    case when m.sender = p_claim
			then m.sender_token else m.receiver_token end,
		    case when m.sender = p_claim
			then m.receiver else m.sender end,
		    case when m.sender = p_claim
			then m.receiver_token else m.sender_token end
		into version, v_expires_at, v_by_sender, token, v_owner,
		    v_token;
		if found then
			outcome := 'ok';
			if p_token_set or v_token is not null
			    and p_wrap is not null then
				pushed := relay.outbox_update(p_key,
				    v_by_sender, v_owner, v_token, p_wrap,
				    v_expires_at, p_token_set, p_token);
			end if;
			return;
		end if;
		select m.sender, m.receiver, m.rights, m.version, m.recent,
		    case p_claim when m.sender then m.sender_token
			when m.receiver then m.receiver_token end as token
		into v_row
		from relay.mailbox as m
		where m.row_key = p_key
		and (m.expires_at > v_now) is true
		and m.sender is not null;
		if not found then
			outcome := 'not_found';
			return;
		elsif p_request = any (v_row.recent) then
			outcome := 'repeated';
			token := v_row.token;
			if p_request =
			    v_row.recent[cardinality(v_row.recent)] then
				version := v_row.version;
			end if;
			perform relay.await_standby();
			return;
		elsif v_row.sender <> p_claim
		    and v_row.receiver is distinct from p_claim then
			outcome := 'unbound';
			return;
		elsif v_row.rights & 2 = 0 then
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
	    using message = 'mailbox_update: the row keeps changing';
end
$$;

revoke all on function relay_api.mailbox_update(uuid, uuid, uuid, bigint[],
	bytea, boolean, bytea, bytea) from public;
grant execute on function relay_api.mailbox_update(uuid, uuid, uuid, bigint[],
	bytea, boolean, bytea, bytea) to relay_worker;

comment on function relay_api.mailbox_update(uuid, uuid, uuid, bigint[],
	bytea, boolean, bytea, bytea) is
	'UpdateMailbox: ok, not_found, repeated, unbound, forbidden, stale.';

create or replace function relay_api.mailbox_update(
	p_key uuid,
	p_claim uuid,
	p_request uuid,
	p_if_match bigint[],
	p_payload bytea,
	p_token_set boolean,
	p_token bytea,
	out outcome text,
	out version bigint)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- What a relay calls that is older than the schema: notifies nobody.
begin
	select u.outcome, u.version into outcome, version
	from relay_api.mailbox_update(p_key, p_claim, p_request, p_if_match,
	    p_payload, p_token_set, p_token, null) as u;
end
$$;

comment on function relay_api.mailbox_update(uuid, uuid, uuid, bigint[],
	bytea, boolean, bytea) is
	'UpdateMailbox of the former relay.';

commit;
