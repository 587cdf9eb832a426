-- purge_step, what it notes, and whom it wakes; and purge_batch of before.

set search_path = t, pg_catalog;
begin;
select plan(43);
delete from relay.mailbox;
delete from relay.outbox;
delete from relay.push_count;
update relay.purge_state set purged = 0, purged_at = null;
select t.make('k' || i) from generate_series(1, 10) as i \g /dev/null
select t.expire('k' || i, make_interval(secs => i))
	from generate_series(1, 7) as i \g /dev/null
select t.delete('k8', 'alice') \g /dev/null
select is(relay_api.purge_batch(3), 3, 'at most as many as it may');
select is((select array_agg(i order by i) from generate_series(1, 10) as i
	join relay.mailbox on row_key = t.u('k' || i)),
	array[1, 2, 3, 4, 8, 9, 10], 'the oldest first');
select is(purged, 3::bigint, 'it counts') from relay.purge_state;
select is(purged_at > now() - interval '1 min', true,
	'and notes the time') from relay.purge_state;
select is(relay_api.purge_batch(100), 4, 'the others');
select is(relay_api.purge_batch(100), 0, 'and none');
select is((select count(*) from relay.mailbox), 3::bigint,
	'what lives is left, an ended one until its hour is over');
select t.expire('k8', '0 s') \g /dev/null
select is(relay_api.purge_batch(100), 1, 'then it goes');
select is(purged, 8::bigint, 'the sum') from relay.purge_state;
select throws_ok('select relay_api.purge_batch(0)', '22023', null,
	'a limit of none is refused');
select throws_ok('select relay_api.purge_batch(null)', '22023', null,
	'no limit is refused');

-- What waits for a mailbox goes with it, and is counted.
select t.make('o' || i, 7, 'bob') from generate_series(1, 3) as i \g /dev/null
select t.nudge('o' || i, 'alice', '1'), t.nudge('o' || i, 'bob', '1')
	from generate_series(1, 3) as i \g /dev/null
select t.delete('o2', 'alice', p_wrap => 'w') \g /dev/null
update relay.outbox set expires_at = statement_timestamp()
	where row_key = t.u('o2');
select t.expire('o' || i) from generate_series(1, 2) as i \g /dev/null
select is(row(purged, dropped, bells), row(2, 3,
	array[left(t.u('o1')::text, 8)]),
	'mailboxes, notifications, and whom to wake: not the ended one''s')
	from relay_api.purge_step(100);
select is(t.pushes(), 'none expired 3', 'it is counted');
select is(t.outbox('o1'), null, 'nothing is left for the one');
select is(t.outbox('o2'), null, 'nor for the other');
select is(t.outbox('o3'), 'receiver bt wrap 0 due, sender at wrap 0 due',
	'but for who lives');
select is(purged, 10::bigint, 'only mailboxes are in the sum')
	from relay.purge_state;

-- A notification may expire alone.
update relay.outbox set expires_at = statement_timestamp() where for_sender;
select is(row(purged, dropped, bells), row(0, 1, '{}'::text[]),
	'one that has expired') from relay_api.purge_step(100);
select is(t.outbox('o3'), 'receiver bt wrap 0 due', 'is gone');
select is(row(purged, dropped, bells), row(0, 0, '{}'::text[]),
	'nothing more') from relay_api.purge_step(100);

-- That of a delete waits as long as the mailbox was to live, and keeps its key.
select t.make('d' || i, 7, 'bob') from generate_series(1, 2) as i \g /dev/null
select t.delete('d' || i, 'alice', p_wrap => 'w'), t.expire('d' || i)
	from generate_series(1, 2) as i \g /dev/null
delete from relay.outbox where row_key = t.u('d2');
select is(row(purged, dropped, bells), row(1, 0, '{}'::text[]),
	'of two that were deleted more than an hour ago the one that was told '
	'is purged') from relay_api.purge_step(100);
select is(t.outbox('d1'), 'receiver bt w 0 due', 'the other is to be told');
select is(expires_at, '2099-01-01 00:00:00 UTC', 'until it would have ended')
	from relay.mailbox where row_key = t.u('d1');
