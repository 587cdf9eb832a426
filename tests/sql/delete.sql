-- mailbox_delete: every outcome, and what is left.

set search_path = t, pg_catalog;
begin;
select plan(18);
delete from relay.mailbox;

select is(t.delete('a', 'alice'), 'not_found', 'there is none');
select t.make('a', 7, 'bob') \g /dev/null
select t.update('a', 'bob', '1') \g /dev/null
select is(t.delete('a', 'carol'), 'unbound', 'a stranger does not');
select is(t.delete('a', 'alice', array[100]), 'stale',
	'If-Match that does not hold');
select is(t.delete('a', 'carol', array[100]), 'unbound',
	'a stranger is told so before stale');
select is(t.delete('a', 'alice', array[101]), 'ok', 'the sender deletes');
select is(t.row('a'), (select row(t.u('a'), null::uuid, null::uuid,
	null::uuid, null::smallint, m.expires_at, null::bigint, null::uuid[],
	null::bytea, null::bytea, null::bytea, null::bytea)::text
	from relay.mailbox as m where row_key = t.u('a')),
	'nothing is left but the key and the time');
select is(expires_at <= statement_timestamp() + interval '1 hour'
	and expires_at > statement_timestamp() + interval '59 min', true,
	'which is an hour from now')
	from relay.mailbox where row_key = t.u('a');
select is(t.delete('a', 'alice'), 'ended', 'again: it has ended');
select is(t.delete('a', 'carol'), 'ended', 'for a stranger too');

select t.make('b', 4, 'bob') \g /dev/null
select is(t.delete('b', 'bob'), 'ok', 'the receiver with the right');
select t.make('c', 3, 'bob') \g /dev/null
select is(t.delete('c', 'bob'), 'forbidden', 'the receiver without');
select is(t.delete('c', 'bob', array[5]), 'forbidden',
	'forbidden comes before stale');
select is(t.delete('c', 'carol'), 'unbound',
	'a stranger is told that he is one, whatever the rights');
select is(t.delete('c', 'alice'), 'ok', 'the sender needs no right');
select t.make('d', 7) \g /dev/null
select is(t.delete('d', 'bob'), 'unbound', 'a delete binds nobody');
select is(t.receiver('d'), null, 'indeed');
select t.expire('d') \g /dev/null
select is(t.delete('d', 'alice'), 'not_found', 'expired');
select throws_ok($$select t.delete('d', null)$$, '22004', null,
	'no claim is refused');

select * from finish();
rollback;
