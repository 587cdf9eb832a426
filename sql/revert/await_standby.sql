-- Revert credrelay:await_standby from pg

begin;

set local role relay_owner;

drop function relay.await_standby();

commit;
