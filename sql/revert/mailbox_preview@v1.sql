-- Revert credrelay:mailbox_preview from pg

begin;

set local role relay_owner;

drop function relay_api.mailbox_preview(uuid);

commit;
