-- plpgsql_check: has it anything to say?

set search_path = t, pg_catalog;
begin;
select plan(28);
delete from relay.mailbox;

select is((select string_agg(concat_ws(' ', c.lineno, c.level, c.message), '; ')
	from plpgsql_check_function_tb(p.oid, fatal_errors => false,
	    other_warnings => true, extra_warnings => true,
	    performance_warnings => p.provolatile <> 'v',
	    security_warnings => true) as c
	-- An argument's name may be a column's: they are called by place.
	), null, p.oid::regprocedure::text)
from pg_proc as p join pg_language as l on l.oid = p.prolang
where p.pronamespace in ('relay'::regnamespace, 'relay_api'::regnamespace)
and l.lanname = 'plpgsql'
order by p.oid;
select is(string_agg(p.oid::regprocedure::text, ', '), null,
	'each function sets its search_path, but for the purge, which cannot')
from pg_proc as p
where p.pronamespace in ('relay'::regnamespace, 'relay_api'::regnamespace)
and (select array_agg(s) from unnest(p.proconfig) as s
	where s !~ '^(plan_cache_mode|enable_[a-z]+)=')
    is distinct from array['search_path=pg_catalog, pg_temp']
and p.oid <> 'relay_api.purge()'::regprocedure;

select * from finish();
rollback;
