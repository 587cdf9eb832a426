-- Verify credrelay:mailbox on pg

begin;

set local role relay_owner;

do $$
declare
	v_table constant oid := 'relay.mailbox'::regclass;
begin
	assert (select relowner from pg_catalog.pg_class
	    where oid = v_table) = 'relay_owner'::regrole,
	    'relay.mailbox belongs to relay_owner';
	assert (select array_agg(attname::text || ' '
	    || format_type(atttypid, atttypmod) order by attnum)
	    from pg_catalog.pg_attribute
	    where attrelid = v_table and attnum > 0 and not attisdropped)
	    = array['row_key uuid', 'sender uuid', 'receiver uuid',
	    'created_by uuid', 'rights smallint',
	    'expires_at timestamp with time zone', 'version bigint',
	    'recent uuid[]', 'payload bytea', 'display bytea',
	    'sender_token bytea', 'receiver_token bytea'],
	    'the columns are as the functions expect them';
	assert (select count(*) from pg_catalog.pg_index
	    where indrelid = v_table and indisvalid) = 2,
	    'two indexes, both valid';
	assert not exists (select from pg_catalog.pg_class c,
	    aclexplode(c.relacl) a
	    where c.oid = v_table and a.grantee <> c.relowner),
	    'nobody but the owner may enter relay.mailbox';
end
$$;

rollback;
