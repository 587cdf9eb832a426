-- Revert credrelay:mailbox_delete from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_delete(uuid, uuid, bigint[]);

commit;
