-- Helpers for the tests in this directory: pgTAP, and short names for the
-- calls of relay_api, which take words for keys, claims and request ids.
-- Run once by a superuser in a database made for the tests.

create schema t;
create extension pgtap with schema t;
create extension plpgsql_check with schema t;

-- A uuid for a word.
create function t.u(p_word text) returns uuid language sql immutable as $$
	select md5(p_word)::uuid
$$;

create function t.b(p_word text) returns bytea language sql immutable as $$
	select convert_to(p_word, 'UTF8')
$$;

-- Each call's answer as one line; what is null leaves no trace.
create function t.create(p_key text, p_claim text default 'alice',
    p_request text default 'create', p_rights integer default 7,
    p_expires_at timestamptz default null, p_default_ttl integer default 3600,
    p_max_ttl integer default 604800, p_payload text default 'first',
    p_display text default 'title', p_token text default null)
returns text language sql volatile as $$
	-- "until": seconds from now, for what was made; for a repeat whether
	-- it is what the row says.
	select concat_ws(' ', o.outcome,
	    case when o.outcome = 'ok' then 'until '
		|| extract(epoch from o.expires_at
		    - date_trunc('second', statement_timestamp()))::bigint
	    when o.expires_at = (select m.expires_at from relay.mailbox as m
		where m.row_key = t.u(p_key)) then 'as before'
	    else 'until ' || o.expires_at end)
	from relay_api.mailbox_create(t.u(p_key), t.u(p_claim),
	    t.u(p_claim || p_request), p_rights::smallint, p_expires_at,
	    p_default_ttl, p_max_ttl, 100, t.b(p_payload), t.b(p_display),
	    t.b(p_token)) as o
$$;

create function t.read(p_key text, p_claim text,
    p_token_set boolean default false, p_token text default null)
returns text language sql volatile as $$
	select concat_ws(' ', o.outcome, o.version,
	    convert_from(o.payload, 'UTF8'), convert_from(o.display, 'UTF8'),
	    case when o.expires_at is not null then 'until '
		|| to_char(o.expires_at at time zone 'UTC', 'YYYY') end)
	from relay_api.mailbox_read(t.u(p_key), t.u(p_claim), p_token_set,
	    t.b(p_token)) as o
$$;

create function t.update(p_key text, p_claim text, p_request text,
    p_payload text default 'next', p_if_match bigint[] default null,
    p_token_set boolean default false, p_token text default null,
    p_wrap text default null)
returns text language sql volatile as $$
	select concat_ws(' ', o.outcome, o.version,
	    case when o.pushed then 'pushed' end)
	from relay_api.mailbox_update(t.u(p_key), t.u(p_claim),
	    t.u(p_claim || p_request), p_if_match, t.b(p_payload),
	    p_token_set, t.b(p_token), t.b(p_wrap)) as o
$$;

create function t.relinquish(p_key text, p_claim text, p_request text,
    p_if_match bigint[] default null)
returns text language sql volatile as $$
	select o.outcome
	from relay_api.mailbox_relinquish(t.u(p_key), t.u(p_claim),
	    t.u(p_claim || p_request), p_if_match) as o
$$;

create function t.delete(p_key text, p_claim text,
    p_if_match bigint[] default null, p_wrap text default null)
returns text language sql volatile as $$
	select concat_ws(' ', o.outcome, case when o.pushed then 'pushed' end)
	from relay_api.mailbox_delete(t.u(p_key), t.u(p_claim),
	    p_if_match, t.b(p_wrap)) as o
$$;

create function t.check(p_key text, p_claim text, p_seen bigint[] default null)
returns text language sql stable as $$
	select concat_ws(' ', o.outcome, o.version,
	    convert_from(o.payload, 'UTF8'), convert_from(o.display, 'UTF8'),
	    case when o.expires_at is not null then 'until '
		|| to_char(o.expires_at at time zone 'UTC', 'YYYY') end)
	from relay_api.mailbox_check(t.u(p_key), t.u(p_claim), p_seen) as o
$$;

-- An update that notifies, and nothing more.
create function t.nudge(p_key text, p_claim text, p_request text)
returns text language sql volatile as $$
	select t.update(p_key, p_claim, p_request, p_wrap => 'wrap')
$$;

