-- Deploy credrelay:mailbox_update_many to pg
-- requires: mailbox
-- requires: outbox_put

begin;

set local role relay_owner;

create function relay_api.mailbox_update_many(
	p_keys uuid[],
	p_claims uuid[],
	p_requests uuid[],
	p_payloads bytea[],
	p_wraps bytea[],
	out outcome text,
	out version bigint,
	out token bytea,
	out pushed boolean,
	out place bigint)
returns setof record
language plpgsql
volatile
security definer
rows 10
set search_path = pg_catalog, pg_temp
-- The rows are to be locked in the order of their keys, and to be found by the
-- primary key however small the table was when the plan was made.
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
-- Of many updates without a condition, and that set no token, all that can be
-- done: most.
--
--   p_keys ...   the arguments of mailbox_update, one of each a call; sorted
--                by key
--   place        which of the calls the row answers, from 1
--
-- There is a row for each call that was done, with the columns of
-- mailbox_update and its outcome ok. For any other mailbox_update is to be
-- called, which says why; so for a second one of the same mailbox.
declare
	v_now constant timestamptz := statement_timestamp();
	v_row record;
begin
	if num_nulls(p_keys, p_claims, p_requests, p_payloads, p_wraps) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_update_many: an argument is null';
	end if;
	for v_row in
		update relay.mailbox as m
		set payload = c.payload,
		    version = m.version + 1,
		    recent = case when cardinality(m.recent) < 16
			then m.recent else m.recent[2:16] end || c.request
		from unnest(p_keys, p_claims, p_requests, p_payloads, p_wraps)
		    with ordinality as c(key, claim, request, payload, wrap,
		    place)
		where m.row_key = c.key
		and c.place = array_position(p_keys, c.key)
		and c.payload is not null
		and m.expires_at > v_now
		and c.request <> all (m.recent)
		and (m.sender = c.claim or m.receiver = c.claim)
		and m.rights & 2 <> 0
		returning c.place, c.wrap, m.row_key, m.version, m.expires_at,
		    m.sender, m.receiver, m.sender_token, m.receiver_token,
		    m.sender = c.claim as by_sender
	loop
		outcome := 'ok';
		place := v_row.place;
		version := v_row.version;
		token := case when v_row.by_sender then v_row.sender_token
		    else v_row.receiver_token end;
		pushed := v_row.wrap is not null
		    and case when v_row.by_sender then v_row.receiver_token
			else v_row.sender_token end is not null;
		if pushed then
			perform relay.outbox_put(v_row.row_key,
			    not v_row.by_sender,
			    case when v_row.by_sender then v_row.receiver
				else v_row.sender end,
			    case when v_row.by_sender
				then v_row.receiver_token
				else v_row.sender_token end,
			    v_row.wrap, v_row.expires_at);
		end if;
		return next;
	end loop;
end
$$;

revoke all on function relay_api.mailbox_update_many(uuid[], uuid[], uuid[],
	bytea[], bytea[]) from public;
grant execute on function relay_api.mailbox_update_many(uuid[], uuid[], uuid[],
	bytea[], bytea[]) to relay_worker;

comment on function relay_api.mailbox_update_many(uuid[], uuid[], uuid[],
	bytea[], bytea[]) is
	'Updates, as far as they can be done: ok.';

commit;
