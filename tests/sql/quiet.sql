-- What writes nothing, and how little is written: outside a transaction,
-- for the rows' own transactions are looked at. Leaves the table empty.

set search_path = t, pg_catalog;
select plan(51);
delete from relay.mailbox;

select t.make('a', 5, 'bob') \g /dev/null
select t.make('b', 7, 'bob') \g /dev/null
select t.update('b', 'bob', '1') \g /dev/null
select t.relinquish('b', 'bob', '2') \g /dev/null
select t.read('b', 'carol') \g /dev/null
select t.make('c', 6) \g /dev/null
select t.make('d', 7, 'bob') \g /dev/null
select t.delete('d', 'alice') \g /dev/null
select t.make('e', 7, 'bob') \g /dev/null
select t.expire('e') \g /dev/null
select t.make('f', 3, 'bob') \g /dev/null
vacuum relay.mailbox;
drop table if exists t.before;
create table t.before as
	select k, t.raw(k) as raw from (values ('a'), ('b'), ('c'), ('d'), ('e'),
	('f')) as v (k);

select is(t.quiet($$t.create('a', p_request => 'other')$$), 'conflict',
	$$t.create('a', p_request => 'other')$$);
select is(t.quiet($$t.create('b')$$), 'repeated as before',
	$$t.create('b')$$);
select is(t.quiet($$t.create('d')$$), 'ended',
	$$t.create('d')$$);
select is(t.quiet($$t.create('e', p_expires_at => now())$$), 'too_soon',
	$$t.create('e', p_expires_at => now())$$);
select is(t.quiet($$t.create('none', p_expires_at => now())$$), 'too_soon',
	$$t.create('none', p_expires_at => now())$$);
select is(t.quiet($$t.read('none', 'bob')$$), 'not_found',
	$$t.read('none', 'bob')$$);
select is(t.quiet($$t.read('d', 'bob')$$), 'not_found',
	$$t.read('d', 'bob')$$);
select is(t.quiet($$t.read('e', 'bob')$$), 'not_found',
	$$t.read('e', 'bob')$$);
select is(t.quiet($$t.read('b', 'dave')$$), 'unbound',
	$$t.read('b', 'dave')$$);
select is(t.quiet($$t.read('b', 'dave', true, 'x')$$), 'unbound',
	$$t.read('b', 'dave', true, 'x')$$);
select is(t.quiet($$t.read('c', 'dave')$$), 'unbound',
	$$t.read('c', 'dave')$$);
select is(t.quiet($$t.read('c', 'alice', true, 'x')$$), 'forbidden',
	$$t.read('c', 'alice', true, 'x')$$);
select is(t.quiet($$t.read('b', 'carol')$$), 'ok 101 next title until 2099',
	$$t.read('b', 'carol')$$);
select is(t.quiet($$t.read('b', 'alice')$$), 'ok 101 next title until 2099',
	$$t.read('b', 'alice')$$);
select is(t.quiet($$t.update('none', 'bob', '9')$$), 'not_found',
	$$t.update('none', 'bob', '9')$$);
select is(t.quiet($$t.update('d', 'bob', '9')$$), 'not_found',
	$$t.update('d', 'bob', '9')$$);
select is(t.quiet($$t.update('e', 'bob', '9')$$), 'not_found',
	$$t.update('e', 'bob', '9')$$);
select is(t.quiet($$t.update('b', 'bob', '1')$$), 'repeated',
	$$t.update('b', 'bob', '1')$$);
select is(t.quiet($$t.update('b', 'bob', '2')$$), 'repeated 101',
	$$t.update('b', 'bob', '2')$$);
select is(t.quiet($$t.update('b', 'bob', '3')$$), 'unbound',
	$$t.update('b', 'bob', '3')$$);
select is(t.quiet($$t.update('a', 'bob', '1')$$), 'forbidden',
	$$t.update('a', 'bob', '1')$$);
select is(t.quiet($$t.update('b', 'carol', '1', 'x', array[4])$$), 'stale',
	$$t.update('b', 'carol', '1', 'x', array[4])$$);
select is(t.quiet($$t.relinquish('none', 'bob', '9')$$), 'not_found',
	$$t.relinquish('none', 'bob', '9')$$);
