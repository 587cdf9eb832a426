-- The table: its rules, its storage, its indexes.

set search_path = t, pg_catalog;
begin;
select plan(22);
delete from relay.mailbox;

create function pg_temp.try(p_set text) returns text language plpgsql as $$
declare
	v_broken text;
begin
	perform t.make('z', 7, 'bob');
	execute 'update relay.mailbox set ' || p_set;
	select coalesce(string_agg(rule || ': ' || broken, ', '), 'all hold')
	into v_broken from relay.mailbox_rules where broken <> 0;
	delete from relay.mailbox;
	return v_broken;
end
$$;
select is(pg_temp.try('payload = ''x'''), 'all hold', 'a harmless change');
select is(pg_temp.try(x), 'a mailbox is whole: 1', 'not whole: ' || x)
from (values ('created_by = null'), ('rights = null'), ('version = null'),
    ('recent = null'), ('payload = null')) as v (x);
select is(pg_temp.try(x), 'of one that has ended nothing is kept: 1',
	'too much is kept: ' || x)
from (values ('sender = null'),
    ('sender = null, receiver = null, receiver_token = null'),
    ('sender = null, receiver = null, receiver_token = null, '
	'created_by = null, rights = null, version = null, payload = null, '
	'display = null, sender_token = null, recent = array[t.u(''x'')]'))
    as v (x);
select is(pg_temp.try('sender = null, receiver = null, receiver_token = null, '
	'created_by = null, rights = null, version = null, payload = null, '
	'display = null, sender_token = null'), 'all hold',
	'an ended row, recent empty');
select is(pg_temp.try('expires_at = ''infinity'''), 'a mailbox ends: 1',
	'no mailbox is for ever');
select is(pg_temp.try('rights = 0'), 'its rights are 1 to 7: 1', 'no rights');
select is(pg_temp.try('rights = 8'), 'its rights are 1 to 7: 1',
	'other rights');
select is(pg_temp.try('receiver = sender'),
	'its receiver is not its sender: 1', 'the sender is not the receiver');
select is(pg_temp.try('receiver = null'),
	'a receiver''s token has a receiver: 1',
	'no receiver''s token without a receiver');
select is(pg_temp.try('recent = (select array_agg(t.u(i::text)) '
	'from generate_series(1, 17) as i)'),
	'it remembers at most 16 requests: 1', 'at most 16 are remembered');
select is(pg_temp.try('recent = array[null]::uuid[]'),
	'it remembers at most 16 requests: 1', 'and none of them null');
select is(count(*), 0::bigint, 'no check slows the writes down')
	from pg_constraint
	where conrelid = 'relay.mailbox'::regclass and contype = 'c';

select is(array_agg(attname::text order by attname),
	array['display', 'payload', 'receiver_token', 'sender_token'],
	'sealed columns are stored as they are')
	from pg_attribute
	where attrelid = 'relay.mailbox'::regclass and attstorage = 'e';
select is(reloptions @> array['fillfactor=70'], true, 'fillfactor')
	from pg_class where oid = 'relay.mailbox'::regclass;
select results_eq($$select indexrelid::regclass::text,
	indkey::text from pg_index
	where indrelid = 'relay.mailbox'::regclass order by 1$$,
	$$select 'relay.mailbox_' || x, a.attnum::text
	from (values ('expires_at_idx', 'expires_at'), ('pkey', 'row_key'))
	as v (x, y) join pg_attribute a
	on a.attrelid = 'relay.mailbox'::regclass and a.attname = y
	order by 1$$, 'the two indexes, on one column each');
select is(count(*), 0::bigint, 'no trigger, no rule, no foreign key')
	from (select from pg_trigger where tgrelid = 'relay.mailbox'::regclass
	union all select from pg_rewrite
	where ev_class = 'relay.mailbox'::regclass
	union all select from pg_constraint
	where conrelid = 'relay.mailbox'::regclass and contype = 'f') as x;

select * from finish();
rollback;
