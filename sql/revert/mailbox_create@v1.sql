-- Revert credrelay:mailbox_create from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_create(uuid, uuid, uuid, smallint, timestamptz,
	integer, integer, bigint, bytea, bytea, bytea);

commit;
