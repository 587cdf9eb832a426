-- Revert credrelay:mailbox_update from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_update(uuid, uuid, uuid, bigint[],
	bytea, boolean, bytea);

commit;
