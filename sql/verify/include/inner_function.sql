-- What holds for each function of the schema relay: nobody but the owner may
-- call it, and its search_path is set.  Expects in psql
--   :function   its name with its parameters' types

begin;

set local role relay_owner;

select set_config('verify.function', :'function', true) \g /dev/null

do $$
declare
	v_function constant oid :=
	    current_setting('verify.function')::regprocedure;
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
