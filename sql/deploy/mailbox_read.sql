-- Deploy credrelay:mailbox_read to pg
-- requires: mailbox_read@v1
-- requires: outbox_token

begin;

set local role relay_owner;

create or replace function relay_api.mailbox_read(
	p_key uuid,
	p_claim uuid,
	p_token_set boolean,
	p_token bytea,
	out outcome text,
	out expires_at timestamptz,
	out version bigint,
	out payload bytea,
	out display bytea)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- ReadSecureContentFromMailbox. The first stranger who reads is bound, by
-- one guarded update: of many at once exactly one.
--
--   p_token_set   false: the caller's token stays; true: p_token replaces
--                 it, null clears it; so for what waits in the outbox
--
--   ok         the content; whoever reads is bound, now or before
--   not_found  no such mailbox, expired, or deleted
--   unbound    a stranger, and there is a receiver or no right to read
--   forbidden  bound, and no right to read
--
-- A bound device that brings no token writes nothing and locks no row.
declare
	v_now constant timestamptz := statement_timestamp();
	v_row record;
	v_bound boolean;
	v_by_sender boolean;
begin
	if num_nulls(p_key, p_claim, p_token_set) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_read: an argument is null';
	end if;
	for v_turn in 1 .. 100 loop
		select m.sender, m.receiver, m.rights, m.expires_at,
		    m.version, m.payload, m.display into v_row
		from relay.mailbox as m
		where m.row_key = p_key
		and (m.expires_at > v_now) is true
		and m.sender is not null;
		if not found then
			outcome := 'not_found';
			return;
		end if;
		v_bound := v_row.sender = p_claim
		    or coalesce(v_row.receiver = p_claim, false);
		if v_row.rights & 1 = 0 then
			outcome := case when v_bound then 'forbidden'
			    else 'unbound' end;
			return;
		end if;
		if not v_bound and v_row.receiver is not null then
			outcome := 'unbound';
			return;
		end if;
		if v_bound and not p_token_set then
			outcome := 'ok';
			expires_at := v_row.expires_at;
			version := v_row.version;
			payload := v_row.payload;
			display := v_row.display;
			return;
		end if;
		if v_bound then
			update relay.mailbox as m
			set sender_token = case when m.sender = p_claim
				then p_token else m.sender_token end,
			    receiver_token = case when m.receiver = p_claim
				then p_token else m.receiver_token end
			where m.row_key = p_key
			and (m.expires_at > v_now) is true
			and (m.sender = p_claim or m.receiver = p_claim)
			and m.rights & 1 <> 0
			returning m.sender = p_claim, m.expires_at, m.version,
			    m.payload, m.display
			into v_by_sender, expires_at, version, payload,
			    display;
			if found then
				perform relay.outbox_token(p_key, v_by_sender,
				    p_token);
				outcome := 'ok';
				return;
			end if;
		else
			update relay.mailbox as m
			set receiver = p_claim,
			    receiver_token = case when p_token_set
				then p_token end
			where m.row_key = p_key
			and (m.expires_at > v_now) is true
			and m.receiver is null
			and m.sender <> p_claim
			and m.rights & 1 <> 0
			returning m.expires_at, m.version, m.payload,
			    m.display
			into expires_at, version, payload, display;
			if found then
				outcome := 'ok';
				return;
			end if;
		end if;
		-- Somebody changed the row in between: look again.
	end loop;
	raise serialization_failure
	    using message = 'mailbox_read: the row keeps changing';
end
$$;

comment on function relay_api.mailbox_read(uuid, uuid, boolean, bytea) is
	'ReadSecureContentFromMailbox: ok, not_found, unbound, forbidden.';

commit;
