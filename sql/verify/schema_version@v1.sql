-- Verify credrelay:schema_version on pg

begin;

set local role relay_owner;

do $$
declare
	v_function constant oid := 'relay.schema_version()'::regprocedure;
begin
	assert (select not prosecdef and proowner = 'relay_owner'::regrole
	    and proconfig = array['search_path=pg_catalog, pg_temp']
	    from pg_catalog.pg_proc where oid = v_function),
	    'owned by relay_owner, search_path set';
	assert not exists (select from pg_catalog.pg_proc p,
	    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
	    where p.oid = v_function and a.grantee <> p.proowner),
	    'nobody but the owner may call it';
end
$$;

rollback;
