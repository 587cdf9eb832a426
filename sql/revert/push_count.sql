-- Revert credrelay:push_count from pg

begin;

set local role relay_owner;

drop table relay.push_count;

commit;
