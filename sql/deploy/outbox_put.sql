-- Deploy credrelay:outbox_put to pg
-- requires: outbox

begin;

set local role relay_owner;

create function relay.outbox_put(
	p_key uuid,
	p_for_sender boolean,
	p_owner uuid,
	p_token bytea,
	p_wrap bytea,
	p_expires_at timestamptz)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
-- Puts a notification for one side of a mailbox, due at once. One that waits
-- already, whoever works at it, is renewed: there is one a side, however
-- often the other side writes. The caller has locked the mailbox's row.
begin
	insert into relay.outbox as o (row_key, for_sender, owner, token,
	    wrap, expires_at, put_at, due_at)
	values (p_key, p_for_sender, p_owner, p_token, p_wrap, p_expires_at,
	    statement_timestamp(), statement_timestamp())
	on conflict (row_key, for_sender) do update
	set owner = excluded.owner,
	    token = excluded.token,
	    wrap = excluded.wrap,
	    expires_at = excluded.expires_at,
	    due_at = excluded.due_at,
	    attempts = 0,
	    generation = o.generation + 1;
end
$$;

revoke all on function relay.outbox_put(uuid, boolean, uuid, bytea, bytea,
	timestamptz) from public;

comment on function relay.outbox_put(uuid, boolean, uuid, bytea, bytea,
	timestamptz) is
	'Puts a notification for one side, or renews it.';

commit;
