-- Revert credrelay:outbox_put from pg

begin;

set local role relay_owner;

drop function relay.outbox_put(uuid, boolean, uuid, bytea, bytea,
	timestamptz);

commit;
