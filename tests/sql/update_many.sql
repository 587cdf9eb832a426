-- mailbox_update_many: it does what mailbox_update would have, and leaves
-- everything else to it.

set search_path = t, pg_catalog;
begin;
select plan(22);
delete from relay.mailbox;
delete from relay.outbox;

-- Updates "key claim request", in this order, as one call: each answer.
create function t.many(p_calls text[], p_wrap text default null)
returns text language sql volatile as $$
	select string_agg(concat_ws(' ', coalesce(o.outcome, '-'), o.version,
	    convert_from(o.token, 'UTF8'), case when o.pushed then 'pushed' end),
	    ', ' order by c.place)
	from generate_series(1, cardinality(p_calls)) as c(place)
	left join (select f.* from
	    (select array_agg(t.u(split_part(c, ' ', 1)) order by n) as keys,
		array_agg(t.u(split_part(c, ' ', 2)) order by n) as claims,
		array_agg(t.u(split_part(c, ' ', 2) || split_part(c, ' ', 3))
		    order by n) as requests,
		array_agg(t.b('next') order by n) as payloads,
		array_agg(t.b(p_wrap) order by n) as wraps
	    from unnest(p_calls) with ordinality as a(c, n)) as a,
	    relay_api.mailbox_update_many(a.keys, a.claims, a.requests,
		a.payloads, a.wraps) as f) as o using (place)
$$;

-- A row without its key and its mailbox's name.
create function t.same(p_a text, p_b text)
returns boolean language sql volatile as $$
	select replace(t.row(p_a), t.u(p_a)::text, '')
	    = replace(t.row(p_b), t.u(p_b)::text, '')
$$;

select t.make(k, 7, 'bob') from unnest(array['a', 'b', 'c', 'd']) as k
	\g /dev/null
select is(t.many(array['a alice 1', 'b bob 1']), 'ok 101 at, ok 101 bt',
	'both sides'' updates, with their tokens');
select t.update('c', 'alice', '1') \g /dev/null
select t.update('d', 'bob', '1') \g /dev/null
select ok(t.same('a', 'c'), 'the sender''s as by mailbox_update');
select ok(t.same('b', 'd'), 'and the receiver''s');
select is((select count(*) from relay.outbox), 0::bigint,
	'without a wrap nobody is notified');

select is(t.many(array['a alice 1', 'b bob 2']), '-, ok 102 bt',
	'a repeat is mailbox_update''s');
select is(t.many(array['a carol 1', 'b alice 1', 'x alice 1']), '-, ok 103 at, -',
	'so are a stranger, and what is not there');
select is(t.many(array['a alice 2', 'a bob 2', 'b bob 3']),
	'ok 102 at, -, ok 104 bt', 'and the second one of a mailbox');
select is((select recent[2] from relay.mailbox where row_key = t.u('a')),
	t.u('alice2'), 'of which the first was done');

-- The last 16.
do $$
begin
	for i in 3 .. 20 loop
		perform t.many(array['a alice ' || i, 'c alice ' || i]);
	end loop;
	perform t.update('c', 'alice', '2');
end
$$;
select is(recent, (select array_agg(t.u('alice' || i) order by i)
	from generate_series(5, 20) as i), 'the last 16 are kept, in order')
	from relay.mailbox where row_key = t.u('a');
select is(t.many(array['a alice 5', 'b bob 3']), '-, -', 'and known as repeats');
select is(t.many(array['a alice 4', 'b bob 4']), 'ok 121 at, ok 105 bt',
	'the 17th is forgotten');

-- Notifications.
delete from relay.outbox;
select is(t.many(array['a alice n', 'b bob n'], 'wrap'),
	'ok 122 at pushed, ok 106 bt pushed', 'with a wrap the others are notified');
select is(t.outbox('a'), 'receiver bt wrap 0 due', 'the receiver');
select is(t.outbox('b'), 'sender at wrap 0 due', 'the sender');
select t.nudge('d', 'bob', 'n') \g /dev/null
select is((select row(o.owner, o.expires_at) from relay.outbox as o
	where row_key = t.u('b')), (select row(o.owner, o.expires_at)
	from relay.outbox as o where row_key = t.u('d')),
	'as mailbox_update does it');
update relay.mailbox set receiver_token = null where row_key = t.u('a');
select is(t.many(array['a alice m', 'b alice m'], 'wrap'),
	'ok 123 at, ok 107 at pushed', 'who left no token is not');

select t.make('e', 5, 'bob') \g /dev/null
select t.make('f', 7, 'bob') \g /dev/null
select t.expire('f', '0 s') \g /dev/null
select t.make('g', 7, 'bob') \g /dev/null
select t.delete('g', 'bob') \g /dev/null
select t.raw('e') as e, t.raw('f') as f, t.raw('g') as g \gset
select is(t.many(array['e alice 1', 'f alice 1', 'g alice 1']), '-, -, -',
	'no right to write, expired, deleted');
select is(row(t.raw('e'), t.raw('f'), t.raw('g')),
	row(:'e'::text, :'f'::text, :'g'::text), 'their rows lie there untouched');
select is((select count(*) from relay_api.mailbox_update_many(array[t.u('a')],
	array[t.u('alice')], array[t.u('z')], array[null]::bytea[],
	array[null]::bytea[])), 0::bigint, 'nor without a payload');
select is((select count(*) from relay_api.mailbox_update_many('{}', '{}', '{}',
	'{}', '{}')), 0::bigint, 'of none, none');
select throws_ok($$select relay_api.mailbox_update_many('{}', '{}', '{}',
	'{}', null)$$, '22004', null, 'a null for an array is refused');
select is((select string_agg(rule, ', ') from relay.mailbox_rules
	where broken <> 0), null, 'all rules hold');

select * from finish();
rollback;
