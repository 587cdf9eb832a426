-- Revert credrelay:mailbox from pg

begin;

set local role relay_owner;

drop table relay.mailbox;

commit;
