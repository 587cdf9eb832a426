-- Revert credrelay:schema_version from pg, to what it was at @v1

begin;

set local role relay_owner;

create or replace function relay.schema_version()
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

comment on function relay.schema_version() is
	'The version of relay_api, for ready().';

commit;
