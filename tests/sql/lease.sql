-- outbox_lease and outbox_done, the counts, the two views.

set search_path = t, pg_catalog;
begin;
select plan(74);
delete from relay.mailbox;
delete from relay.outbox;
delete from relay.push_count;

select is(t.lease(), null, 'nothing waits');
select results_eq('select * from relay.outbox_status', $$values (0::bigint,
	0::bigint, 0::bigint, null::interval, null::smallint)$$,
	'the status says so');

-- Three mailboxes, whose senders wait: the longest due comes first.
select t.make(k, 7, 'bob') from (values ('a'), ('b'), ('c')) as v (k)
	\g /dev/null
update relay.mailbox set sender_token = t.b('t' || k)
	from (values ('a'), ('b'), ('c')) as v (k) where row_key = t.u(k);
select t.nudge(k, 'bob', '1') from (values ('a'), ('b'), ('c')) as v (k)
	\g /dev/null
update relay.outbox set due_at = now() - case row_key when t.u('a') then
	interval '2 s' when t.u('b') then interval '3 s' else '1 s' end,
	put_at = now() - interval '90 s';
select is(row(waiting, due, leased, tries), row(3::bigint, 3::bigint,
	0::bigint, 0::smallint), 'three are due') from relay.outbox_status;
select is(t.lease(2), 'tb 1, ta 1', 'a lease of two gets the oldest two');
select is(row(waiting, due, leased, tries), row(3::bigint, 1::bigint,
	2::bigint, 1::smallint), 'which are out') from relay.outbox_status;
select is(oldest between interval '90 s' and interval '150 s', true,
	'and for how long they wait') from relay.outbox_status;
select is(t.lease(2), 'tc 1', 'the next the third');
select is(t.lease(), null, 'and then none: each is leased once');
select is(due_at - statement_timestamp() between interval '1 s'
	and interval '60 s', true, 'for as long as was asked for')
	from relay.outbox where row_key = t.u('a');
update relay.outbox set due_at = now() where row_key = t.u('a');
select is(t.lease(), 'ta 2', 'a lease that is over is given again');
update relay.outbox set due_at = now() where row_key = t.u('b');
select is(row(row_key, l.for_sender, l.generation, l.owner, l.token, l.wrap,
	l.expires_at, l.put_at), row(t.u('b'), true, o.generation,
	t.u('alice'), t.b('tb'), t.b('wrap'), o.expires_at, o.put_at),
	'all that a notifier needs')
	from relay_api.outbox_lease(1, 60) as l
	join relay.outbox as o using (row_key);

-- What becomes of it.
select is(t.done('a', 'delivered'), 'deleted', 'delivered');
select is(t.outbox('a'), null, 'it is gone');
select is(t.done('a', 'delivered'), 'gone', 'again: gone');
select is(t.done('b', 'rejected'), 'deleted', 'rejected');
select is(t.done('c', 'failed', p_type => 'webpush'), 'deleted', 'given up');
select is(count(*), 0::bigint, 'nothing waits') from relay.outbox;
select is(string_agg(t.tokens(k), ' '), 'ta bt tb bt tc bt',
	'the tokens stay')
	from (values ('a'), ('b'), ('c')) as v (k);
select is(t.pushes(), 'webhook delivered 2, webhook rejected 1, '
	'webpush failed 1', 'all are counted');
select is(last_at > now() - interval '1 min', true, 'with the time')
	from relay.push_stats where type = 'webpush';

-- A retry.
select t.nudge('a', 'bob', '2') \g /dev/null
select t.lease() \g /dev/null
select is(t.done('a', 'retry', 5000), 'later', 'a retry is later');
select is(t.outbox('a'), 'sender ta wrap 1 later', 'it waits');
select is(due_at - statement_timestamp() between interval '1 s'
	and interval '5 s', true, 'as long as it was told') from relay.outbox;
update relay.outbox set due_at = now();
select is(t.lease(), 'ta 2', 'then it is leased again');
select is(t.done('a', 'retry', 0), 'later', 'at once, too');
select is(t.lease(), 'ta 3', 'indeed');
update relay.outbox set expires_at = now() + interval '1 min';
select is(t.done('a', 'retry', 3600000), 'deleted',
	'a retry after the mailbox''s end is none');
select is(t.outbox('a'), null, 'it is gone');
select is(t.pushes(), 'webhook delivered 2, webhook expired 1, '
	'webhook rejected 1, webhook retry 2, webpush failed 1',
	'and counted as expired');

-- One that no gateway was asked for: the lease is no try, and not counted.
select t.nudge('a', 'bob', 'u') \g /dev/null
select t.lease() \g /dev/null
select is(t.done('a', 'unsent', 5000), 'later', 'unsent is later');
select is(t.outbox('a'), 'sender ta wrap 0 later', 'the lease was no try');
select is(due_at - statement_timestamp() between interval '1 s'
	and interval '5 s', true, 'it waits as long as was told')
	from relay.outbox;
select is(t.done('a', 'unsent', 0), 'later', 'there are no tries below 0');
select is(t.lease(), 'ta 1', 'then it is leased as for the first time');
select is(t.pushes(), 'webhook delivered 2, webhook expired 1, '
	'webhook rejected 1, webhook retry 2, webpush failed 1',
	'it is not counted');
