-- Verify credrelay:purge on pg

begin;

set local role relay_owner;

do $$
declare
	v_procedure constant oid := 'relay_api.purge()'::regprocedure;
begin
	assert (select prokind = 'p' and not prosecdef and proconfig is null
	    and proowner = 'relay_owner'::regrole
	    from pg_catalog.pg_proc where oid = v_procedure),
	    'a procedure that may commit, owned by relay_owner';
	assert has_function_privilege('relay_purger', v_procedure, 'execute'),
	    'relay_purger may call it';
	assert not exists (select from pg_catalog.pg_proc p,
	    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
	    where p.oid = v_procedure and a.grantee not in
	    (p.proowner, 'relay_purger'::regrole)),
	    'nobody else may';
end
$$;

rollback;
