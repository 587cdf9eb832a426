-- The roles of credrelay, for a whole cluster. Run by a superuser before the
-- first deploy; may be run again at any time:
--
--     psql -X -v ON_ERROR_STOP=1 -f sql/roles.sql postgres
--
--   relay_owner     owns schemas, tables and functions; nobody logs in as it
--   relay_worker    credrelayd connects as this one
--   relay_purger    the purge runs as this one
--   relay_notifier  credrelay-notify connects as this one
--
-- No passwords are set: use peer authentication over the unix socket, or set
-- them yourself. Somebody who is not a superuser may deploy when he is a
-- member of relay_owner and has CREATE on the database.

begin;

do $$
declare
	v_role text;
begin
	foreach v_role in array array['relay_owner', 'relay_worker',
	    'relay_notifier', 'relay_purger'] loop
		if not exists (select from pg_catalog.pg_roles
		    where rolname = v_role) then
			execute format('create role %I nologin', v_role);
			-- A ceiling against a runaway pool. Only when the
			-- role is new: the administrator may change it.
			if v_role = 'relay_worker' then
				alter role relay_worker connection limit 64;
			elsif v_role = 'relay_notifier' then
				alter role relay_notifier connection limit 8;
			elsif v_role = 'relay_purger' then
				alter role relay_purger connection limit 4;
			end if;
		end if;
	end loop;
end
$$;

alter role relay_owner nologin nosuperuser nocreatedb nocreaterole
	noreplication nobypassrls;
alter role relay_worker login noinherit nosuperuser nocreatedb nocreaterole
	noreplication nobypassrls;
alter role relay_notifier login noinherit nosuperuser nocreatedb nocreaterole
	noreplication nobypassrls;
alter role relay_purger login noinherit nosuperuser nocreatedb nocreaterole
	noreplication nobypassrls;

-- All of them: nothing is looked up but by its full name, and the functions
-- count on read committed.
alter role relay_owner set search_path = pg_catalog;
alter role relay_worker set search_path = pg_catalog;
alter role relay_notifier set search_path = pg_catalog;
alter role relay_purger set search_path = pg_catalog;
alter role relay_worker set default_transaction_isolation = 'read committed';
alter role relay_notifier set default_transaction_isolation = 'read committed';
alter role relay_purger set default_transaction_isolation = 'read committed';

-- A worker that is gone must not keep a lock for long.
alter role relay_worker set client_connection_check_interval = '2s';
alter role relay_notifier set client_connection_check_interval = '2s';
alter role relay_purger set client_connection_check_interval = '2s';
alter role relay_worker set idle_in_transaction_session_timeout = '10s';
alter role relay_notifier set idle_in_transaction_session_timeout = '10s';
alter role relay_purger set idle_in_transaction_session_timeout = '10s';
alter role relay_worker set tcp_keepalives_idle = '30';
alter role relay_notifier set tcp_keepalives_idle = '30';
alter role relay_worker set tcp_keepalives_interval = '10';
alter role relay_notifier set tcp_keepalives_interval = '10';
alter role relay_worker set tcp_keepalives_count = '3';
alter role relay_notifier set tcp_keepalives_count = '3';

-- Nothing that a call brings belongs in the server's log, sealed or not.
alter role relay_worker set log_statement = 'none';
alter role relay_notifier set log_statement = 'none';
alter role relay_worker set log_min_error_statement = 'panic';
alter role relay_notifier set log_min_error_statement = 'panic';
alter role relay_worker set log_error_verbosity = 'terse';
alter role relay_notifier set log_error_verbosity = 'terse';
alter role relay_worker set log_parameter_max_length = 0;
alter role relay_notifier set log_parameter_max_length = 0;
alter role relay_worker set log_parameter_max_length_on_error = 0;
alter role relay_notifier set log_parameter_max_length_on_error = 0;

-- Each statement touches one row by its key, or the first few of an index:
-- nothing to compile, and never a table to read from end to end. The planner
-- may think so: a quiet night's autovacuum finds the tables all but empty, and
-- sessions plan by that, and keep their plans when thousands of rows come
-- before it looks again.
alter role relay_worker set jit = off;
alter role relay_notifier set jit = off;
alter role relay_purger set jit = off;
alter role relay_worker set enable_seqscan = off;
alter role relay_notifier set enable_seqscan = off;
alter role relay_purger set enable_seqscan = off;

commit;
