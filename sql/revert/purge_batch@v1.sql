-- Revert credrelay:purge_batch from pg

begin;

set local role relay_owner;

drop function relay_api.purge_batch(integer);

commit;
