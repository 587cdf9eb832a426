-- Verify credrelay:hardening on pg
--
-- Asserts what the role that verifies could have done itself; a superuser
-- asserts all.

begin;

do $$
declare
	v_super constant boolean := (select r.rolsuper
	    from pg_catalog.pg_roles as r where r.rolname = current_user);
	v_owner constant boolean := (select pg_has_role(d.datdba, 'usage')
	    from pg_catalog.pg_database as d
	    where d.datname = current_database());
begin
	if v_super or v_owner then
		assert not exists (select from pg_catalog.pg_database d,
		    aclexplode(coalesce(d.datacl,
			acldefault('d', d.datdba))) a
		    where d.datname = current_database() and a.grantee = 0
		    and a.privilege_type <> 'CONNECT'),
		    'PUBLIC has at most CONNECT on the database';
	end if;
	if v_super then
		assert not exists (select from pg_catalog.pg_proc p,
		    aclexplode(coalesce(p.proacl,
			acldefault('f', p.proowner))) a
		    where p.pronamespace = 'pg_catalog'::regnamespace
		    and a.grantee = 0
		    and p.proname ~
		    '^(lo_|loread|lowrite|pg_sleep|pg_(try_)?advisory_)'),
		    'PUBLIC has no large objects, advisory locks, pg_sleep: '
		    'let a superuser run deploy/hardening.sql';
		assert not exists (select from pg_catalog.pg_language l,
		    aclexplode(coalesce(l.lanacl,
			acldefault('l', l.lanowner))) a
		    where l.lanname in ('plpgsql', 'sql') and a.grantee = 0),
		    'PUBLIC may not use a language';
	end if;
end
$$;

rollback;
