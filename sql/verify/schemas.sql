-- Verify credrelay:schemas on pg

begin;

set local role relay_owner;

do $$
begin
	assert (select count(*) from pg_catalog.pg_namespace
	    where nspname in ('relay', 'relay_api')
	    and nspowner = 'relay_owner'::regrole) = 2,
	    'both schemas belong to relay_owner';
	assert not exists (select from pg_catalog.pg_namespace n,
	    aclexplode(n.nspacl) a
	    where n.nspname in ('relay', 'relay_api') and a.grantee = 0),
	    'PUBLIC has nothing in them';
	assert has_schema_privilege('relay_worker', 'relay_api', 'usage')
	    and has_schema_privilege('relay_purger', 'relay_api', 'usage'),
	    'worker and purger may use relay_api';
	assert not has_schema_privilege('relay_worker', 'relay', 'usage')
	    and not has_schema_privilege('relay_purger', 'relay', 'usage'),
	    'worker and purger may not use relay';
	assert exists (select from pg_catalog.pg_default_acl
	    where defaclrole = 'relay_owner'::regrole
	    and defaclnamespace = 0 and defaclobjtype = 'f'
	    and not exists (select from aclexplode(defaclacl) a
	    where a.grantee = 0)),
	    'new functions are closed to PUBLIC';
end
$$;

rollback;
