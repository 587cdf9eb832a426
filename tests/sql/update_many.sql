-- mailbox_update_many: it does what mailbox_update would have done, and leaves
-- everything else to it.

set search_path = t, pg_catalog;
begin;
select plan(17);
delete from relay.mailbox;
delete from relay.outbox;

-- Calls "key claim request token wrap", of which the last two may be missing,
-- and "-" clears the token.
create function t.token_of(p_call text)
returns bytea language sql immutable as $$
	select t.b(nullif(nullif(split_part(p_call, ' ', 4), '-'), ''))
$$;

create function t.told(p_outcome text, p_version bigint, p_token bytea,
	p_pushed boolean)
returns text language sql immutable as $$
	select concat_ws(' ', coalesce(p_outcome, '-'), p_version,
	    convert_from(p_token, 'UTF8'), case when p_pushed then 'pushed' end)
$$;

-- What each is told, in their order: by one call,
create function t.many(variadic p_calls text[])
returns text language sql volatile as $$
	select string_agg(t.told(o.outcome, o.version, o.token, o.pushed), ', '
	    order by c.place)
	from generate_series(1, cardinality(p_calls)) as c (place)
	left join (select f.* from
	    (select array_agg(t.u(split_part(c, ' ', 1)) order by n) as keys,
		array_agg(t.u(split_part(c, ' ', 2)) order by n) as claims,
		array_agg(t.u(split_part(c, ' ', 2) || split_part(c, ' ', 3))
		    order by n) as requests,
		array_agg(t.b(c) order by n) as payloads,
		array_agg(split_part(c, ' ', 4) <> '' order by n) as are_set,
		array_agg(t.token_of(c) order by n) as tokens,
		array_agg(t.b(nullif(split_part(c, ' ', 5), '')) order by n)
		    as wraps
	    from unnest(p_calls) with ordinality as a (c, n)) as a,
	    relay_api.mailbox_update_many(a.keys, a.claims, a.requests,
		a.payloads, a.are_set, a.tokens, a.wraps) as f) as o
	    using (place)
$$;

-- and by one each.
create function t.each(variadic p_calls text[])
returns text language plpgsql volatile as $$
declare
	v_call text;
	v_told text[];
begin
	foreach v_call in array p_calls loop
		v_told := v_told || (select t.told(o.outcome, o.version,
		    o.token, o.pushed)
		from relay_api.mailbox_update(t.u(split_part(v_call, ' ', 1)),
		    t.u(split_part(v_call, ' ', 2)),
		    t.u(split_part(v_call, ' ', 2)
			|| split_part(v_call, ' ', 3)), null,
		    t.b(v_call), split_part(v_call, ' ', 4) <> '',
		    t.token_of(v_call),
		    t.b(nullif(split_part(v_call, ' ', 5), ''))) as o);
	end loop;
	return array_to_string(v_told, ', ');
end
$$;

-- All that is there, notifications too, but for their times and generations,
-- which begin anywhere.
create function t.rows()
returns text language sql volatile as $$
	select concat_ws(' ', (select string_agg(m::text, ' ' order by m.row_key)
	    from relay.mailbox as m),
	    (select string_agg((to_jsonb(o) - array['put_at', 'due_at',
		'generation'])::text, ' ' order by o.row_key, o.for_sender)
	    from relay.outbox as o))
$$;

select t.make(k, 7, 'bob') from unnest(array['a', 'b', 'c', 'd']) as k
	\g /dev/null
select t.make('e', 5, 'bob') \g /dev/null
select t.make('f', 7, 'bob'), t.expire('f', '0 s') \g /dev/null
select t.make('g', 7, 'bob'), t.delete('g', 'bob') \g /dev/null
select t.make('h') \g /dev/null

select array['a alice 1', 'b bob 1', 'c alice 1', 'd bob 1', 'h alice 1']
	as calls \gset
savepoint s;
select t.many(variadic :'calls') as told \gset
select t.rows() as rows \gset
rollback to s;
select is(:'told'::text,
	'ok 101 at, ok 101 bt, ok 101 at, ok 101 bt, ok 101 at',
	'both sides'' updates, with their tokens');
select is(t.each(variadic :'calls'), :'told', 'as by mailbox_update');
select is(t.rows(), :'rows', 'so are the rows');

-- All that is not to be done here.
select string_agg(t.raw(k), ' ') as before
	from unnest(array['a', 'c', 'e', 'f', 'g', 'h']) as k \gset
select is(t.many('a alice 1', 'b alice 2', 'b bob 2', 'c carol 1', 'd bob 1',
	'd bob 2', 'e alice 1', 'e carol 1', 'f alice 1', 'g alice 1',
	'h bob 1', 'x alice 1'),
	'-, ok 102 at, -, -, -, ok 102 bt, -, -, -, -, -, -',
	'repeats, the second one of a mailbox, strangers, no right, no mailbox');
select is((select string_agg(t.raw(k), ' ')
	from unnest(array['a', 'c', 'e', 'f', 'g', 'h']) as k), :'before',
	'whose rows lie there untouched');

-- Tokens and notifications.
select array['a alice n  w', 'b bob n new w', 'c bob n - w',
	'd alice m newest w', 'h alice n new w'] as calls \gset
savepoint s;
select t.many(variadic :'calls') as told \gset
select t.rows() as rows \gset
rollback to s;
select is(:'told'::text, 'ok 102 at pushed, ok 103 new pushed, ok 102 pushed, '
	'ok 103 newest pushed, ok 102 new',
	'tokens are set and cleared, and the other side is notified');
select is(t.each(variadic :'calls'), :'told', 'as by mailbox_update');
select is(t.rows(), :'rows', 'so are the rows, and the notifications');

-- The last 16.
do $$
begin
	for i in 1 .. 17 loop
		perform t.many('a alice r' || i, 'c alice r' || i);
	end loop;
end
$$;
select is(recent, (select array_agg(t.u('alicer' || i) order by i)
	from generate_series(2, 17) as i), 'the last 16 are kept, in order')
	from relay.mailbox where row_key = t.u('a');
select is(t.many('a alice r2', 'c alice r1'), '-, ok 120 at',
	'and known; the 17th is forgotten');

select t.row('a') || t.row('b') as before \gset
select is((select count(*) from relay_api.mailbox_update_many(
	array[t.u('a'), t.u('b'), null], array[null, t.u('alice'), t.u('bob')],
	array[t.u('x'), null, t.u('z')], array['x', 'y', 'z']::bytea[],
	'{f,f,f}', array[null, null, null]::bytea[],
	array[null, null, null]::bytea[])), 0::bigint, 'what may not be null');
select is(t.row('a') || t.row('b'), :'before', 'is not done');

select is(t.many('a alice alone'), 'ok 120 at', 'one alone');
select is((select count(*) from relay_api.mailbox_update_many('{}', '{}', '{}',
	'{}', '{}', '{}', '{}')), 0::bigint, 'of none, none');
select throws_ok($$select relay_api.mailbox_update_many('{}', '{}', '{}',
	'{}', '{}', '{}', null)$$, '22004', null,
	'a null for an array is refused');
select throws_ok($$select relay_api.mailbox_update_many('{}', '{}', '{}',
	'{}', '{}', '{}', '{x}')$$, '2202E', null,
	'so is another number of one of them');
select is((select string_agg(rule, ', ') from relay.mailbox_rules
	where broken <> 0), null, 'all rules hold');

select * from finish();
rollback;
