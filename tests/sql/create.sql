-- mailbox_create: every outcome, and what is stored.

set search_path = t, pg_catalog;
begin;
select plan(35);
delete from relay.mailbox;

select is(t.create('a'), 'ok until 3600', 'a create is ok, the default counts');
select is(t.row('a'), (select row(t.u('a'), t.u('alice'), null::uuid,
	t.u('alicecreate'), 7, m.expires_at, 100, '{}'::uuid[], t.b('first'),
	t.b('title'), null::bytea, null::bytea)::text
	from relay.mailbox as m where row_key = t.u('a')),
	'it stores what it was given');
select is(date_trunc('second', expires_at), expires_at, 'whole seconds')
	from relay.mailbox where row_key = t.u('a');
select is(t.create('a'), 'repeated as before',
	'the same again is repeated, with the same expiration');
select is(t.create('a', p_rights => 1, p_payload => 'other',
	p_expires_at => now() + '2 days'), 'repeated as before',
	'whatever else it says');
select is(t.create('a', p_expires_at => now() - interval '1 day'),
	'repeated as before', 'also when it comes with an old expiration');
select is(convert_from(payload, 'UTF8'), 'first', 'a repeat changes nothing')
	from relay.mailbox where row_key = t.u('a');
select is(t.create('a', p_request => 'another'), 'conflict',
	'another request of the same claim conflicts');
select is(t.create('a', p_claim => 'mallory'), 'conflict',
	'the same request id of another claim conflicts');
select is(t.create('a', p_claim => 'mallory',
	p_expires_at => now() - interval '1 day'), 'too_soon',
	'too soon comes before the conflict');

select is(t.create('b', p_expires_at =>
	statement_timestamp() + interval '59.9 s'), 'too_soon',
	'less than 60 seconds ahead is too soon');
select is(t.create('b', p_expires_at => '-infinity'), 'too_soon',
	'the beginning of time is too soon');
select is(t.row('b'), null, 'nothing is made');
select is(t.create('b', p_expires_at =>
	statement_timestamp() + interval '60 s'), 'ok until 60',
	'60 seconds ahead is enough');
select is(t.create('c', p_expires_at => now() + interval '30 days'),
	'ok until 604800', 'beyond max_ttl it is cut');
select is(t.create('d', p_expires_at => 'infinity'),
	'ok until 604800', 'the end of time is cut');
select is(t.create('e', p_default_ttl => 700, p_max_ttl => 500),
	'ok until 500', 'the default is cut too');
select is(t.create('f', p_display => null, p_token => 'token'),
	'ok until 3600', 'without display information, with a token');
select is(t.tokens('f'), 'token -', 'the token is the sender''s');
select is(display, null, 'no display information')
	from relay.mailbox where row_key = t.u('f');

-- The row of a mailbox that has expired is free, for whomever.
select t.make('g', p_receiver => 'bob') \g /dev/null
select t.update('g', 'bob', 'x') \g /dev/null
select t.expire('g') \g /dev/null
select is(t.create('g', p_claim => 'carol',
	p_expires_at => now() - interval '1 day'), 'too_soon',
	'an expired row does not make up for too soon');
select is(t.create('g', p_claim => 'carol', p_payload => 'hers',
	p_rights => 3), 'ok until 3600', 'an expired row is free');
select is(t.row('g'), (select row(t.u('g'), t.u('carol'), null::uuid,
	t.u('carolcreate'), 3, m.expires_at, 100, '{}'::uuid[], t.b('hers'),
	t.b('title'), null::bytea, null::bytea)::text
	from relay.mailbox as m where row_key = t.u('g')),
	'nothing of the old one is left');
select t.make('h') \g /dev/null
select t.expire('h', '0 s') \g /dev/null
select is(t.create('h'), 'ok until 3600',
	'expired, the same request makes a new one');
do $$
begin
	perform t.make('i');
	perform t.expire('i', '0 s');
	if t.create('i', p_claim => 'carol') not like 'ok%' then
		raise 'a row is free in the very moment that it expires';
	end if;
end
$$;
select pass('a row is free in the very moment that it expires');

-- A delete is final for an hour.
select t.make('j') \g /dev/null
select is(t.delete('j', 'alice'), 'ok', 'deleted');
select is(t.create('j'), 'ended', 'a late twin of the create: ended');
select is(t.create('j', p_claim => 'mallory'), 'ended', 'any create: ended');
select is(t.create('j', p_expires_at => now()), 'too_soon',
	'too soon comes before ended');
select t.expire('j') \g /dev/null
select is(t.create('j'), 'ok until 3600', 'after that hour the key is free');

select throws_ok($$select t.create('k', p_rights => 0)$$, '22023', null,
	'no rights at all are refused');
select throws_ok($$select t.create('k', p_rights => 8)$$, '22023', null,
	'unknown rights are refused');
select throws_ok($$select t.create('k', p_payload => null)$$, '22004', null,
	'no payload is refused');
select throws_ok($$select t.create(null)$$, '22004', null,
	'no key is refused');
select throws_ok($$select t.create('k', p_max_ttl => null)$$, '22004', null,
	'no bound is refused');

select * from finish();
rollback;
