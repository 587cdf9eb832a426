-- What holds for each view of the schema relay: pg_monitor may look, nobody
-- else.  Expects in psql
--   :view   its name

begin;

set local role relay_owner;

select set_config('verify.view', :'view', true) \g /dev/null

do $$
declare
	v_view constant oid := current_setting('verify.view')::regclass;
begin
	assert (select relkind = 'v' and relowner = 'relay_owner'::regrole
	    from pg_catalog.pg_class where oid = v_view),
	    'a view, owned by relay_owner';
	assert has_table_privilege('pg_monitor', v_view, 'select'),
	    'pg_monitor may look';
	assert not exists (select from pg_catalog.pg_class c,
	    aclexplode(c.relacl) a where c.oid = v_view
	    and not (a.grantee = c.relowner
	    or a.grantee = 'pg_monitor'::regrole
	    and a.privilege_type = 'SELECT')),
	    'only pg_monitor may look';
end
$$;

rollback;
