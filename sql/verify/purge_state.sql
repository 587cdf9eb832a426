-- Verify credrelay:purge_state on pg

begin;

set local role relay_owner;

do $$
declare
	v_table constant oid := 'relay.purge_state'::regclass;
begin
	assert (select relowner from pg_catalog.pg_class
	    where oid = v_table) = 'relay_owner'::regrole,
	    'relay.purge_state belongs to relay_owner';
	assert not exists (select from pg_catalog.pg_class c,
	    aclexplode(c.relacl) a
	    where c.oid = v_table and a.grantee <> c.relowner),
	    'nobody but the owner may enter relay.purge_state';
	assert (select count(*) from relay.purge_state) = 1,
	    'relay.purge_state has its one row';
end
$$;

rollback;