-- What waits for a mailbox: for whom, with which token and wrap, how often it
-- was leased, and whether it is due.
create function t.outbox(p_key text)
returns text language sql volatile as $$
	select string_agg(concat_ws(' ',
	    case when o.for_sender then 'sender' else 'receiver' end,
	    convert_from(o.token, 'UTF8'), convert_from(o.wrap, 'UTF8'),
	    o.attempts,
	    case when o.due_at <= clock_timestamp() then 'due' else 'later' end
	    ), ', ' order by o.for_sender)
	from relay.outbox as o where o.row_key = t.u(p_key)
$$;

create function t.generation(p_key text, p_for_sender boolean default true)
returns integer language sql volatile as $$
	select o.generation from relay.outbox as o
	where o.row_key = t.u(p_key) and o.for_sender = p_for_sender
$$;

-- The tokens that a lease gives, in its order, each with its attempts.
create function t.lease(p_limit integer default 100,
    p_seconds integer default 60)
returns text language sql volatile as $$
	select string_agg(convert_from(o.token, 'UTF8') || ' ' || o.attempts,
	    ', ' order by o.place)
	from (select l.*, row_number() over () as place
	    from relay_api.outbox_lease(p_limit, p_seconds) as l) as o
$$;

create function t.done(p_key text, p_outcome text,
    p_retry_ms integer default null, p_generation integer default null,
    p_for_sender boolean default true, p_type text default 'webhook')
returns text language sql volatile as $$
	select relay_api.outbox_done(t.u(p_key), p_for_sender,
	    coalesce(p_generation, t.generation(p_key, p_for_sender), 0),
	    p_type, p_outcome, p_retry_ms)
$$;

create function t.pushes()
returns text language sql volatile as $$
	select string_agg(s.type || ' ' || s.outcome || ' ' || s.pushes, ', '
	    order by s.type, s.outcome)
	from relay.push_stats as s
$$;

create function t.preview(p_key text)
returns text language sql volatile as $$
	select concat_ws(' ', o.outcome, convert_from(o.display, 'UTF8'),
	    case when o.expires_at is not null then 'until '
		|| to_char(o.expires_at at time zone 'UTC', 'YYYY') end)
	from relay_api.mailbox_preview(t.u(p_key)) as o
$$;

-- A mailbox of Alice's that expires in 2099, bound to p_receiver if given.
create function t.make(p_key text, p_rights integer default 7,
    p_receiver text default null)
returns void language plpgsql volatile as $$
begin
	if t.create(p_key, p_rights => p_rights) not like 'ok%' then
		raise 'create of % failed', p_key;
	end if;
	update relay.mailbox
	set expires_at = '2099-01-01 00:00:00 UTC', sender_token = 'at',
	    receiver = t.u(p_receiver),
	    receiver_token = case when p_receiver is not null then 'bt'::bytea
		end
	where row_key = t.u(p_key);
end
$$;

create function t.expire(p_key text, p_ago interval default '1 s')
returns void language sql volatile as $$
	update relay.mailbox set expires_at = statement_timestamp() - p_ago
	where row_key = t.u(p_key)
$$;

-- The row as it lies there, with its place and its two transactions.
create function t.raw(p_key text)
returns text language sql volatile as $$
	select concat_ws(' ', m.ctid, m.xmin, m.xmax, m::text)
	from relay.mailbox as m where m.row_key = t.u(p_key)
$$;

-- What the row says.
create function t.row(p_key text)
returns text language sql volatile as $$
	select m::text from relay.mailbox as m where m.row_key = t.u(p_key)
$$;

create function t.tokens(p_key text)
returns text language sql volatile as $$
	select coalesce(convert_from(m.sender_token, 'UTF8'), '-') || ' '
	    || coalesce(convert_from(m.receiver_token, 'UTF8'), '-')
	from relay.mailbox as m where m.row_key = t.u(p_key)
$$;

create function t.receiver(p_key text)
returns uuid language sql volatile as $$
	select m.receiver from relay.mailbox as m where m.row_key = t.u(p_key)
$$;

-- The answer of a call, and whether it made its transaction one that writes
-- (a row lock does so too). To be the first call of a transaction.
create function t.quiet(p_call text)
returns text language plpgsql volatile as $$
declare
	v_answer text;
begin
	if pg_current_xact_id_if_assigned() is not null then
		raise 'the transaction has written already';
	end if;
	execute 'select ' || p_call into v_answer;
	if pg_current_xact_id_if_assigned() is not null then
		v_answer := v_answer || ' (wrote)';
	end if;
	return v_answer;
end
$$;
