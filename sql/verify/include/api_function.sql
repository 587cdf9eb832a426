-- What holds for each function of relay_api: it decides as its owner, on a
-- search_path of its own, and one role may call it.  Expects in psql
--   :function   its name with its parameters' types
--   :caller     the role
-- Whoever adds a function includes this in its verify script.

begin;

set local role relay_owner;

-- A DO block sees no variables of psql's, but it sees settings.
select set_config('verify.function', :'function', true),
    set_config('verify.caller', :'caller', true) \g /dev/null

do $$
declare
	v_function constant oid :=
	    current_setting('verify.function')::regprocedure;
	v_caller constant regrole :=
	    current_setting('verify.caller')::regrole;
begin
	assert (select prosecdef and proowner = 'relay_owner'::regrole
	    and proconfig = array['search_path=pg_catalog, pg_temp']
	    from pg_catalog.pg_proc where oid = v_function),
	    'security definer, owned by relay_owner, search_path set';
	assert has_function_privilege(v_caller, v_function, 'execute'),
	    'its caller may call it';
	assert not exists (select from pg_catalog.pg_proc p,
	    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
	    where p.oid = v_function
	    and a.grantee not in (p.proowner, v_caller)),
	    'nobody else may';
end
$$;

rollback;
