-- Deploy credrelay:outbox_update to pg
-- requires: outbox_put
-- requires: outbox_token

begin;

set local role relay_owner;

create function relay.outbox_update(
	p_key uuid,
	p_by_sender boolean,
	p_owner uuid,
	p_owner_token bytea,
	p_wrap bytea,
	p_expires_at timestamptz,
	p_token_set boolean,
	p_token bytea)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
-- What the update of a mailbox is to its notifications: the other side's
-- waits, if p_wrap says so and it left a token; the caller's own goes to the
-- token that it has set. Returns whether something is due. The caller has
-- locked the mailbox's row.
--
--   p_by_sender    whose update it is
--   p_owner        the other side, and its token
--   p_wrap         as for mailbox_update, which has the other parameters too
declare
	v_pushed boolean := false;
begin
	-- The receiver's row comes first.
	if p_token_set and not p_by_sender then
		v_pushed := relay.outbox_token(p_key, false, p_token);
	end if;
	if p_wrap is not null and p_owner_token is not null then
		perform relay.outbox_put(p_key, not p_by_sender, p_owner,
		    p_owner_token, p_wrap, p_expires_at);
		v_pushed := true;
	end if;
	if p_token_set and p_by_sender then
		v_pushed := relay.outbox_token(p_key, true, p_token)
		    or v_pushed;
	end if;
	return v_pushed;
end
$$;

revoke all on function relay.outbox_update(uuid, boolean, uuid, bytea, bytea,
	timestamptz, boolean, bytea) from public;

comment on function relay.outbox_update(uuid, boolean, uuid, bytea, bytea,
	timestamptz, boolean, bytea) is
	'What an update is to the notifications of both sides.';

commit;
