-- Revert credrelay:schemas from pg

begin;

set local role relay_owner;

drop schema relay_api;
drop schema relay;

alter default privileges for role relay_owner
	grant execute on functions to public;
alter default privileges for role relay_owner
	grant usage on types to public;

commit;
