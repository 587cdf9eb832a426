-- Revert credrelay:mailbox_check from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_check(uuid, uuid, bigint[]);

commit;
