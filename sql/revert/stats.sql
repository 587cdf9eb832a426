-- Revert credrelay:stats from pg

begin;

set local role relay_owner;

drop view relay.stats;

commit;
