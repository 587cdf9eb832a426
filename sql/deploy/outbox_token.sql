-- Deploy credrelay:outbox_token to pg
-- requires: outbox

begin;

set local role relay_owner;

create function relay.outbox_token(
	p_key uuid,
	p_for_sender boolean,
	p_token bytea)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
-- A device has another token, or (null) none any more: what waits for it
-- goes to the new one, at once, or is dropped. Returns whether something is
-- due. The caller has locked the mailbox's row.
begin
	if p_token is null then
		delete from relay.outbox as o
		where o.row_key = p_key
		and o.for_sender = p_for_sender;
		return false;
	end if;
	update relay.outbox as o
	set token = p_token,
	    due_at = statement_timestamp(),
	    attempts = 0,
	    generation = o.generation + 1
	where o.row_key = p_key
	and o.for_sender = p_for_sender;
	return found;
end
$$;

revoke all on function relay.outbox_token(uuid, boolean, bytea) from public;

comment on function relay.outbox_token(uuid, boolean, bytea) is
	'Gives what waits for a device its new token, or drops it.';

commit;
