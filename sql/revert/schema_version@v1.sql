-- Revert credrelay:schema_version from pg

begin;

set local role relay_owner;

drop function relay.schema_version();

commit;
