-- mailbox_create_many: it makes what mailbox_create would have, and leaves
-- everything else to it.

set search_path = t, pg_catalog;
begin;
select plan(17);
delete from relay.mailbox;

-- What each call of `calls` was told, in their order.
create table calls (n serial, key uuid, sender uuid default t.u('alice'),
	request uuid default t.u('alicecreate'), rights smallint default 7,
	expires_at timestamptz, ttl integer default 3600,
	most integer default 604800, version bigint default 100,
	payload bytea default 'first', display bytea default 'title',
	token bytea);
create function t.many()
returns text language sql volatile as $$
	select string_agg(coalesce(o.outcome || case when o.expires_at =
	    m.expires_at and o.token is not distinct from m.sender_token
	    then '' else ' but not as stored' end, '-'), ' ' order by c.n)
	from (select row_number() over (order by n) as place, n, key
	    from calls) as c
	left join (select f.* from (select array_agg(key order by n) as keys,
	    array_agg(sender order by n) as senders,
	    array_agg(request order by n) as requests,
	    array_agg(rights order by n) as rights,
	    array_agg(expires_at order by n) as expires,
	    array_agg(ttl order by n) as ttls, array_agg(most order by n) as mosts,
	    array_agg(version order by n) as versions,
	    array_agg(payload order by n) as payloads,
	    array_agg(display order by n) as displays,
	    array_agg(token order by n) as tokens from calls) as a,
	    relay_api.mailbox_create_many(a.keys, a.senders, a.requests, a.rights,
		a.expires, a.ttls, a.mosts, a.versions, a.payloads, a.displays,
		a.tokens) as f) as o using (place)
	left join relay.mailbox as m on m.row_key = c.key
$$;

insert into calls (key, token, expires_at)
	values (t.u('a'), null, null), (t.u('b'), 'at', null),
	(t.u('c'), null, statement_timestamp() + interval '90.5 s'),
	(t.u('d'), null, '2999-01-01');
-- One statement makes them, so a helper looks at them in the next.
select t.many() as answers \gset
select is((select count(*) from relay.mailbox), 4::bigint, 'all are made');
select t.create('e') \g /dev/null
select is(replace(t.row('a'), t.u('a')::text, ''),
	replace(t.row('e'), t.u('e')::text, ''), 'as by mailbox_create');
select t.create('f', p_token => 'at') \g /dev/null
select is(replace(t.row('b'), t.u('b')::text, ''),
	replace(t.row('f'), t.u('f')::text, ''), 'with the token');
select t.create('g', p_expires_at => statement_timestamp()
	+ interval '90.5 s') \g /dev/null
select is((select expires_at from relay.mailbox where row_key = t.u('c')),
	(select expires_at from relay.mailbox where row_key = t.u('g')),
	'with the expiration that was asked for, in whole seconds');
select t.create('h', p_expires_at => '2999-01-01') \g /dev/null
select is((select expires_at from relay.mailbox where row_key = t.u('d')),
	(select expires_at from relay.mailbox where row_key = t.u('h')),
	'which is limited');
select is(t.many(), '- - - -', 'again: none, for mailbox_create to say why');

truncate calls;
select t.raw('a') as before \gset
insert into calls (key, request) values (t.u('a'), t.u('other')),
	(t.u('i'), t.u('one')), (t.u('i'), t.u('two'));
select is(split_part(t.many(), ' ', 1), '-', 'a key in use');
select is(t.raw('a'), :'before', 'its row lies there untouched');
select is((select created_by from relay.mailbox where row_key = t.u('i')),
	t.u('one'), 'of two with one key the first is made');

truncate calls;
insert into calls (key, request, expires_at) values
	(t.u('j'), t.u('one'), statement_timestamp()),
	(t.u('j'), t.u('two'), null);
select is(t.many(), '- -', 'the first is too soon: none');
select is(t.row('j'), null, 'so that none is given the other''s answer');

truncate calls;
select t.expire('a') \g /dev/null
insert into calls (key, rights, payload, ttl) values (t.u('a'), 7, 'x', 60),
	(t.u('k'), 0, 'x', 60), (t.u('l'), 8, 'x', 60), (t.u('m'), 7, null, 60),
	(t.u('n'), 7, 'x', null), (null, 7, 'x', 60);
select is(t.many(), '- - - - - -',
	'an expired one, unknown rights, what may not be null: not here');
select is((select count(*) from relay.mailbox where row_key in (t.u('k'),
	t.u('l'), t.u('m'), t.u('n'))), 0::bigint, 'and nothing is made');
truncate calls;
insert into calls (key) values (t.u('o')), (t.u('p'));
select t.many() \g /dev/null
select is((select outcome from relay_api.mailbox_create_many(
	array[t.u('q')], array[t.u('alice')], array[t.u('r')], array[7::smallint],
	array[null]::timestamptz[], array[60], array[60], array[1::bigint],
	array['x'::bytea], array[null]::bytea[], array[null]::bytea[])), 'ok',
	'one alone');
select is((select count(*) from relay_api.mailbox_create_many('{}', '{}', '{}',
	'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')), 0::bigint,
	'of none, none');
select throws_ok($$select relay_api.mailbox_create_many('{}', '{}', '{}',
	'{}', '{}', '{}', '{}', '{}', '{}', '{}', null)$$, '22004', null,
	'a null for an array is refused');
select is((select string_agg(rule, ', ') from relay.mailbox_rules
	where broken <> 0), null, 'all rules hold');

select * from finish();
rollback;
