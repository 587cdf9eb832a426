-- Revert credrelay:purge_step from pg

begin;

set local role relay_owner;

drop function relay_api.purge_step(integer, timestamptz);

commit;
