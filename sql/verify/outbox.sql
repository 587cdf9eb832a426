-- Verify credrelay:outbox on pg

begin;

set local role relay_owner;

do $$
declare
	v_table constant oid := 'relay.outbox'::regclass;
begin
	assert (select relowner from pg_catalog.pg_class
	    where oid = v_table) = 'relay_owner'::regrole,
	    'relay.outbox belongs to relay_owner';
	assert (select array_agg(attname::text || ' '
	    || format_type(atttypid, atttypmod) order by attnum)
	    from pg_catalog.pg_attribute
	    where attrelid = v_table and attnum > 0 and not attisdropped)
	    = array['row_key uuid', 'for_sender boolean', 'owner uuid',
	    'token bytea', 'wrap bytea',
	    'expires_at timestamp with time zone',
	    'put_at timestamp with time zone',
	    'due_at timestamp with time zone', 'attempts smallint',
	    'generation integer'],
	    'the columns are as the functions expect them';
	assert (select count(*) from pg_catalog.pg_index
	    where indrelid = v_table and indisvalid) = 3,
	    'three indexes, all valid';
	assert (select count(*) from pg_catalog.pg_constraint
	    where conrelid = v_table and contype = 'c' and convalidated) = 1,
	    'one check, validated';
	assert not exists (select from pg_catalog.pg_class c,
	    aclexplode(c.relacl) a
	    where c.oid = v_table and a.grantee <> c.relowner),
	    'nobody but the owner may enter relay.outbox';
end
$$;

rollback;
