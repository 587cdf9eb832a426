-- What holds for each function of relay_api: it decides as its owner, on a
-- search_path of its own, and nobody but its callers may call it.  Expects in
-- psql
--   :function   its name with its parameters' types
--   :caller     the role, or several with a comma between
--   :later      another that a later change lets in; need not be set
-- Whoever adds a function includes this in its verify script.

\if :{?later}
\else
\set later :caller
\endif

begin;

set local role relay_owner;

-- A DO block sees no variables of psql's, but it sees settings.
select set_config('verify.function', :'function', true),
    set_config('verify.caller', :'caller', true),
    set_config('verify.later', :'later', true) \g /dev/null

do $$
declare
	v_function constant oid :=
	    current_setting('verify.function')::regprocedure;
	v_callers constant regrole[] :=
	    string_to_array(current_setting('verify.caller'), ', ');
	v_later constant regrole[] :=
	    string_to_array(current_setting('verify.later'), ', ');
begin
	assert (select prosecdef and proowner = 'relay_owner'::regrole
	    and (select array_agg(s) from unnest(proconfig) as s
		where s !~ '^(plan_cache_mode|enable_[a-z]+)=')
		= array['search_path=pg_catalog, pg_temp']
	    from pg_catalog.pg_proc where oid = v_function),
	    'security definer, owned by relay_owner, search_path set';
	assert (select bool_and(has_function_privilege(c, v_function,
	    'execute')) from unnest(v_callers) as c),
	    'its callers may call it';
	assert not exists (select from pg_catalog.pg_proc p,
	    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
	    where p.oid = v_function
	    and a.grantee <> p.proowner
	    and a.grantee <> all (v_callers || v_later)),
	    'nobody else may';
end
$$;

rollback;
