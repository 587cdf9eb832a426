-- Verify credrelay:gateway_credential on pg

begin;

set local role relay_owner;

do $$
declare
	v_table constant oid := 'relay.gateway_credential'::regclass;
begin
	assert (select relowner from pg_catalog.pg_class
	    where oid = v_table) = 'relay_owner'::regrole,
	    'relay.gateway_credential belongs to relay_owner';
	assert (select array_agg(attname::text || ' '
	    || format_type(atttypid, atttypmod) order by attnum)
	    from pg_catalog.pg_attribute
	    where attrelid = v_table and attnum > 0 and not attisdropped)
	    = array['name text', 'sealed bytea',
	    'renew_at timestamp with time zone',
	    'expires_at timestamp with time zone',
	    'renewing_until timestamp with time zone'],
	    'the columns are as the functions expect them';
	assert (select count(*) from pg_catalog.pg_index
	    where indrelid = v_table and indisvalid) = 1,
	    'one index, valid';
	assert (select count(*) from pg_catalog.pg_constraint
	    where conrelid = v_table and contype = 'c' and convalidated) = 2,
	    'two checks, validated';
	assert not exists (select from pg_catalog.pg_class c,
	    aclexplode(c.relacl) a
	    where c.oid = v_table and a.grantee <> c.relowner),
	    'nobody but the owner may enter relay.gateway_credential';
end
$$;

rollback;
