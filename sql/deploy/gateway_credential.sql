-- Deploy credrelay:gateway_credential to pg
-- requires: schemas

begin;

set local role relay_owner;

create table relay.gateway_credential (
	name		text not null,
	sealed		bytea,
	renew_at	timestamptz,
	expires_at	timestamptz,
	renewing_until	timestamptz,
	constraint gateway_credential_pkey primary key (name),
	constraint gateway_credential_name_check
	    check (name ~ '^[A-Za-z0-9._:-]{1,64}$'),
	constraint gateway_credential_whole_check
	    check (num_nulls(sealed, renew_at, expires_at) in (0, 3))
) with (fillfactor = 50);

revoke all on relay.gateway_credential from public;
revoke all on type relay.gateway_credential from public;

comment on table relay.gateway_credential is
	'What the notifiers show to a gateway: made by one, used by all.';
comment on column relay.gateway_credential.name is
	'The gateway''s name for it.';
comment on column relay.gateway_credential.sealed is
	'Sealed under the server key; null: none has been made.';
comment on column relay.gateway_credential.renew_at is
	'From here on somebody should make a new one.';
comment on column relay.gateway_credential.expires_at is
	'From here on it is not given out.';
comment on column relay.gateway_credential.renewing_until is
	'Until then somebody is thought to make a new one.';

commit;
