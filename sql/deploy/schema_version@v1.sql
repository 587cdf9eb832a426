-- Deploy credrelay:schema_version to pg
-- requires: schemas

begin;

set local role relay_owner;

create function relay.schema_version()
returns integer
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
	-- The version of what relay_api offers. A change that a worker must
	-- know of adds one here, and nowhere else; credrelayd refuses to be
	-- ready while this is less than it needs.
	select 1
$$;

revoke all on function relay.schema_version() from public;

comment on function relay.schema_version() is
	'The version of relay_api, for ready().';

commit;
