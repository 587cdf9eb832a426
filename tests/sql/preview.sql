-- mailbox_preview, stats, purge_status, ready.

set search_path = t, pg_catalog;
begin;
select plan(19);
delete from relay.mailbox;

select is(t.preview('a'), 'not_found', 'there is none');
select t.make('a') \g /dev/null
select is(t.preview('a'), 'ok title until 2099', 'display and expiration');
update relay.mailbox set display = null where row_key = t.u('a');
select is(t.preview('a'), 'ok until 2099', 'no display information');
select is(t.receiver('a'), null, 'a preview binds nobody');
select t.make('b', 4, 'bob') \g /dev/null
select is(t.preview('b'), 'ok title until 2099', 'it takes no right');
select t.expire('b') \g /dev/null
select is(t.preview('b'), 'not_found', 'expired');
select t.make('c') \g /dev/null
select t.delete('c', 'alice') \g /dev/null
select is(t.preview('c'), 'not_found', 'deleted');
select is(provolatile, 's', 'a preview cannot write')
	from pg_proc where oid = 'relay_api.mailbox_preview(uuid)'::regprocedure;

delete from relay.mailbox;
select is((r).schema_version, 2, 'ready tells the version')
	from (select relay_api.ready() as r) as x;
select is((r).oldest_expired, null, 'nothing has expired')
	from (select relay_api.ready() as r) as x;
update relay.purge_state set purged_at = null;
select is((r).purged_at, null, 'the purge has never run')
	from (select relay_api.ready() as r) as x;
update relay.purge_state set purged_at = '2026-01-01 00:00:00 UTC';
select is((r).purged_at, '2026-01-01 00:00:00 UTC', 'the purge has run')
	from (select relay_api.ready() as r) as x;
select t.make('d') \g /dev/null
select t.make('e') \g /dev/null
select t.make('f') \g /dev/null
select t.expire('d', '5 s') \g /dev/null
select t.expire('e', '300.9 s') \g /dev/null
select is((r).oldest_expired between 300 and 310, true,
	'how long the oldest has been waiting')
	from (select relay_api.ready() as r) as x;
select is(oldest_expired between '300 s' and '310 s', true,
	'purge_status tells the same') from relay.purge_status;
select is(purged_at, '2026-01-01 00:00:00 UTC', 'and when it ran')
	from relay.purge_status;
update relay.mailbox set expires_at = '0004-01-01 00:00:00 UTC BC'
	where row_key = t.u('e');
select is((r).oldest_expired, 2147483647, 'ready does not overflow')
	from (select relay_api.ready() as r) as x;

delete from relay.mailbox;
select results_eq('select state, mailboxes, bytes from relay.stats',
	$$values ('unread', 0::bigint, 0::bigint), ('bound', 0, 0),
	('ended', 0, 0), ('expired', 0, 0)$$, 'stats of an empty relay');
select t.make('u1'), t.make('u2'), t.make('b1', 7, 'bob'), t.make('x1'),
	t.make('x2', 7, 'bob'), t.make('x3'), t.make('e1') \g /dev/null
select t.delete('e1', 'alice'), t.delete('x3', 'alice') \g /dev/null
select t.expire('x1', '1 h'), t.expire('x2', '2 h'), t.expire('x3', '3 h') \g /dev/null
select results_eq('select state, mailboxes, bytes, bytes_average, bytes_most '
	'from relay.stats',
	$$values ('unread', 2::bigint, 24::bigint, 12, 12),
	('bound', 1, 14, 14, 14), ('ended', 1, 0, 0, 0),
	('expired', 3, 26, 9, 14)$$, 'stats count states and bytes');
select is(soonest < '-179 min' and latest > '-61 min', true,
	'when the first and the last expired')
	from relay.stats where state = 'expired';

select * from finish();
rollback;
