-- Revert credrelay:hardening from pg
--
-- Gives back to PUBLIC what a new database of PostgreSQL 15 gives it.

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
		execute format('grant temporary on database %I to public',
		    current_database());
	end if;
	if not v_super then
		raise warning 'hardening: the rest takes a superuser';
		return;
	end if;
	if to_regnamespace('public') is not null then
		grant usage on schema public to public;
	end if;
	grant usage on language plpgsql to public;
	grant usage on language sql to public;
	revoke usage on language plpgsql, sql from relay_owner;
	revoke execute on function
	    pg_logical_emit_message(boolean, text, text),
	    pg_try_advisory_lock(bigint), pg_advisory_lock(bigint)
	    from relay_owner;
	revoke execute on function pg_sleep(double precision)
	    from relay_purger;
	revoke execute on function pg_cancel_backend(integer),
	    pg_terminate_backend(integer, bigint) from pg_signal_backend;
	for v_function in
		select p.oid::regprocedure
		from pg_catalog.pg_proc as p
		where p.pronamespace = 'pg_catalog'::regnamespace
		and p.prokind = 'f'
		-- lo_import and lo_export are the superuser's from the start.
		and ((p.proname ~ '^lo_'
			and p.proname not in ('lo_import', 'lo_export'))
		    or p.proname ~ '^pg_sleep'
		    or p.proname ~ '^pg_(try_)?advisory_'
		    or p.proname in ('loread', 'lowrite',
			'pg_cancel_backend', 'pg_terminate_backend',
			'pg_export_snapshot', 'pg_logical_emit_message',
			'pg_current_xact_id', 'txid_current'))
	loop
		execute format('grant execute on function %s to public',
		    v_function);
	end loop;
end
$$;

commit;
