-- Verify credrelay:mailbox_read on pg

begin;

set local role relay_owner;

do $$
declare
	v_function constant oid :=
	    'relay_api.mailbox_read(uuid, uuid, boolean, bytea)'::regprocedure;
begin
	assert (select prosecdef and proowner = 'relay_owner'::regrole
	    and proconfig = array['search_path=pg_catalog, pg_temp']
	    from pg_catalog.pg_proc where oid = v_function),
	    'security definer, owned by relay_owner, search_path set';
	assert has_function_privilege('relay_worker', v_function, 'execute'),
	    'relay_worker may call it';
	assert not exists (select from pg_catalog.pg_proc p,
	    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
	    where p.oid = v_function and a.grantee not in
	    (p.proowner, 'relay_worker'::regrole)),
	    'nobody else may';
end
$$;

rollback;
