-- Revert credrelay:mailbox_relinquish from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_relinquish(uuid, uuid, uuid, bigint[]);

commit;
