-- Deploy credrelay:credential_take to pg
-- requires: gateway_credential
-- requires: notifier

begin;

set local role relay_owner;

create function relay_api.credential_take(
	p_name text,
	out sealed bytea,
	out renew boolean,
	out valid_seconds integer)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- The credential that the notifiers share.
--
--   sealed   null: there is none that is valid
--   renew    the caller should make a new one and put it; nobody else is
--            told so for 10 seconds. Until then the old one serves.
--   valid_seconds  for how long `sealed` is; null: there is none
--
-- While nothing is to be renewed, this writes nothing and locks no row.
declare
	v_now constant timestamptz := statement_timestamp();
	v_until constant timestamptz := v_now + interval '10 s';
	v_row record;
begin
	if p_name is null then
		raise null_value_not_allowed
		    using message = 'credential_take: no name';
	end if;
	renew := false;
	select case when c.expires_at > v_now then c.sealed end as sealed,
	    coalesce(c.renew_at > v_now and c.expires_at > v_now, false)
		as fresh,
	    coalesce(c.renewing_until > v_now, false) as renewing,
	    floor(extract(epoch from c.expires_at - v_now))::integer as left
	into v_row
	from relay.gateway_credential as c
	where c.name = p_name;
	if not found then
		insert into relay.gateway_credential as c (name,
		    renewing_until)
		values (p_name, v_until)
		on conflict (name) do nothing;
		renew := found;
		return;
	end if;
	sealed := v_row.sealed;
	if sealed is not null then
		valid_seconds := v_row.left;
	end if;
	if v_row.fresh or v_row.renewing then
		return;
	end if;
	-- Of many at once one.
	update relay.gateway_credential as c
	set renewing_until = v_until
	where c.name = p_name
	and (c.renewing_until is null or c.renewing_until <= v_now)
	and (c.sealed is null or c.renew_at <= v_now
	    or c.expires_at <= v_now);
	renew := found;
end
$$;

revoke all on function relay_api.credential_take(text) from public;
grant execute on function relay_api.credential_take(text) to relay_notifier;

comment on function relay_api.credential_take(text) is
	'The shared credential, and whether the caller is to renew it.';

commit;
