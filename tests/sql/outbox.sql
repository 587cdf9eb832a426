-- What waits in the outbox: what puts it there, renews it, drops it.

set search_path = t, pg_catalog;
begin;
select plan(73);
delete from relay.mailbox;
delete from relay.outbox;

-- An update notifies the other side.
select t.make('a', 7, 'bob') \g /dev/null
select is(t.update('a', 'bob', '1'), 'ok 101', 'no wrap');
select is(t.outbox('a'), null, 'nobody is notified');
select is(t.nudge('a', 'bob', '2'), 'ok 102 pushed', 'the receiver updates');
select is(t.outbox('a'), 'sender at wrap 0 due', 'the sender is notified');
select is(row(o.owner, o.expires_at), row(m.sender, m.expires_at),
	'it names the device and the mailbox''s end')
	from relay.outbox as o join relay.mailbox as m using (row_key);
select is(put_at <= clock_timestamp() and put_at > now() - interval '1 min',
	true, 'and since when') from relay.outbox;
select is(t.nudge('a', 'alice', '1'), 'ok 103 pushed', 'the sender updates');
select is(t.outbox('a'), 'receiver bt wrap 0 due, sender at wrap 0 due',
	'the receiver is notified, one row a side');
select is(o.owner, m.receiver, 'as himself')
	from relay.outbox as o join relay.mailbox as m using (row_key)
	where not o.for_sender;

-- Once more: the same row, another generation.
select t.generation('a') as old \gset
update relay.outbox set attempts = 3, due_at = now() + interval '1 hour',
	put_at = now() - interval '1 hour' where for_sender;
select is(t.update('a', 'bob', '3', p_wrap => 'other'), 'ok 104 pushed',
	'another update');
select is(t.outbox('a'), 'receiver bt wrap 0 due, sender at other 0 due',
	'renews what waits');
select is(t.generation('a'), :old + 1, 'the generation tells');
select is(put_at, now() - interval '1 hour', 'since when it waits is kept')
	from relay.outbox where for_sender;

-- Nothing on a repeat, on a refusal, without a token, in a rolled-back one.
select t.make('b', 7, 'bob') \g /dev/null
select t.update('b', 'bob', '1') \g /dev/null
select is(t.nudge('b', 'bob', '1'), 'repeated 101', 'a repeat');
select is(t.nudge('b', 'carol', '1'), 'unbound', 'a stranger');
select is(t.update('b', 'bob', '2', 'x', array[5], p_wrap => 'w'), 'stale',
	'If-Match that does not hold');
select t.make('c', 5, 'bob') \g /dev/null
select is(t.nudge('c', 'bob', '1'), 'forbidden', 'no right');
select t.make('d', 7, 'bob') \g /dev/null
select t.expire('d') \g /dev/null
select is(t.nudge('d', 'bob', '1'), 'not_found', 'expired');
select t.make('e') \g /dev/null
select is(t.nudge('e', 'alice', '1'), 'ok 101', 'there is no receiver');
select t.read('e', 'bob') \g /dev/null
select is(t.nudge('e', 'alice', '2'), 'ok 102', 'he left no token');
savepoint s;
select is(t.nudge('b', 'bob', 'r'), 'ok 102 pushed', 'an update');
select isnt(t.outbox('b'), null, 'has its row');
rollback to s;
select is(string_agg(t.outbox(k), ' '), null, 'nothing is left of all this')
	from (values ('b'), ('c'), ('d'), ('e')) as v (k);

-- The token is replaced, or cleared, while something waits for it.
select t.generation('a', false) as old \gset
update relay.outbox set attempts = 3, due_at = now() + interval '1 hour';
select is(t.read('a', 'bob', true, 'bt2'), 'ok 104 next title until 2099',
	'a read with another token');
select is(t.outbox('a'), 'receiver bt2 wrap 0 due, sender at other 3 later',
	'what waits goes there, at once');
select is(t.generation('a', false), :old + 1, 'and is another');
select is(t.read('a', 'carol', true, 'ct'), 'unbound', 'not a stranger''s');
select is(t.update('a', 'alice', '2', 'x', null, true, 'at2'), 'ok 105 pushed',
	'an update with another token');
select is(t.outbox('a'), 'receiver bt2 wrap 0 due, sender at2 other 0 due',
	'likewise');
select is(t.update('a', 'alice', '2', 'x', null, true, 'at3'), 'repeated 105',
	'a repeat does not');
select is(t.update('a', 'alice', '3', 'x', null, true, 'at3', 'w3'),
	'ok 106 pushed', 'an update with a token that notifies');
select is(t.outbox('a'), 'receiver bt2 w3 0 due, sender at3 other 0 due',
	'both');
select is(t.read('a', 'bob', true, null), 'ok 106 x title until 2099',
	'a read that clears the token');
select is(t.outbox('a'), 'sender at3 other 0 due', 'drops what waits for it');
select is(t.update('a', 'alice', '4', 'x', null, true, null), 'ok 107',
	'an update that clears it');
select is(t.outbox('a'), null, 'likewise');
select is(t.read('a', 'bob', true, 'bt4'), 'ok 107 x title until 2099',
	'another token later');
select is(t.outbox('a'), null, 'where nothing waits, nothing is made');

-- A relinquish drops what waits for the receiver, and not for the sender.
select t.make('f', 7, 'bob') \g /dev/null
select t.nudge('f', 'alice', '1'), t.nudge('f', 'bob', '1') \g /dev/null
select is(t.relinquish('f', 'carol', '1'), 'unbound', 'a stranger lets go');
select is(t.outbox('f'), 'receiver bt wrap 0 due, sender at wrap 0 due',
	'of nothing');
