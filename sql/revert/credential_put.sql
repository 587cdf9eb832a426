-- Revert credrelay:credential_put from pg

begin;

set local role relay_owner;

drop function relay_api.credential_put(text, bytea, integer, integer);

commit;
