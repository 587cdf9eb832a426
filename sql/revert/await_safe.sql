-- Revert credrelay:await_safe from pg

begin;

set local role relay_owner;

drop function relay_api.await_safe();

commit;
