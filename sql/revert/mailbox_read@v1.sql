-- Revert credrelay:mailbox_read from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_read(uuid, uuid, boolean, bytea);

commit;