select is(t.create('d1', 'carol'), 'ended', 'so long its key is taken');
select is(row(purged, dropped, bells), row(0, 0, '{}'::text[]),
	'it is not looked at again') from relay_api.purge_step(100);
select t.expire('d1') \g /dev/null
update relay.outbox set expires_at = m.expires_at from relay.mailbox as m
	where m.row_key = t.u('d1') and outbox.row_key = m.row_key;
select is(row(purged, dropped, bells), row(1, 1, '{}'::text[]),
	'then both go') from relay_api.purge_step(100);
select is(t.outbox('d1'), null, 'and the notification is never sent');
select is(t.create('d1', 'carol'), 'ok until 3600', 'the key is free');
delete from relay.mailbox where row_key = t.u('d1');

-- The bells are in pieces.
select t.make('m' || i) from generate_series(1, 1000) as i \g /dev/null
update relay.mailbox set expires_at = now() where version = 100;
select is(row(purged, (select array_agg(length(b) order by length(b) desc)
	from unnest(bells) as b)),
	row(1000, array[7896, 104]), 'in pieces that a NOTIFY can carry')
	from relay_api.purge_step(1000);
select throws_ok('select relay_api.purge_step(0)', '22023', null,
	'a limit of none is refused');

-- Each step begins where the one before has come to.
delete from relay.mailbox;
select t.make('r' || i) from generate_series(1, 4) as i \g /dev/null
select t.expire('r' || i, make_interval(secs => 10 - i))
	from generate_series(1, 4) as i \g /dev/null
select expires_at as second from relay.mailbox where row_key = t.u('r2') \gset
select expires_at as third from relay.mailbox where row_key = t.u('r3') \gset
select is(row(purged, reached), row(2, :'second'::timestamptz),
	'how far it has come') from relay_api.purge_step(2);
select t.make('r1') \g /dev/null
select t.expire('r1', '9 s') \g /dev/null
select expires_at as first from relay.mailbox where row_key = t.u('r1') \gset
select is(row(purged, reached), row(1, :'third'::timestamptz),
	'on from there') from relay_api.purge_step(1, :'second');
select is(purged, 1, 'and there, not only behind it')
	from relay_api.purge_step(100, (select expires_at from relay.mailbox
	where row_key = t.u('r4')));
select is(row(purged, reached), row(0, :'third'::timestamptz),
	'nothing: it stays') from relay_api.purge_step(100, :'third');
select is(row(purged, reached), row(1, :'first'::timestamptz),
	'what came behind it is of the next purge')
	from relay_api.purge_step(100);
select throws_ok('select relay_api.purge_step(1, null)', '22004', null,
	'from nowhere is refused');

-- Counts of backends that have been quiet become one.
delete from relay.push_count;
insert into relay.push_count (type, outcome, backend, n, last_at) values
	('webhook', 'dead', 0, 1, now() - interval '3 hours'),
	('webhook', 'dead', 1, 10, now() - interval '2 hours'),
	('webhook', 'dead', 2, 100, now()),
	('webhook', 'retry', 1, 1000, now() - interval '2 hours'),
	('webhook', 'retry', 2, 10000, now() - interval '4 hours');
select is(t.pushes(), 'webhook dead 111, webhook retry 11000', 'before');
select relay_api.purge_step(1) \g /dev/null
select is(t.pushes(), 'webhook dead 111, webhook retry 11000', 'and after');
select is(string_agg(concat_ws(' ', outcome, backend, n), ', '
	order by outcome, backend), 'dead 0 11, dead 2 100, retry 0 11000',
	'who has counted lately keeps its row') from relay.push_count;
select is(last_at, now() - interval '2 hours', 'the time is the latest')
	from relay.push_count where outcome = 'dead' and backend = 0;
select is(last_at, now(), 'of all') from relay.push_stats
	where outcome = 'dead';
select relay.count_push('webhook', 'dead', 1), relay.count_push('webhook',
	'dead', 2), relay.count_push('webhook', 'dead', 0) \g /dev/null
select is(t.pushes(), 'webhook dead 114, webhook retry 11000',
	'it goes on counting');
select is(n, 3::bigint, 'in a row of its own') from relay.push_count
	where backend = pg_backend_pid();

select * from finish();
rollback;
