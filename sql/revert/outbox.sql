-- Revert credrelay:outbox from pg

begin;

set local role relay_owner;

drop table relay.outbox;

commit;
