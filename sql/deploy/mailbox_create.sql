-- Deploy credrelay:mailbox_create to pg
-- requires: mailbox_create@v1
-- requires: outbox

begin;

set local role relay_owner;

-- It returns one column more, so "or replace" does not do. Who calls it at this
-- moment goes on with the former one.
drop function relay_api.mailbox_create(uuid, uuid, uuid, smallint,
	timestamptz, integer, integer, bigint, bytea, bytea, bytea);

create function relay_api.mailbox_create(
	p_key uuid,
	p_sender uuid,
	p_created_by uuid,
	p_rights smallint,
	p_expires_at timestamptz,
	p_default_ttl integer,
	p_max_ttl integer,
	p_version bigint,
	p_payload bytea,
	p_display bytea,
	p_token bytea,
	out outcome text,
	out expires_at timestamptz,
	out token bytea)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- CreateMailbox. The primary key is the whole idempotency: a repeat lands
-- on the same key and is told by p_created_by.
--
--   p_expires_at   what the device asked for; null: p_default_ttl counts
--   p_default_ttl, p_max_ttl   seconds
--   p_rights       1 read, 2 write, 4 delete, added up
--   p_version      where the versions of this mailbox begin
--   p_display, p_token   null: none
--
--   ok        made; expires_at and token are what was stored
--   repeated  made before by the same request; its expires_at, the
--             sender's token as it is now; no change
--   too_soon  p_expires_at is less than 60 seconds ahead
--   ended     the key belonged to a mailbox that was deleted
--   conflict  the key is in use
--
-- A refusal takes no row lock, hence "do nothing" and not "do update": the
-- latter locks the row that it meets, also where its condition is false.
declare
	v_now constant timestamptz := statement_timestamp();
	v_too_soon constant boolean :=
	    coalesce(p_expires_at < v_now + interval '60 s', false);
	v_expires_at constant timestamptz := date_trunc('second', least(
	    coalesce(p_expires_at, v_now + make_interval(secs => p_default_ttl)),
	    v_now + make_interval(secs => p_max_ttl)));
	v_row record;
begin
	if num_nulls(p_key, p_sender, p_created_by, p_rights, p_default_ttl,
	    p_max_ttl, p_version, p_payload) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_create: an argument is null';
	end if;
	if p_rights not between 1 and 7 then
		raise invalid_parameter_value
		    using message = 'mailbox_create: unknown rights';
	end if;
	for v_turn in 1 .. 100 loop
		if not v_too_soon then
			insert into relay.mailbox as m (row_key, sender,
			    created_by, rights, expires_at, version, recent,
			    payload, display, sender_token)
			values (p_key, p_sender, p_created_by, p_rights,
			    v_expires_at, p_version, '{}', p_payload,
			    p_display, p_token)
			on conflict (row_key) do nothing;
			if found then
				outcome := 'ok';
				expires_at := v_expires_at;
				token := p_token;
				return;
			end if;
		end if;
		select m.sender, m.created_by, m.expires_at, m.sender_token
		into v_row
		from relay.mailbox as m
		where m.row_key = p_key;
		if found and v_row.expires_at > v_now then
			if v_row.created_by = p_created_by then
				outcome := 'repeated';
				expires_at := v_row.expires_at;
				token := v_row.sender_token;
				perform relay.await_standby();
			elsif v_too_soon then
				outcome := 'too_soon';
			elsif v_row.sender is null then
				outcome := 'ended';
			else
				outcome := 'conflict';
			end if;
			return;
		end if;
		if v_too_soon then
			outcome := 'too_soon';
			return;
		end if;
		if found then
			-- Expired and not purged yet: the row is free.
			update relay.mailbox as m
			set sender = p_sender,
			    receiver = null,
			    created_by = p_created_by,
			    rights = p_rights,
			    expires_at = v_expires_at,
			    version = p_version,
			    recent = '{}',
			    payload = p_payload,
			    display = p_display,
			    sender_token = p_token,
			    receiver_token = null
			where m.row_key = p_key
			and (m.expires_at <= v_now) is true;
			if found then
				-- What waited was for others.
				delete from relay.outbox as o
				where o.row_key = p_key;
				outcome := 'ok';
				expires_at := v_expires_at;
				token := p_token;
				return;
			end if;
		end if;
		-- Somebody made or purged the row in between: look again.
	end loop;
	raise serialization_failure
	    using message = 'mailbox_create: the row keeps changing';
end
$$;

revoke all on function relay_api.mailbox_create(uuid, uuid, uuid, smallint,
	timestamptz, integer, integer, bigint, bytea, bytea, bytea) from public;
grant execute on function relay_api.mailbox_create(uuid, uuid, uuid, smallint,
	timestamptz, integer, integer, bigint, bytea, bytea, bytea)
	to relay_worker;

comment on function relay_api.mailbox_create(uuid, uuid, uuid, smallint,
	timestamptz, integer, integer, bigint, bytea, bytea, bytea) is
	'CreateMailbox: ok, repeated, too_soon, ended, conflict.';

commit;
