-- Deploy credrelay:schemas to pg

begin;

create schema relay authorization relay_owner;
create schema relay_api authorization relay_owner;

set local role relay_owner;

comment on schema relay is
	'credrelay: what is stored. No role but the owner enters.';
comment on schema relay_api is
	'credrelay: the functions that credrelayd and the purge call.';

-- Whatever the owner makes in this database from now on is closed.
alter default privileges for role relay_owner
	revoke all on functions from public;
alter default privileges for role relay_owner
	revoke all on types from public;

revoke all on schema relay from public;
revoke all on schema relay_api from public;
grant usage on schema relay_api to relay_worker, relay_purger;
-- For the two views that tell how the relay fares.
grant usage on schema relay to pg_monitor;

commit;
