-- Revert credrelay:purge_status from pg

begin;

set local role relay_owner;

drop view relay.purge_status;

commit;
