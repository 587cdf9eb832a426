-- Who may do what, as the catalogs tell it. What a worker may do when it
-- tries is for "attacks" to find out.

set search_path = t, pg_catalog;
begin;
select plan(29);

-- Everything in the two schemas and everybody who may do anything with it.
create function pg_temp.grants(p_type text) returns table (what text, who text,
    may text) language sql as $$
	select x.what, coalesce(r.rolname::text, 'PUBLIC'), a.privilege_type
	from (
		select 'schema ' || nspname::text as what, nspowner as owner,
		    coalesce(nspacl, acldefault('n', nspowner)) as acl
		from pg_namespace where nspname in ('relay', 'relay_api')
		union all
		select case relkind when 'r' then 'table ' when 'v' then 'view '
			when 'S' then 'sequence ' when 'i' then 'index '
			else relkind::text || ' ' end || relname::text,
		    relowner, coalesce(relacl, acldefault('r', relowner))
		from pg_class where relnamespace in
		    ('relay'::regnamespace, 'relay_api'::regnamespace)
		    and relkind <> 'i'
		union all
		select 'routine ' || proname::text, proowner,
		    coalesce(proacl, acldefault('f', proowner))
		from pg_proc where pronamespace in
		    ('relay'::regnamespace, 'relay_api'::regnamespace)
		union all
		select 'type ' || typname::text, typowner,
		    coalesce(typacl, acldefault('T', typowner))
		from pg_type where typnamespace in
		    ('relay'::regnamespace, 'relay_api'::regnamespace)
		    and typelem = 0
	) as x, aclexplode(x.acl) as a
	left join pg_roles as r on r.oid = a.grantee
	where a.grantee <> x.owner
	and x.what like p_type || ' %'
$$;
select results_eq($$select * from pg_temp.grants('schema') order by 1, 2, 3$$,
	$$values ('schema relay', 'pg_monitor', 'USAGE'),
	('schema relay_api', 'relay_notifier', 'USAGE'),
	('schema relay_api', 'relay_purger', 'USAGE'),
	('schema relay_api', 'relay_worker', 'USAGE')$$, 'on schemas');
select is_empty($$select * from pg_temp.grants('table')$$, 'on tables');
select results_eq($$select * from pg_temp.grants('view') order by 1, 2, 3$$,
	$$values ('view mailbox_rules', 'pg_monitor', 'SELECT'),
	('view outbox_status', 'pg_monitor', 'SELECT'),
	('view purge_status', 'pg_monitor', 'SELECT'),
	('view push_stats', 'pg_monitor', 'SELECT'),
	('view stats', 'pg_monitor', 'SELECT')$$, 'on views');
select results_eq($$select * from pg_temp.grants('routine') order by 1, 2, 3$$,
	$$values ('routine await_safe', 'relay_worker', 'EXECUTE'),
	('routine credential_put', 'relay_notifier', 'EXECUTE'),
	('routine credential_take', 'relay_notifier', 'EXECUTE'),
	('routine mailbox_check', 'relay_worker', 'EXECUTE'),
	('routine mailbox_create', 'relay_worker', 'EXECUTE'),
	('routine mailbox_create_many', 'relay_worker', 'EXECUTE'),
	('routine mailbox_delete', 'relay_worker', 'EXECUTE'),
	('routine mailbox_delete', 'relay_worker', 'EXECUTE'),
	('routine mailbox_preview', 'relay_worker', 'EXECUTE'),
	('routine mailbox_read', 'relay_worker', 'EXECUTE'),
	('routine mailbox_read_many', 'relay_worker', 'EXECUTE'),
	('routine mailbox_relinquish', 'relay_worker', 'EXECUTE'),
	('routine mailbox_update', 'relay_worker', 'EXECUTE'),
	('routine mailbox_update', 'relay_worker', 'EXECUTE'),
	('routine mailbox_update_many', 'relay_worker', 'EXECUTE'),
	('routine outbox_done', 'relay_notifier', 'EXECUTE'),
	('routine outbox_lease', 'relay_notifier', 'EXECUTE'),
	('routine purge', 'relay_purger', 'EXECUTE'),
	('routine purge_batch', 'relay_purger', 'EXECUTE'),
	('routine purge_step', 'relay_purger', 'EXECUTE'),
	('routine ready', 'relay_notifier', 'EXECUTE'),
	('routine ready', 'relay_worker', 'EXECUTE'),
	('routine ring', 'relay_worker', 'EXECUTE')$$, 'on routines');
