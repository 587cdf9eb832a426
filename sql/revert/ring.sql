-- Revert credrelay:ring from pg

begin;

set local role relay_owner;

drop function relay_api.ring(text, boolean);

commit;
