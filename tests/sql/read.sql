-- mailbox_read: every outcome, the binding, the tokens.

set search_path = t, pg_catalog;
begin;
select plan(44);
delete from relay.mailbox;

select is(t.read('a', 'alice'), 'not_found', 'there is none');
select t.make('a') \g /dev/null
select is(t.read('a', 'alice'), 'ok 100 first title until 2099',
	'the sender reads');
select is(t.receiver('a'), null, 'and is not bound as receiver');
select is(t.read('a', 'bob'), 'ok 100 first title until 2099',
	'the first stranger reads');
select is(t.receiver('a'), t.u('bob'), 'and is bound');
select is(t.tokens('a'), 'at -', 'no token, none stored');
select is(t.read('a', 'bob'), 'ok 100 first title until 2099',
	'he reads again');
select is(t.read('a', 'carol'), 'unbound', 'another stranger does not');
select is(t.read('a', 'carol', true, 'ct'), 'unbound',
	'nor with a token');
select is(t.tokens('a'), 'at -', 'and leaves none');
select is(t.read('a', 'alice'), 'ok 100 first title until 2099',
	'the sender still reads');

select is(t.read('a', 'bob', true, 'b1'), 'ok 100 first title until 2099',
	'a read may bring a token');
select is(t.tokens('a'), 'at b1', 'stored as the receiver''s');
select is(t.read('a', 'bob', true, 'b2'), 'ok 100 first title until 2099',
	'another token');
select is(t.tokens('a'), 'at b2', 'replaces it');
select is(t.read('a', 'alice', true, 'a1'), 'ok 100 first title until 2099',
	'the sender''s token');
select is(t.tokens('a'), 'a1 b2', 'stays apart');
select is(t.read('a', 'bob', false, 'b3'), 'ok 100 first title until 2099',
	'a token that is not set');
select is(t.tokens('a'), 'a1 b2', 'is not looked at');
select is(t.read('a', 'bob', true, null), 'ok 100 first title until 2099',
	'a null token');
select is(t.tokens('a'), 'a1 -', 'clears it');
select is(t.read('a', 'alice', true, null), 'ok 100 first title until 2099',
	'the sender''s null token');
select is(t.tokens('a'), '- -', 'clears his');
select is(version, 100::bigint, 'reads and tokens leave the version alone')
	from relay.mailbox where row_key = t.u('a');

select t.make('b') \g /dev/null
select is(t.read('b', 'bob', true, 'bt1'), 'ok 100 first title until 2099',
	'a first read with a token');
select is(t.tokens('b'), 'at bt1', 'binds and stores it');
select is(t.receiver('b'), t.u('bob'), 'in one step');

select t.make('c', 6) \g /dev/null
select is(t.read('c', 'bob'), 'unbound', 'no right to read: no binding');
select is(t.receiver('c'), null, 'nobody is bound');
select is(t.read('c', 'alice'), 'forbidden',
	'nor may the sender read without the right');
select is(t.read('c', 'alice', true, 'x'), 'forbidden',
	'also not with a token');
select is(t.tokens('c'), 'at -', 'which is not stored');
select t.make('d', 6, 'bob') \g /dev/null
select is(t.read('d', 'bob'), 'forbidden', 'a receiver without the right');
select is(t.read('d', 'carol'), 'unbound',
	'a stranger is told that he is one, whatever the rights');

select t.make('e') \g /dev/null
update relay.mailbox set display = null where row_key = t.u('e');
select is(t.read('e', 'bob'), 'ok 100 first until 2099',
	'no display information');

select t.make('f', p_receiver => 'bob') \g /dev/null
select t.expire('f') \g /dev/null
select is(t.read('f', 'bob'), 'not_found', 'expired for the receiver');
select is(t.read('f', 'alice', true, 'x'), 'not_found',
	'expired for the sender');
select t.make('g') \g /dev/null
select t.expire('g') \g /dev/null
select is(t.read('g', 'bob'), 'not_found', 'expired for a stranger');
select is(t.receiver('g'), null, 'who is not bound');
do $$
begin
	perform t.make('h');
	perform t.expire('h', '0 s');
	if t.read('h', 'alice') <> 'not_found' then
		raise 'a mailbox is gone in the very moment it expires';
	end if;
end
$$;
select pass('a mailbox is gone in the very moment that it expires');
select t.make('i', p_receiver => 'bob') \g /dev/null
select t.delete('i', 'alice') \g /dev/null
select is(t.read('i', 'alice'), 'not_found', 'deleted for the sender');
select is(t.read('i', 'bob'), 'not_found', 'deleted for the receiver');
select is(t.read('i', 'carol'), 'not_found', 'deleted for a stranger');
select throws_ok($$select t.read('a', null)$$, '22004', null,
	'no claim is refused');

select * from finish();
rollback;
