-- mailbox_read_many: what reads and previews are told, many at once, and no
-- trace of it; and that it agrees with the calls for which it stands.

set search_path = t, pg_catalog;
begin;
select plan(21);
delete from relay.mailbox;

-- The answers in the order of the calls, each "key claim", or "key" for a
-- preview.
create function t.many(variadic p_calls text[])
returns text language sql stable as $$
	select string_agg(concat_ws(' ', coalesce(o.outcome, '(bind)'),
	    o.version, convert_from(o.payload, 'UTF8'),
	    convert_from(o.display, 'UTF8'),
	    case when o.expires_at is not null then 'until '
		|| to_char(o.expires_at at time zone 'UTC', 'YYYY') end),
	    ', ' order by o.place)
	from relay_api.mailbox_read_many(
	    (select array_agg(t.u(split_part(c, ' ', 1)) order by n)
		from unnest(p_calls) with ordinality as a(c, n)),
	    (select array_agg(t.u(nullif(split_part(c, ' ', 2), '')) order by n)
		from unnest(p_calls) with ordinality as a(c, n))) as o
$$;

select is(t.many('a alice'), 'not_found', 'there is none');
select is(t.many('a'), 'not_found', 'nor a preview');
select t.make('a') \g /dev/null
select t.raw('a') as before \gset
select is(t.many('a alice'), 'ok 100 first title until 2099', 'the sender');
select is(t.many('a'), 'ok title until 2099',
	'a preview: no version, no payload');
select is(t.many('a bob'), '(bind)', 'who would be bound is not told');
select is(t.receiver('a'), null, 'nor bound');
select is(t.raw('a'), :'before', 'the row lies there untouched');
select is(t.many('x bob', 'a', 'a alice', 'a bob', 'x'),
	'not_found, ok title until 2099, ok 100 first title until 2099, '
	'(bind), not_found', 'each is given its own');

select t.make('b', 7, 'bob') \g /dev/null
select is(t.many('b bob', 'b alice', 'b carol', 'b'),
	'ok 100 first title until 2099, ok 100 first title until 2099, '
	'unbound, ok title until 2099', 'both sides, a stranger, a preview');
select t.make('c', 6, 'bob') \g /dev/null
select t.make('d', 6) \g /dev/null
select is(t.many('c bob', 'c alice', 'c carol', 'd carol', 'd'),
	'forbidden, forbidden, unbound, unbound, ok title until 2099',
	'no right to read');

-- Whatever mailbox_read and mailbox_preview would say, unless they bind.
select is((select string_agg(t.many(k || ' ' || c), ', ' order by k, c)
	from unnest(array['b', 'c', 'd', 'x']) as k,
	    unnest(array['alice', 'bob', 'carol']) as c
	where t.many(k || ' ' || c) <> '(bind)'),
	(select string_agg(t.read(k, c), ', ' order by k, c)
	from unnest(array['b', 'c', 'd', 'x']) as k,
	    unnest(array['alice', 'bob', 'carol']) as c),
	'the same as one by one');

update relay.mailbox set display = null where row_key = t.u('b');
select is(t.many('b bob', 'b'), 'ok 100 first until 2099, ok until 2099',
	'no display information');
select t.expire('b', '0 s') \g /dev/null
select is(t.many('b bob', 'b'), 'not_found, not_found', 'expired');
select t.delete('a', 'alice') \g /dev/null
select is(t.many('a alice', 'a'), 'not_found, not_found', 'deleted');

select is((select count(*) from relay_api.mailbox_read_many('{}', '{}')), 0::bigint,
	'of none, none');
select is((select outcome from relay_api.mailbox_read_many(
	array[null]::uuid[], array[t.u('alice')])), 'not_found', 'no key');
select is(provolatile, 's', 'it is stable: it cannot write')
	from pg_proc where oid =
	'relay_api.mailbox_read_many(uuid[], uuid[])'::regprocedure;
select ok('plan_cache_mode=force_generic_plan' = any (proconfig),
	'nor is it planned anew for each few calls')
	from pg_proc where oid =
	'relay_api.mailbox_read_many(uuid[], uuid[])'::regprocedure;
select throws_ok($$select relay_api.mailbox_read_many(null, '{}')$$, '22004',
	null, 'no keys are refused');
select throws_ok($$select relay_api.mailbox_read_many('{}', null)$$, '22004',
	null, 'nor claims');
select throws_ok($$select relay_api.mailbox_read_many(array[t.u('a')], '{}')$$,
	'2202E', null, 'nor another number of them');

select * from finish();
rollback;