select is(t.relinquish('f', 'bob', '2'), 'ok', 'the receiver lets go');
select is(t.outbox('f'), 'sender at wrap 0 due', 'his notification is dropped');
select t.read('f', 'carol', true, 'ct') \g /dev/null
select t.nudge('f', 'alice', '2') \g /dev/null
select is(t.relinquish('f', 'bob', '2'), 'repeated', 'a late repeat of it');
select is(t.outbox('f'), 'receiver ct wrap 0 due, sender at wrap 0 due',
	'does not drop the next one''s');

-- A delete is the end of what waits, or replaces it.
select is(t.delete('f', 'dave', p_wrap => 'w'), 'unbound', 'a stranger');
select is(t.outbox('f'), 'receiver ct wrap 0 due, sender at wrap 0 due',
	'drops nothing');
select is(t.delete('f', 'alice'), 'ok', 'a delete');
select is(t.outbox('f'), null, 'drops all of it');
select t.make('g', 7, 'bob') \g /dev/null
select t.nudge('g', 'alice', '1'), t.nudge('g', 'bob', '1') \g /dev/null
update relay.outbox set attempts = 3;
select t.generation('g', false) as old \gset
select is(t.delete('g', 'alice', p_wrap => 'last'), 'ok pushed',
	'a delete that notifies');
select is(t.outbox('g'), 'receiver bt last 0 due', 'the receiver only');
select is(t.generation('g', false), :old + 1, 'and not once more the former');
select is(row(owner, expires_at),
	row(t.u('bob'), '2099-01-01 00:00:00 UTC'::timestamptz),
	'until the mailbox would have ended') from relay.outbox
	where row_key = t.u('g');
select is(t.delete('g', 'alice', p_wrap => 'w'), 'ended', 'again');
select is(t.outbox('g'), 'receiver bt last 0 due', 'changes nothing');
select t.make('h', 7, 'bob') \g /dev/null
select is(t.delete('h', 'bob', p_wrap => 'last'), 'ok pushed',
	'the receiver deletes');
select is(t.outbox('h'), 'sender at last 0 due', 'the sender is notified');
select t.make('i') \g /dev/null
select is(t.delete('i', 'alice', p_wrap => 'last'), 'ok',
	'there is nobody to notify');
select is(t.outbox('i'), null, 'nothing waits');

-- A mailbox that is made in an expired one's place.
select t.make('j', 7, 'bob') \g /dev/null
select t.nudge('j', 'alice', '1') \g /dev/null
select t.expire('j') \g /dev/null
select is(t.create('j', 'carol', p_token => 'ct'), 'ok until 3600',
	'a create on an expired mailbox');
select is(t.outbox('j'), null, 'what waited was for others');

-- The token that is told is the caller's, as it is stored.
select is(token, t.b('ct'), 'a create tells its token')
	from relay_api.mailbox_create(t.u('k'), t.u('carol'), t.u('k'), 7::int2,
	null, 60, 60, 1, 'x', null, t.b('ct'));
select t.read('k', 'carol', true, 'ct2') \g /dev/null
select is(row(outcome, token), row('repeated'::text, t.b('ct2')),
	'its repeat what is stored now')
	from relay_api.mailbox_create(t.u('k'), t.u('carol'), t.u('k'), 7::int2,
	null, 60, 60, 1, 'x', null, t.b('ct'));
select is(token, null, 'a conflict tells none')
	from relay_api.mailbox_create(t.u('k'), t.u('dave'), t.u('d'), 7::int2,
	null, 60, 60, 1, 'x', null, t.b('dt'));
select t.make('l', 7, 'bob') \g /dev/null
create function pg_temp.told(p_claim text, p_request text, p_set boolean,
    p_token text) returns text language sql as $$
	select concat_ws(' ', o.outcome, convert_from(o.token, 'UTF8'), o.pushed)
	from relay_api.mailbox_update(t.u('l'), t.u(p_claim),
	    t.u(p_claim || p_request), null, 'x', p_set, t.b(p_token), null)
	    as o
$$;
select is(pg_temp.told('bob', '1', false, null), 'ok bt f',
	'an update tells the token that stays');
select is(pg_temp.told('bob', '2', true, 'bt2'), 'ok bt2 f',
	'or the new one');
select is(pg_temp.told('bob', '1', true, 'bt3'), 'repeated bt2 f',
	'a repeat what is stored');
select is(pg_temp.told('bob', '3', true, null), 'ok f', 'or none');
select is(pg_temp.told('alice', '1', false, null), 'ok at f',
	'each its own');
select is(pg_temp.told('carol', '1', true, 'x'), 'unbound f',
	'a stranger none');
select is(pg_temp.told('carol', 'x', false, null), 'unbound f',
	'in no case');

-- What the former relay calls.
select t.make('m', 7, 'bob') \g /dev/null
select is(row(outcome, version), row('ok'::text, 101::bigint),
	'the former update') from relay_api.mailbox_update(t.u('m'),
	t.u('bob'), t.u('1'), null, 'x', false, null);
select t.nudge('m', 'bob', '2') \g /dev/null
select is(outcome, 'ok', 'the former delete')
	from relay_api.mailbox_delete(t.u('m'), t.u('bob'), null);
select is(t.outbox('m'), null, 'knows the outbox');

select * from finish();
rollback;
