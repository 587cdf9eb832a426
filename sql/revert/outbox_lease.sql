-- Revert credrelay:outbox_lease from pg

begin;

set local role relay_owner;

drop function relay_api.outbox_lease(integer, integer);

commit;
