-- Revert credrelay:push_stats from pg

begin;

set local role relay_owner;

drop view relay.push_stats;

commit;
