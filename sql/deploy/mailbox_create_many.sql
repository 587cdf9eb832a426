-- Deploy credrelay:mailbox_create_many to pg
-- requires: mailbox

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
as $$
-- Of many creates all whose key is free: most.
--
--   p_keys ...   the arguments of mailbox_create, one of each a call; sorted
--                by key, since the rows are made in that order
--   place        which of the calls the row answers, from 1
--
-- There is a row for each call that was done, with the columns of
-- mailbox_create and its outcome ok. For any other mailbox_create is to be
-- called: it says why, and takes over a key whose mailbox has expired.
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
	insert into relay.mailbox as m (row_key, sender, created_by, rights,
	    expires_at, version, recent, payload, display, sender_token)
	select c.key, c.sender, c.created_by, c.rights,
	    date_trunc('second', least(
		coalesce(c.expires_at,
		    v_now + make_interval(secs => c.default_ttl)),
		v_now + make_interval(secs => c.max_ttl))),
	    c.version, '{}', c.payload, c.display, c.token
	from unnest(p_keys, p_senders, p_created_by, p_rights, p_expires_at,
	    p_default_ttls, p_max_ttls, p_versions, p_payloads, p_displays,
	    p_tokens) with ordinality as c(key, sender, created_by, rights,
	    expires_at, default_ttl, max_ttl, version, payload, display, token,
	    place)
	where num_nulls(c.key, c.sender, c.created_by, c.rights, c.default_ttl,
	    c.max_ttl, c.version, c.payload) = 0
	and c.rights between 1 and 7
	and coalesce(c.expires_at >= v_now + interval '60 s', true)
	-- Of those with one key the first, whose place is told below.
	and c.place = array_position(p_keys, c.key)
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
