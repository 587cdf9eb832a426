-- mailbox_relinquish: every outcome.

set search_path = t, pg_catalog;
begin;
select plan(29);
delete from relay.mailbox;

select is(t.relinquish('a', 'bob', '1'), 'not_found', 'there is none');
select t.make('a') \g /dev/null
select is(t.relinquish('a', 'bob', '1'), 'unbound', 'nobody is bound');
select is(t.relinquish('a', 'alice', '1'), 'unbound', 'nor the sender');
select t.read('a', 'bob', true, 'bt') \g /dev/null
select is(t.relinquish('a', 'alice', '1'), 'unbound',
	'the sender does not relinquish');
select is(t.relinquish('a', 'carol', '1'), 'unbound', 'nor a stranger');
select is(t.receiver('a'), t.u('bob'), 'bob is bound still');
select is(t.relinquish('a', 'bob', '1', array[5]), 'stale',
	'If-Match that does not hold');
select is(t.relinquish('a', 'bob', '1', array[100]), 'ok',
	'If-Match that holds');
select is(t.receiver('a'), null, 'nobody is bound');
select is(t.tokens('a'), 'at -', 'his token is gone, the sender''s is not');
select is(t.relinquish('a', 'bob', '1'), 'repeated', 'again: repeated');
select is(t.relinquish('a', 'bob', '2'), 'unbound',
	'another request of his: not bound');
select is(t.read('a', 'alice'), 'ok 100 first title until 2099',
	'payload, version and expiration stay');
select is(t.read('a', 'carol'), 'ok 100 first title until 2099',
	'the next stranger reads');
select is(t.receiver('a'), t.u('carol'), 'and is bound');
select is(t.relinquish('a', 'bob', '1'), 'repeated',
	'a late repeat does not unbind her');
select is(t.receiver('a'), t.u('carol'), 'indeed');
select is(t.update('a', 'bob', '1'), 'repeated 100',
	'an id is remembered with its maker, not with its operation');
select is(t.relinquish('a', 'carol', '1'), 'ok', 'she lets go');
select is(t.read('a', 'bob'), 'ok 100 first title until 2099',
	'it may be the former one that comes back');

select t.make('b', 4, 'bob') \g /dev/null
select is(t.relinquish('b', 'bob', '1'), 'ok', 'it takes no right');
select t.make('c', 7, 'bob') \g /dev/null
do $$
begin
	for i in 1 .. 16 loop
		perform t.update('c', 'bob', 'n' || i);
	end loop;
end
$$;
select is(t.relinquish('c', 'bob', 'n1'), 'repeated',
	'the 16th is remembered');
select is(t.relinquish('c', 'bob', 'r'), 'ok', 'a new one');
select is(recent[16], t.u('bobr'), 'is the newest')
	from relay.mailbox where row_key = t.u('c');
select is(cardinality(recent), 16, 'of 16')
	from relay.mailbox where row_key = t.u('c');
select is(recent[1], t.u('bobn2'), 'and the oldest is out')
	from relay.mailbox where row_key = t.u('c');

select t.make('d', 7, 'bob') \g /dev/null
select t.expire('d') \g /dev/null
select is(t.relinquish('d', 'bob', '1'), 'not_found', 'expired');
select t.make('e', 7, 'bob') \g /dev/null
select t.relinquish('e', 'bob', '1') \g /dev/null
select t.delete('e', 'alice') \g /dev/null
select is(t.relinquish('e', 'bob', '1'), 'not_found',
	'deleted comes before a repeat');
select throws_ok($$select t.relinquish('a', 'bob', null)$$, '22004', null,
	'no request id is refused');

select * from finish();
rollback;
