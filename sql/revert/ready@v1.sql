-- Revert credrelay:ready from pg

begin;

set local role relay_owner;

drop function relay_api.ready();

commit;
