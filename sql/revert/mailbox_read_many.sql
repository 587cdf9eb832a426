-- Revert credrelay:mailbox_read_many from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_read_many(uuid[], uuid[]);

commit;
