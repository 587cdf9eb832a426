-- Deploy credrelay:mailbox_create_many to pg
-- requires: mailbox_create

begin;

set local role relay_owner;

create function relay_api.mailbox_create_many(
	p_keys uuid[],
	p_senders uuid[],
	p_created_by uuid[],
	p_rights smallint[],
	p_expires_at timestamptz[],
	p_default_ttls integer[],
	p_max_ttls integer[],
	p_versions bigint[],
	p_payloads bytea[],
	p_displays bytea[],
	p_tokens bytea[],
	out outcome text,
	out expires_at timestamptz,
	out token bytea,
	out place bigint)
returns setof record
language plpgsql
volatile
security definer
rows 10
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
-- Of many creates those whose key is free: most.
--
--   p_keys ...   the arguments of mailbox_create, one of each a call. Rows are
--                locked in their order: who sorts them by key cannot deadlock
--   place        which of the calls the row answers, from 1; in no order
--
-- There is a row for each call that was done, with the columns of
-- mailbox_create. For any other, and the second one of a key, mailbox_create is
-- to be called: it says why, and takes over the key of a mailbox that expired.
declare
	v_now constant timestamptz := statement_timestamp();
	v_n constant integer := cardinality(p_keys);
begin
	if num_nulls(p_keys, p_senders, p_created_by, p_rights, p_expires_at,
	    p_default_ttls, p_max_ttls, p_versions, p_payloads, p_displays,
	    p_tokens) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_create_many: an argument is null';
	end if;
	if (cardinality(p_senders) = v_n and cardinality(p_created_by) = v_n
	    and cardinality(p_rights) = v_n and cardinality(p_expires_at) = v_n
	    and cardinality(p_default_ttls) = v_n
	    and cardinality(p_max_ttls) = v_n and cardinality(p_versions) = v_n
	    and cardinality(p_payloads) = v_n and cardinality(p_displays) = v_n
	    and cardinality(p_tokens) = v_n) is not true then
		raise array_subscript_error
		    using message = 'mailbox_create_many: one of each a call';
	end if;
	return query
	insert into relay.mailbox as m (row_key, sender, created_by, rights,
	    expires_at, version, recent, payload, display, sender_token)
	select p_keys[c.i], p_senders[c.i], p_created_by[c.i], p_rights[c.i],
	    date_trunc('second', least(coalesce(p_expires_at[c.i],
		v_now + make_interval(secs => p_default_ttls[c.i])),
		v_now + make_interval(secs => p_max_ttls[c.i]))),
	    p_versions[c.i], '{}', p_payloads[c.i], p_displays[c.i],
	    p_tokens[c.i]
	from generate_series(1, v_n) as c (i)
	where num_nulls(p_keys[c.i], p_senders[c.i], p_created_by[c.i],
	    p_rights[c.i], p_default_ttls[c.i], p_max_ttls[c.i],
	    p_versions[c.i], p_payloads[c.i]) = 0
	and p_rights[c.i] between 1 and 7
	and (p_expires_at[c.i] < v_now + interval '60 s') is not true
	-- Of those with one key the first, whose place is told below.
	and array_position(p_keys, p_keys[c.i]) = c.i
	on conflict (row_key) do nothing
	returning 'ok', m.expires_at, m.sender_token,
	    array_position(p_keys, m.row_key)::bigint;
end
$$;

revoke all on function relay_api.mailbox_create_many(uuid[], uuid[], uuid[],
	smallint[], timestamptz[], integer[], integer[], bigint[], bytea[],
	bytea[], bytea[]) from public;
grant execute on function relay_api.mailbox_create_many(uuid[], uuid[], uuid[],
	smallint[], timestamptz[], integer[], integer[], bigint[], bytea[],
	bytea[], bytea[]) to relay_worker;

comment on function relay_api.mailbox_create_many(uuid[], uuid[], uuid[],
	smallint[], timestamptz[], integer[], integer[], bigint[], bytea[],
	bytea[], bytea[]) is
	'Creates, as far as their keys are free: ok.';

commit;