select is_empty($$select * from pg_temp.grants('type')$$, 'on types');

select is_empty($$
	select relname::text from pg_class
	where relnamespace in ('relay'::regnamespace, 'relay_api'::regnamespace)
	and relowner <> 'relay_owner'::regrole
	union all
	select proname::text from pg_proc
	where pronamespace in ('relay'::regnamespace, 'relay_api'::regnamespace)
	and proowner <> 'relay_owner'::regrole$$,
	'relay_owner owns everything');
select is_empty($$
	select p.oid::regprocedure::text from pg_proc as p
	where p.pronamespace in
	    ('relay'::regnamespace, 'relay_api'::regnamespace)
	and obj_description(p.oid, 'pg_proc') is null$$,
	'each routine has a comment');

-- The roles.
select is(array[rolsuper, rolcreaterole, rolcreatedb, rolreplication,
	rolbypassrls], array[false, false, false, false, false],
	rolname || ' has no attribute')
	from pg_roles where rolname ~ '^relay_' order by rolname;
select is(rolcanlogin, rolname <> 'relay_owner', rolname || ' and the login')
	from pg_roles where rolname ~ '^relay_' order by rolname;
select is_empty($$select roleid::regrole, member::regrole from pg_auth_members
	where member in ('relay_owner'::regrole, 'relay_worker'::regrole,
	'relay_notifier'::regrole, 'relay_purger'::regrole)$$, 'they are members of nothing');

-- What is made later is closed as well.
create role t_stranger;
set local role relay_owner;
create function relay_api.later() returns integer language sql as 'select 1';
create table relay_api.later (x integer);
reset role;
select is(has_function_privilege(x, 'relay_api.later()',
	'execute'), false, 'a later function is closed to ' || x)
	from (values ('relay_worker'), ('relay_notifier')) as v (x);
select is(has_table_privilege(x, 'relay_api.later',
	'select, insert, update, delete'), false, 'a later table too')
	from (values ('relay_worker'), ('relay_notifier')) as v (x);
select is(has_function_privilege('t_stranger', 'relay_api.later()',
	'execute'), false, 'and to a stranger');

-- The database.
select is(has_database_privilege('t_stranger', current_database(), x), false,
	'a stranger has no ' || x || ' on the database')
	from (values ('create'), ('temporary')) as v (x);
select is(has_language_privilege('t_stranger', x, 'usage'), false,
	'nor usage of the language ' || x)
	from (values ('plpgsql'), ('sql')) as v (x);
select is(has_schema_privilege('t_stranger', 'public', x), false,
	'nor ' || x || ' of the schema public')
	from (values ('create'), ('usage')) as v (x);

-- As the role, in a function that it may call: it works, by the owner's
-- rights, and a search_path of the caller's does not matter.
create schema evil;
create table evil.mailbox (row_key uuid);
create function evil.statement_timestamp() returns timestamptz language sql
	as $$select '1970-01-01'::timestamptz$$;
create function evil.least(timestamptz, timestamptz) returns timestamptz
	language sql as $$select 'infinity'::timestamptz$$;
set local search_path = evil, pg_catalog;
select relay_api.mailbox_create(t.u('z'), t.u('alice'), t.u('x'),
	7::pg_catalog.int2, null, 3600, 7200, 1, 'payload', null, null)
	\g /dev/null
select relay_api.mailbox_read(t.u('z'), t.u('bob'), false, null)
	\g /dev/null
set local search_path = t, pg_catalog;
select is(expires_at > now() + interval '3500 s'
	and expires_at <= now() + interval '3700 s', true,
	'the caller''s search_path is not used')
	from relay.mailbox where row_key = t.u('z');
select is(t.receiver('z'), t.u('bob'), 'nor for a table');

select * from finish();
rollback;
