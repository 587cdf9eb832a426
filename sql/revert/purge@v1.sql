-- Revert credrelay:purge from pg

begin;

set local role relay_owner;

drop procedure relay_api.purge();

commit;
