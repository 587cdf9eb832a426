-- Revert credrelay:outbox_update from pg

begin;

set local role relay_owner;

drop function relay.outbox_update(uuid, boolean, uuid, bytea, bytea,
	timestamptz, boolean, bytea);

commit;
