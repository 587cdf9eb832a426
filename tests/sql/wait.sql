-- mailbox_check: the wait of a read; every outcome, and no trace of it.

set search_path = t, pg_catalog;
begin;
select plan(29);
delete from relay.mailbox;

select is(t.check('a', 'alice'), 'not_found', 'there is none');
select t.make('a') \g /dev/null
select t.raw('a') as before \gset
select is(t.check('a', 'alice', array[100]), 'unchanged 100 until 2099',
	'the sender has seen this version');
select is(t.check('a', 'alice', array[5, 100]), 'unchanged 100 until 2099',
	'it is one of those that were seen');
select is(t.check('a', 'alice'), 'unchanged 100 until 2099', 'or any');
select is(t.check('a', 'alice', array[99]), 'ok 100 first title until 2099',
	'another: the content');
select is(t.check('a', 'alice', '{}'), 'ok 100 first title until 2099',
	'none was seen');
select is(t.check('a', 'alice', array[null]::bigint[]),
	'ok 100 first title until 2099', 'nor null');
select is(t.check('a', 'bob'), 'unbound', 'a stranger');
select is(t.check('a', 'bob', array[5]), 'unbound', 'whatever he has seen');
select is(t.receiver('a'), null, 'is not bound');
select is(t.raw('a'), :'before', 'the row lies there untouched');

select t.read('a', 'bob', true, 'bt') \g /dev/null
select is(t.check('a', 'bob', array[100]), 'unchanged 100 until 2099',
	'the receiver');
select t.update('a', 'alice', '1') \g /dev/null
select is(t.check('a', 'bob', array[100]), 'ok 101 next title until 2099',
	'sees the update');
select is(t.check('a', 'alice', array[101]), 'unchanged 101 until 2099',
	'the sender knows it');
select t.relinquish('a', 'bob', '1') \g /dev/null
select is(t.check('a', 'bob', array[100]), 'unbound', 'who let go: unbound');
select is(t.check('a', 'bob'), 'unbound', 'whatever he has seen');
select is(t.receiver('a'), null, 'and is not bound again');
select t.read('a', 'carol') \g /dev/null
select is(t.check('a', 'bob'), 'unbound', 'nor beside another');

select t.make('b', 6, 'bob') \g /dev/null
select is(t.check('b', 'bob'), 'forbidden', 'no right to read');
select is(t.check('b', 'alice', array[5]), 'forbidden', 'nor the sender');
select is(t.check('b', 'carol'), 'unbound',
	'a stranger is told that he is one, whatever the rights');

select t.make('c', p_receiver => 'bob') \g /dev/null
update relay.mailbox set display = null where row_key = t.u('c');
select is(t.check('c', 'bob', array[5]), 'ok 100 first until 2099',
	'no display information');
select t.expire('c', '0 s') \g /dev/null
select is(t.check('c', 'bob'), 'not_found', 'expired');
select t.make('d', p_receiver => 'bob') \g /dev/null
select t.delete('d', 'bob') \g /dev/null
select is(t.check('d', 'bob'), 'not_found', 'deleted');
select is(t.check('d', 'alice', array[5]), 'not_found', 'for both');
select is(provolatile, 's', 'it is stable: it cannot write')
	from pg_proc
	where oid = 'relay_api.mailbox_check(uuid, uuid, bigint[])'::regprocedure;
select is(num_nulls(expires_at, version, payload, display), 4,
	'a refusal tells nothing more')
	from relay_api.mailbox_check(t.u('b'), t.u('bob'), null);
select throws_ok($$select t.check('a', null)$$, '22004', null,
	'no claim is refused');
select throws_ok($$select t.check(null, 'bob')$$, '22004', null,
	'no key is refused');

select * from finish();
rollback;
