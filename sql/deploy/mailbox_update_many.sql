-- Deploy credrelay:mailbox_update_many to pg
-- requires: mailbox_update

begin;

set local role relay_owner;

create function relay_api.mailbox_update_many(
	p_keys uuid[],
	p_claims uuid[],
	p_requests uuid[],
	p_payloads bytea[],
	p_tokens_set boolean[],
	p_tokens bytea[],
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
set plan_cache_mode = force_generic_plan
-- With "any" below: rows are found one by one by their keys, in the order of
-- the calls, however few there were when the plan was made.
set enable_seqscan = off
as $$
-- Of many updates without a condition those that can be done: most.
--
--   p_keys ...   the arguments of mailbox_update, without p_if_match, one of
--                each a call. Rows are locked in their order: who sorts them by
--                key cannot deadlock
--   place        which of the calls the row answers, from 1; in no order
--
-- There is a row for each call that was done, with the columns of
-- mailbox_update. For any other, and the second one of a mailbox, mailbox_update
-- is to be called, which says why.
declare
	v_now constant timestamptz := statement_timestamp();
	v_n constant integer := cardinality(p_keys);
begin
	if num_nulls(p_keys, p_claims, p_requests, p_payloads, p_tokens_set,
	    p_tokens, p_wraps) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_update_many: an argument is null';
	end if;
	if (cardinality(p_claims) = v_n and cardinality(p_requests) = v_n
	    and cardinality(p_payloads) = v_n and cardinality(p_tokens_set) = v_n
	    and cardinality(p_tokens) = v_n and cardinality(p_wraps) = v_n)
	    is not true then
		raise array_subscript_error
		    using message = 'mailbox_update_many: one of each a call';
	end if;
	return query
	with done as (
		update relay.mailbox as m
		set payload = p_payloads[c.i],
		    version = m.version + 1,
		    recent = case when cardinality(m.recent) < 16
			then m.recent else m.recent[2:16] end
			|| p_requests[c.i],
		    sender_token = case when p_tokens_set[c.i]
			and m.sender = p_claims[c.i]
			then p_tokens[c.i] else m.sender_token end,
		    receiver_token = case when p_tokens_set[c.i]
			and m.receiver = p_claims[c.i]
			then p_tokens[c.i] else m.receiver_token end
		from generate_series(1, v_n) as c (i)
		where m.row_key = any (array[p_keys[c.i]])
		and num_nulls(p_requests[c.i], p_payloads[c.i],
		    p_tokens_set[c.i]) = 0
		and (m.expires_at > v_now) is true
		and p_requests[c.i] <> all (m.recent)
		and (m.sender = p_claims[c.i] or m.receiver = p_claims[c.i])
		and m.rights & 2 <> 0
		returning c.i as place, m.version, m.expires_at, m.sender,
		    m.receiver, m.sender_token, m.receiver_token,
		    m.sender = p_claims[c.i] as by_sender
	), told as (
		select done.*,
		    case when done.by_sender then done.sender_token
			else done.receiver_token end as own_token,
		    case when done.by_sender then done.receiver
			else done.sender end as other,
		    case when done.by_sender then done.receiver_token
			else done.sender_token end as other_token
		from done
	)
	select 'ok', t.version, t.own_token,
	    case when p_tokens_set[t.place] or t.other_token is not null
		and p_wraps[t.place] is not null
		then relay.outbox_update(p_keys[t.place], t.by_sender, t.other,
		    t.other_token, p_wraps[t.place], t.expires_at,
		    p_tokens_set[t.place], p_tokens[t.place])
		else false end, t.place::bigint
	from told as t;
end
$$;

revoke all on function relay_api.mailbox_update_many(uuid[], uuid[], uuid[],
	bytea[], boolean[], bytea[], bytea[]) from public;
grant execute on function relay_api.mailbox_update_many(uuid[], uuid[], uuid[],
	bytea[], boolean[], bytea[], bytea[]) to relay_worker;

comment on function relay_api.mailbox_update_many(uuid[], uuid[], uuid[],
	bytea[], boolean[], bytea[], bytea[]) is
	'Updates, as far as they can be done: ok.';

commit;
