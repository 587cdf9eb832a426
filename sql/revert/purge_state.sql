-- Revert credrelay:purge_state from pg

begin;

set local role relay_owner;

drop table relay.purge_state;

commit;
