-- mailbox_update: every outcome, the repeats, the tokens.

set search_path = t, pg_catalog;
begin;
select plan(46);
delete from relay.mailbox;

select is(t.update('a', 'alice', '1'), 'not_found', 'there is none');
select t.make('a') \g /dev/null
select is(t.update('a', 'alice', '1', 'second'), 'ok 101',
	'the sender updates before there is a receiver');
select is(t.read('a', 'alice'), 'ok 101 second title until 2099',
	'payload and version are new, the rest is not');
select is(t.update('a', 'bob', '1'), 'unbound', 'an update binds nobody');
select is(t.receiver('a'), null, 'indeed');
select t.read('a', 'bob') \g /dev/null
select is(t.update('a', 'bob', '1', 'third'), 'ok 102',
	'the receiver updates; the same id of another is not a repeat');
select is(t.update('a', 'bob', '2', 'fourth'), 'ok 103', 'and again');
select is(t.update('a', 'carol', '1'), 'unbound', 'a stranger does not');

select is(t.update('a', 'bob', '2', 'x'), 'repeated 103',
	'a repeat of the newest tells the version');
select is(t.update('a', 'bob', '1', 'x'), 'repeated',
	'a repeat of an older one does not');
select is(t.update('a', 'alice', '1', 'x'), 'repeated',
	'also one of the other side');
select is(t.update('a', 'bob', '2', 'x', array[7]), 'repeated 103',
	'a repeat comes before If-Match');
select is(t.update('a', 'bob', '2', 'x', null, true, 'new'), 'repeated 103',
	'a repeat with a token');
select is(t.tokens('a'), 'at -', 'does not store it');
select is(t.read('a', 'bob'), 'ok 103 fourth title until 2099',
	'repeats change nothing');
select is(cardinality(recent), 3, 'and are not remembered again')
	from relay.mailbox where row_key = t.u('a');

-- The last 16.
do $$
begin
	for i in 1 .. 16 loop
		perform t.update('a', 'bob', 'n' || i);
	end loop;
end
$$;
select is(recent, (select array_agg(t.u('bobn' || i) order by i)
	from generate_series(1, 16) as i), 'the last 16 are kept, in order')
	from relay.mailbox where row_key = t.u('a');
select is(t.update('a', 'bob', 'n1'), 'repeated', 'the 16th is remembered');
select is(t.update('a', 'bob', '2'), 'ok 120', 'the 17th is forgotten');
select is(t.update('a', 'bob', 'n2'), 'repeated', 'now n2 is the 16th');
select is(t.update('a', 'bob', 'n1'), 'ok 121', 'and n1 is forgotten');

-- If-Match.
select t.make('b', p_receiver => 'bob') \g /dev/null
select is(t.update('b', 'bob', '1', 'x', array[99]), 'stale',
	'another version: stale');
select is(t.update('b', 'bob', '1', 'x', '{}'), 'stale', 'no version: stale');
select is(t.update('b', 'bob', '1', 'x', array[null]::bigint[]), 'stale',
	'a null version: stale');
select is(t.update('b', 'bob', '1', 'x', array[99, 100]), 'ok 101',
	'one of them is the present one; a failed id is not remembered');
select is(t.update('b', 'carol', '1', 'x', array[5]), 'unbound',
	'a stranger is told so before stale');

-- Rights.
select t.make('c', 5, 'bob') \g /dev/null
select is(t.update('c', 'bob', '1'), 'forbidden', 'no right to write');
select is(t.update('c', 'alice', '1'), 'forbidden', 'nor the sender');
select is(t.update('c', 'carol', '1'), 'unbound',
	'a stranger is told that he is one, whatever the rights');
select is(t.update('c', 'bob', '1', 'x', array[5]), 'forbidden',
	'forbidden comes before stale');
update relay.mailbox set recent = array[t.u('bob1')] where row_key = t.u('c');
select is(t.update('c', 'bob', '1'), 'repeated 100',
	'a repeat comes before rights');
update relay.mailbox set receiver = null, receiver_token = null
	where row_key = t.u('c');
select is(t.update('c', 'bob', '1'), 'repeated 100',
	'a repeat comes before the binding');

-- Tokens.
select t.make('d', 3, 'bob') \g /dev/null
select t.update('d', 'bob', '1', 'x', null, false, 'no') \g /dev/null
select is(t.tokens('d'), 'at bt', 'not set: both stay');
select t.update('d', 'bob', '2', 'x', null, true, 'b2') \g /dev/null
select is(t.tokens('d'), 'at b2', 'the receiver''s is replaced');
select t.update('d', 'alice', '2', 'x', null, true, 'a2') \g /dev/null
select is(t.tokens('d'), 'a2 b2', 'the sender''s is replaced');
select t.update('d', 'bob', '3', 'x', null, true, null) \g /dev/null
select is(t.tokens('d'), 'a2 -', 'the receiver''s is cleared');
select t.update('d', 'alice', '3', 'x', null, true, null) \g /dev/null
select is(t.tokens('d'), '- -', 'the sender''s is cleared');
select is(expires_at, '2099-01-01 00:00:00 UTC', 'the expiration never moves')
	from relay.mailbox where row_key = t.u('d');
select t.update('d', 'bob', '4', repeat('y', 60000)) \g /dev/null
select is(octet_length(payload), 60000, 'a big payload comes whole')
	from relay.mailbox where row_key = t.u('d');

-- Gone.
select t.make('e', p_receiver => 'bob') \g /dev/null
select t.update('e', 'bob', '1') \g /dev/null
select t.expire('e') \g /dev/null
select is(t.update('e', 'bob', '2'), 'not_found', 'expired');
select is(t.update('e', 'bob', '1'), 'not_found',
	'expired comes before a repeat');
select t.make('f', p_receiver => 'bob') \g /dev/null
select t.update('f', 'bob', '1') \g /dev/null
select t.delete('f', 'alice') \g /dev/null
select is(t.update('f', 'bob', '1'), 'not_found', 'deleted, for a repeat');
select is(t.update('f', 'alice', '2'), 'not_found', 'deleted');
select throws_ok($$select t.update('d', 'bob', null)$$, '22004', null,
	'no request id is refused');
select throws_ok($$select t.update('d', 'bob', '1', null)$$, '22004', null,
	'no payload is refused');
select throws_ok($$select t.update('d', null, '1')$$, '22004', null,
	'no claim is refused');

select * from finish();
rollback;
