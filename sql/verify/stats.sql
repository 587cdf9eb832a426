-- Verify credrelay:stats on pg

begin;

set local role relay_owner;

do $$
declare
	v_view constant oid := 'relay.stats'::regclass;
begin
	assert (select relkind = 'v' and relowner = 'relay_owner'::regrole
	    from pg_catalog.pg_class where oid = v_view),
	    'a view, owned by relay_owner';
	assert not exists (select from pg_catalog.pg_class c,
	    aclexplode(c.relacl) a where c.oid = v_view
	    and not (a.grantee = c.relowner
	    or a.grantee = 'pg_monitor'::regrole
	    and a.privilege_type = 'SELECT')),
	    'only pg_monitor may look';
end
$$;

rollback;
