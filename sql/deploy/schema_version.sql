-- Deploy credrelay:schema_version to pg
-- requires: schema_version@v1

begin;

set local role relay_owner;

create or replace function relay.schema_version()
returns integer
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
	-- The version of what relay_api offers. A change that the relay must
	-- know of adds one here, and nowhere else; credrelayd refuses to be
	-- ready while this is less than it needs.
	select 2
$$;

comment on function relay.schema_version() is
	'The version of relay_api, for ready().';

commit;