select is(t.quiet($$t.relinquish('d', 'bob', '9')$$), 'not_found',
	$$t.relinquish('d', 'bob', '9')$$);
select is(t.quiet($$t.relinquish('b', 'bob', '2')$$), 'repeated',
	$$t.relinquish('b', 'bob', '2')$$);
select is(t.quiet($$t.relinquish('b', 'alice', '2')$$), 'unbound',
	$$t.relinquish('b', 'alice', '2')$$);
select is(t.quiet($$t.relinquish('b', 'carol', '2', array[4])$$), 'stale',
	$$t.relinquish('b', 'carol', '2', array[4])$$);
select is(t.quiet($$t.delete('none', 'bob')$$), 'not_found',
	$$t.delete('none', 'bob')$$);
select is(t.quiet($$t.delete('d', 'bob')$$), 'ended',
	$$t.delete('d', 'bob')$$);
select is(t.quiet($$t.delete('b', 'dave')$$), 'unbound',
	$$t.delete('b', 'dave')$$);
select is(t.quiet($$t.delete('f', 'bob')$$), 'forbidden',
	$$t.delete('f', 'bob')$$);
select is(t.quiet($$t.delete('f', 'alice', array[4])$$), 'stale',
	$$t.delete('f', 'alice', array[4])$$);
select is(t.quiet($$t.preview('b')$$), 'ok title until 2099',
	$$t.preview('b')$$);
select is(t.quiet($$t.preview('none')$$), 'not_found',
	$$t.preview('none')$$);
select is(t.quiet($$(relay_api.ready()).schema_version::text$$), '2',
	$$(relay_api.ready()).schema_version::text$$);

select is(t.quiet($$t.update('b', 'bob', '3', p_wrap => 'w')$$), 'unbound',
	$$t.update('b', 'bob', '3', p_wrap => 'w')$$);
select is(t.quiet($$t.delete('f', 'bob', p_wrap => 'w')$$), 'forbidden',
	$$t.delete('f', 'bob', p_wrap => 'w')$$);
select is(t.quiet($$t.check('none', 'bob')$$), 'not_found',
	$$t.check('none', 'bob')$$);
select is(t.quiet($$t.check('b', 'carol', array[101])$$),
	'unchanged 101 until 2099', $$t.check('b', 'carol', array[101])$$);
select is(t.quiet($$t.check('b', 'carol', array[5])$$),
	'ok 101 next title until 2099', $$t.check('b', 'carol', array[5])$$);
select is(t.quiet($$t.check('b', 'bob')$$), 'unbound',
	$$t.check('b', 'bob')$$);
select is(t.quiet($$t.lease()$$), null, $$t.lease() of nothing$$);
select is(t.raw(k), raw, 'the row of ' || k || ' lies there untouched')
	from t.before order by k;
select is(t.quiet($$t.update('b', 'carol', '7')$$), 'ok 102 (wrote)',
	'an update is seen to write');
drop table t.before;
delete from relay.mailbox;
vacuum relay.mailbox;

-- HOT: three hundred mailboxes of a KiB, each updated five times.
select count(t.make('h' || i)) = 300 as made from generate_series(1, 300) as i
\gset
update relay.mailbox set payload = t.b(repeat('x', 1024)) \g /dev/null
vacuum relay.mailbox;
select pg_stat_force_next_flush() \g /dev/null
select pg_stat_get_tuples_updated('relay.mailbox'::regclass) as updated,
	pg_stat_get_tuples_hot_updated('relay.mailbox'::regclass) as hot
\gset
do $$
begin
	for i in 1 .. 5 loop
		for j in 1 .. 300 loop
			perform t.update('h' || j, 'alice', 'r' || i,
			    repeat('y', 1024));
			commit;
		end loop;
	end loop;
end
$$;
select pg_stat_force_next_flush() \g /dev/null
select is(pg_stat_get_tuples_updated('relay.mailbox'::regclass) - :updated,
	1500::bigint, '1,500 updates are counted');
select cmp_ok(pg_stat_get_tuples_hot_updated('relay.mailbox'::regclass) - :hot,
	'>=', 1470::bigint, 'at least 98 in 100 of them stayed on their page');
delete from relay.mailbox;
select * from finish();
