-- Deploy credrelay:credential_put to pg
-- requires: gateway_credential
-- requires: notifier

begin;

set local role relay_owner;

create function relay_api.credential_put(
	p_name text,
	p_sealed bytea,
	p_renew_seconds integer,
	p_expires_seconds integer)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- A new credential for all notifiers: somebody should renew it in
-- p_renew_seconds, and nobody gets it after p_expires_seconds.
declare
	v_now constant timestamptz := statement_timestamp();
begin
	if num_nulls(p_name, p_sealed, p_renew_seconds, p_expires_seconds) > 0
	then
		raise null_value_not_allowed
		    using message = 'credential_put: an argument is null';
	end if;
	insert into relay.gateway_credential as c (name, sealed, renew_at,
	    expires_at)
	values (p_name, p_sealed,
	    v_now + make_interval(secs => p_renew_seconds),
	    v_now + make_interval(secs => p_expires_seconds))
	on conflict (name) do update
	set sealed = excluded.sealed,
	    renew_at = excluded.renew_at,
	    expires_at = excluded.expires_at,
	    renewing_until = null;
end
$$;

revoke all on function relay_api.credential_put(text, bytea, integer, integer)
	from public;
grant execute on function relay_api.credential_put(text, bytea, integer,
	integer) to relay_notifier;

comment on function relay_api.credential_put(text, bytea, integer, integer) is
	'Stores a credential that all notifiers share.';

commit;
