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
-- Many creates.
--
--   p_keys ...   the arguments of mailbox_create, one of each a call. Rows are
--                locked in their order: who sorts them by key cannot deadlock
--   place        which of the calls the row answers, from 1; in no order
--
-- Each has its row, with the columns of mailbox_create and what it would say.
-- Those whose key is free, most, are made together, of each key the first; then
-- mailbox_create is called for all others, one after the other. Where that
-- raises, none is made.
declare
	v_now constant timestamptz := statement_timestamp();
begin
	if num_nulls(p_keys, p_senders, p_created_by, p_rights, p_expires_at,
	    p_default_ttls, p_max_ttls, p_versions, p_payloads, p_displays,
	    p_tokens) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_create_many: an argument is null';
	end if;
	return query
	with made as (
		insert into relay.mailbox as m (row_key, sender, created_by,
		    rights, expires_at, version, recent, payload, display,
		    sender_token)
		select p_keys[c.i], p_senders[c.i], p_created_by[c.i],
		    p_rights[c.i],
		    date_trunc('second', least(coalesce(p_expires_at[c.i],
			v_now + make_interval(secs => p_default_ttls[c.i])),
			v_now + make_interval(secs => p_max_ttls[c.i]))),
		    p_versions[c.i], '{}', p_payloads[c.i], p_displays[c.i],
		    p_tokens[c.i]
		from generate_series(1, cardinality(p_keys)) as c (i)
		where num_nulls(p_keys[c.i], p_senders[c.i],
		    p_created_by[c.i], p_rights[c.i], p_default_ttls[c.i],
		    p_max_ttls[c.i], p_versions[c.i], p_payloads[c.i]) = 0
		and p_rights[c.i] between 1 and 7
		and (p_expires_at[c.i] < v_now + interval '60 s') is not true
		-- Of those with one key the first, as it is told below.
		and array_position(p_keys, p_keys[c.i]) = c.i
		on conflict (row_key) do nothing
		returning m.expires_at, m.sender_token,
		    array_position(p_keys, m.row_key) as place
	)
	select 'ok', made.expires_at, made.sender_token, made.place::bigint
	from made
	union all
	-- "not in" wants all of `made`, so what calls see is behind it.
	select f.outcome, f.expires_at, f.token, c.i::bigint
	from generate_series(1, cardinality(p_keys)) as c (i),
	    relay_api.mailbox_create(p_keys[c.i], p_senders[c.i],
		p_created_by[c.i], p_rights[c.i], p_expires_at[c.i],
		p_default_ttls[c.i], p_max_ttls[c.i], p_versions[c.i],
		p_payloads[c.i], p_displays[c.i], p_tokens[c.i]) as f
	where c.i not in (select made.place from made);
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
	'Many creates: for each what mailbox_create would say.';

commit;
