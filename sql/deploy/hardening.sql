-- Deploy credrelay:hardening to pg
-- requires: schemas
--
-- PostgreSQL lets every role do a good deal in every database: temporary
-- tables, DO blocks, large objects, advisory locks, pg_sleep. The relay's
-- database is for the relay alone, so here PUBLIC loses it. Only this
-- database is touched; CONNECT stays as the administrator likes it.
--
-- What a deploying role may not do is told by a warning and left out. A
-- superuser may then run this file by itself, at any time and again and
-- again: psql -f sql/deploy/hardening.sql credrelay
--
-- What PostgreSQL gives to every role that can connect, and what cannot be
-- taken away at a bearable price:
--   - to read the catalogs: names of tables, text of functions, sizes,
--     counts of rows, who is connected (not the rows, nor their statistics)
--   - LISTEN and NOTIFY on any channel
--   - to change its own password and its own settings (SET, ALTER ROLE of
--     itself), timeouts included
--   - to burn processor time and work_mem in a query of its own, and to
--     stay in a transaction, which holds back vacuum
-- Against the last two: a connection limit (roles.sql), and no password but
-- peer authentication or pg_hba.conf.

begin;

do $$
declare
	v_super constant boolean := (select r.rolsuper
	    from pg_catalog.pg_roles as r where r.rolname = current_user);
	v_owner constant boolean := (select pg_has_role(d.datdba, 'usage')
	    from pg_catalog.pg_database as d
	    where d.datname = current_database());
	v_function regprocedure;
begin
	if v_super or v_owner then
		execute format(
		    'revoke create, temporary on database %I from public',
		    current_database());
	else
		raise warning 'hardening: only the database''s owner or a '
		    'superuser can revoke TEMPORARY from PUBLIC';
	end if;
	if not v_super then
		raise warning 'hardening: the rest takes a superuser; '
		    'let one run deploy/hardening.sql';
		return;
	end if;
	if to_regnamespace('public') is not null then
		revoke all on schema public from public;
	end if;
	-- No DO blocks, no functions.
	revoke usage on language plpgsql from public;
	revoke usage on language sql from public;
	grant usage on language plpgsql, sql to relay_owner;
	for v_function in
		select p.oid::regprocedure
		from pg_catalog.pg_proc as p
		where p.pronamespace = 'pg_catalog'::regnamespace
		and p.prokind = 'f'
		and (p.proname ~ '^lo_' or p.proname ~ '^pg_sleep'
		    or p.proname ~ '^pg_(try_)?advisory_'
		    or p.proname in ('loread', 'lowrite',
			'pg_cancel_backend', 'pg_terminate_backend',
			'pg_export_snapshot', 'pg_logical_emit_message',
			'pg_current_xact_id', 'txid_current'))
	loop
		execute format('revoke all on function %s from public',
		    v_function);
	end loop;
	grant execute on function pg_logical_emit_message(boolean, text, text)
	    to relay_owner;
	-- Sqitch takes this lock, also for a member of relay_owner.
	grant execute on function pg_try_advisory_lock(bigint),
	    pg_advisory_lock(bigint) to relay_owner;
	grant execute on function pg_sleep(double precision) to relay_purger;
	grant execute on function pg_cancel_backend(integer),
	    pg_terminate_backend(integer, bigint) to pg_signal_backend;
end
$$;

commit;
