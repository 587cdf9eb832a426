-- Revert credrelay:credential_take from pg

begin;

set local role relay_owner;

drop function relay_api.credential_take(text);

commit;
