-- Revert credrelay:mailbox_update from pg, to what it was at @v1

begin;

set local role relay_owner;

drop function relay_api.mailbox_update(uuid, uuid, uuid, bigint[],
	bytea, boolean, bytea, bytea);

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
-- UpdateMailbox: another payload, one version more, the expiration stays.
--
--   p_request    derived from the claim and the request id
--   p_if_match   the versions of which the present one must be one;
--                null: any
--   p_token_set  false: the caller's token stays; true: p_token replaces
--                it, null clears it
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
begin
	if num_nulls(p_key, p_claim, p_request, p_token_set) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_update: an argument is null';
	end if;
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
		and m.expires_at > v_now
		and p_request <> all (m.recent)
		and (m.sender = p_claim or m.receiver = p_claim)
		and m.rights & 2 <> 0
		and (p_if_match is null or m.version = any (p_if_match))
		returning m.version into version;
		if found then
			outcome := 'ok';
			return;
		end if;
		select m.sender, m.receiver, m.rights, m.version, m.recent
		into v_row
		from relay.mailbox as m
		where m.row_key = p_key
		and m.expires_at > v_now
		and m.sender is not null;
		if not found then
			outcome := 'not_found';
			return;
		elsif p_request = any (v_row.recent) then
			outcome := 'repeated';
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

comment on function relay_api.mailbox_update(uuid, uuid, uuid, bigint[],
	bytea, boolean, bytea) is
	'UpdateMailbox: ok, not_found, repeated, unbound, forbidden, stale.';

commit;
