-- The table: its checks, its storage, its indexes.

set search_path = t, pg_catalog;
begin;
select plan(21);
delete from relay.mailbox;

create function pg_temp.try(p_set text) returns text language plpgsql as $$
declare
	v_constraint text;
begin
	perform t.make('z', 7, 'bob');
	begin
		execute 'update relay.mailbox set ' || p_set;
		raise 'it is accepted';
	exception when others then
		get stacked diagnostics v_constraint = constraint_name;
		v_constraint := coalesce(nullif(v_constraint, ''), sqlerrm);
	end;
	delete from relay.mailbox;
	return v_constraint;
end
$$;
select is(pg_temp.try('payload = ''x'''), 'it is accepted',
	'a harmless change');
select is(pg_temp.try(x), 'mailbox_whole_check', 'refused: ' || x)
from (values ('sender = null'), ('created_by = null'), ('rights = null'),
    ('version = null'), ('recent = null'), ('payload = null'),
    ('sender = null, receiver = null, receiver_token = null'),
    ('sender = null, receiver = null, receiver_token = null, '
	'created_by = null, rights = null, version = null, payload = null, '
	'display = null, sender_token = null, recent = array[t.u(''x'')]'))
    as v (x);
select is(pg_temp.try('sender = null, receiver = null, receiver_token = null, '
	'created_by = null, rights = null, version = null, payload = null, '
	'display = null, sender_token = null'), 'it is accepted',
	'an ended row, recent empty');
select is(pg_temp.try('expires_at = ''infinity'''),
	'mailbox_expires_at_check', 'no mailbox is for ever');
select is(pg_temp.try('rights = 0'), 'mailbox_rights_check', 'no rights');
select is(pg_temp.try('rights = 8'), 'mailbox_rights_check', 'other rights');
select is(pg_temp.try('receiver = sender'), 'mailbox_receiver_check',
	'the sender is not the receiver');
select is(pg_temp.try('receiver = null'), 'mailbox_token_check',
	'no receiver''s token without a receiver');
select is(pg_temp.try('recent = (select array_agg(t.u(i::text)) '
	'from generate_series(1, 17) as i)'), 'mailbox_recent_check',
	'at most 16 are remembered');
select is(pg_temp.try('recent = array[null]::uuid[]'),
	'mailbox_recent_check', 'and none of them null');

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