update relay.outbox set expires_at = now() + interval '1 min';
select is(t.done('a', 'unsent', 3600000), 'deleted',
	'unless the mailbox ends before');
select is(t.outbox('a'), null, 'it is gone');
select is(t.pushes(), 'webhook delivered 2, webhook expired 2, '
	'webhook rejected 1, webhook retry 2, webpush failed 1',
	'which is counted');
select throws_ok($$select t.done('a', 'unsent')$$, '22023', null,
	'unsent until when?');

-- Renewed while it was sent: the former answer does not count.
select t.nudge('a', 'bob', '3') \g /dev/null
select t.lease() \g /dev/null
select t.generation('a') as old \gset
select t.nudge('a', 'bob', '4') \g /dev/null
select is(t.done('a', 'delivered', null, :old), 'due',
	'delivered, but there is news');
select is(t.outbox('a'), 'sender ta wrap 0 due', 'it is to be sent again');
select is(t.done('a', 'retry', 100000, :old), 'due', 'a retry likewise');
select is(t.done('a', 'failed', null, :old), 'due', 'and a failure');
select is(t.done('a', 'dead', null, :old), 'due', 'and a dead token');
select is(t.tokens('a'), 'ta bt', 'which is asked for once more');
select is(t.outbox('a'), 'sender ta wrap 0 due', 'it is due as before');

-- Another row in its place does not pass for the former.
select t.generation('a') as old \gset
select t.read('a', 'alice', true, null), t.read('a', 'alice', true, 'ta2')
	\g /dev/null
select t.nudge('a', 'bob', '5') \g /dev/null
select isnt(t.generation('a'), :old, 'made anew: another generation');
select is(t.done('a', 'dead', null, :old), 'due', 'a dead one of before');
select is(t.tokens('a'), 'ta2 bt', 'does not forget the token of now');

-- A dead token is forgotten.
select t.lease() \g /dev/null
select is(t.done('a', 'dead'), 'deleted', 'dead');
select is(t.outbox('a'), null, 'nothing waits');
select is(t.tokens('a'), '- bt', 'the token is forgotten, the other is not');
select is(version, 106::bigint, 'the version stays')
	from relay.mailbox where row_key = t.u('a');
select is(t.nudge('a', 'bob', '6'), 'ok 107', 'nobody is notified any more');
select t.nudge('a', 'alice', '1') \g /dev/null
select is(t.done('a', 'dead', p_for_sender => false), 'deleted',
	'the receiver''s');
select is(t.tokens('a'), '- -', 'likewise');
-- It cannot be, for a new token is that of the row as well; if it were:
select t.nudge('b', 'bob', '2') \g /dev/null
update relay.mailbox set sender_token = 'new' where row_key = t.u('b');
select is(t.done('b', 'dead'), 'deleted', 'dead, and another one by now');
select is(t.tokens('b'), 'new bt', 'that one stays');
select t.nudge('b', 'bob', '3') \g /dev/null
select t.delete('b', 'alice') \g /dev/null
select is(t.done('b', 'dead'), 'gone', 'of a mailbox that has ended: gone');
select t.delete('c', 'bob', p_wrap => 'w') \g /dev/null
select is(t.done('c', 'dead'), 'deleted', 'after the delete: deleted');
select is(t.tokens('c'), '- -', 'and the ended mailbox is left alone');

-- What has expired is not sent.
select t.make(k, 7, 'bob') from (values ('d'), ('e'), ('f')) as v (k)
	\g /dev/null
select t.nudge(k, 'bob', '1') from (values ('d'), ('e'), ('f')) as v (k)
	\g /dev/null
update relay.outbox set expires_at = statement_timestamp()
	where row_key in (t.u('d'), t.u('e'));
delete from relay.push_count;
select is(t.lease(1), 'at 1', 'what has expired is not leased');
select is(t.pushes(), 'none expired 1', 'it is counted');
select t.lease() \g /dev/null
select is(count(*), 1::bigint, 'and deleted') from relay.outbox;
select is(t.pushes(), 'none expired 2', 'each of it');
select is(t.done('f', 'rejected', p_type => null), 'deleted',
	'a token that has no gateway');
select is(t.pushes(), 'none expired 2, none rejected 1', 'is counted as none');

-- What makes no sense.
select throws_ok('select relay_api.outbox_lease(0, 1)', '22023', null,
	'a lease of none');
select throws_ok('select relay_api.outbox_lease(1, null)', '22023', null,
	'a lease for ever');
select throws_ok($$select t.done('a', 'eaten')$$, '22023', null,
	'another outcome');
select throws_ok($$select t.done('a', 'expired')$$, '22023', null,
	'one that only we count');
select throws_ok($$select t.done('a', 'retry')$$, '22023', null,
	'a retry without a time');
select throws_ok($$select t.done('a', null)$$, '22004', null, 'no outcome');
select throws_ok($$select t.done('a', 'failed', p_type => 'a b')$$, '23514',
	null, 'a type that is no word');

select * from finish();
rollback;
