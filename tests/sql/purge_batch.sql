-- purge_batch, and what it notes.

set search_path = t, pg_catalog;
begin;
select plan(11);
delete from relay.mailbox;

delete from relay.mailbox;
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

select * from finish();
rollback;
