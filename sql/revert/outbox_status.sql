-- Revert credrelay:outbox_status from pg

begin;

set local role relay_owner;

drop view relay.outbox_status;

commit;
