-- mailbox_create_many: it makes what mailbox_create would have made, and leaves
-- everything else to it.

set search_path = t, pg_catalog;
-- Times are told from the transaction's, and count from the statement's: both
-- are to be in one second.
select pg_sleep_until(date_trunc('second', clock_timestamp())
	+ interval '1 s') \g /dev/null
begin;
select plan(13);
delete from relay.mailbox;

create table calls (n serial, key uuid, sender uuid default t.u('alice'),
	request uuid default t.u('alicecreate'), rights smallint default 7,
	expires_at timestamptz, ttl integer default 3600,
	most integer default 604800, version bigint default 100,
	payload bytea default 'first', display bytea default 'title',
	token bytea);

-- An answer: its outcome, how long it is from now, its token.
create function t.told(p_outcome text, p_expires_at timestamptz,
	p_token bytea)
returns text language sql stable as $$
	select concat_ws(' ', coalesce(p_outcome, '-'), extract(epoch from
	    p_expires_at - date_trunc('second', now()))::bigint,
	    convert_from(p_token, 'UTF8'))
$$;

-- What each of `calls` is told, in their order: by one call,
create function t.many()
returns text language sql volatile as $$
	select string_agg(t.told(o.outcome, o.expires_at, o.token), ', '
	    order by c.place)
	from (select row_number() over (order by n) as place from calls) as c
	left join (select f.* from (select array_agg(key order by n) as keys,
	    array_agg(sender order by n) as senders,
	    array_agg(request order by n) as requests,
	    array_agg(rights order by n) as rights,
	    array_agg(expires_at order by n) as expires,
	    array_agg(ttl order by n) as ttls,
	    array_agg(most order by n) as mosts,
	    array_agg(version order by n) as versions,
	    array_agg(payload order by n) as payloads,
	    array_agg(display order by n) as displays,
	    array_agg(token order by n) as tokens from calls) as a,
	    relay_api.mailbox_create_many(a.keys, a.senders, a.requests,
		a.rights, a.expires, a.ttls, a.mosts, a.versions, a.payloads,
		a.displays, a.tokens) as f) as o using (place)
$$;

-- and by one each.
create function t.each()
returns text language plpgsql volatile as $$
declare
	v_call t.calls;
	v_told text[];
begin
	for v_call in select * from t.calls order by n loop
		v_told := v_told || (select t.told(o.outcome, o.expires_at,
		    o.token)
		from relay_api.mailbox_create(v_call.key, v_call.sender,
		    v_call.request, v_call.rights, v_call.expires_at,
		    v_call.ttl, v_call.most, v_call.version, v_call.payload,
		    v_call.display, v_call.token) as o);
	end loop;
	return array_to_string(v_told, ', ');
end
$$;

-- All that is there, but for the times, of which the answers tell.
create function t.rows()
returns text language sql volatile as $$
	select string_agg((to_jsonb(m) - 'expires_at')::text, ' '
	    order by m.row_key) from relay.mailbox as m
$$;

insert into calls (key, expires_at, token) values
	(t.u('a'), null, null), (t.u('b'), null, 'at'),
	(t.u('c'), date_trunc('second', now()) + interval '90.5 s', null),
	(t.u('d'), '2999-01-01', null);
savepoint s;
select t.many() as told \gset
select t.rows() as rows \gset
rollback to s;
select is(:'told'::text, 'ok 3600, ok 3600 at, ok 90, ok 604800',
	'all are made; what was asked for is limited, in whole seconds');
select is(t.each(), :'told', 'as by mailbox_create');
select is(t.rows(), :'rows', 'so are the rows');
select is(t.many(), '-, -, -, -', 'again: none, for mailbox_create to say why');

-- All that is not to be done here.
select t.make('g'), t.delete('g', 'alice'), t.expire('b') \g /dev/null
truncate calls;
insert into calls (key, request, expires_at, rights, payload, token) values
	(t.u('a'), t.u('other'), null, 7, 'other', null),
	(t.u('b'), t.u('anew'), null, 7, 'anew', 'bt'),
	(t.u('g'), t.u('ended'), null, 7, 'ended', null),
	(t.u('h'), t.u('soon'), now(), 7, 'soon', null),
	(t.u('h'), t.u('then'), null, 7, 'then', null),
	(t.u('i'), t.u('one'), null, 7, 'one', 'it'),
	(t.u('i'), t.u('two'), null, 7, 'two', null),
	(t.u('j'), t.u('one'), null, 0, 'one', null),
	(t.u('k'), t.u('one'), null, 8, 'one', null),
	(t.u('l'), t.u('one'), null, 7, null, null),
	(null, t.u('one'), null, 7, 'one', null),
	(t.u('n'), t.u('one'), null, 7, 'one', 'nt');
select t.raw('a') || t.raw('b') || t.raw('g') as before \gset
select is(regexp_replace(t.many(), ' \d+', '', 'g'),
	'-, -, -, -, -, ok it, -, -, -, -, -, ok nt',
	'a key in use, an expired one, one that has ended, too soon and its '
	'twin, two of one key, unknown rights, what may not be null');
select is(t.raw('a') || t.raw('b') || t.raw('g'), :'before',
	'whose rows lie there untouched');
select is((select string_agg(convert_from(m.payload, 'UTF8'), ' ')
	from relay.mailbox as m where m.row_key in (t.u('h'), t.u('i'), t.u('j'),
	t.u('k'), t.u('l'))), 'one', 'of two with one key the first is made');

truncate calls;
insert into calls (key) values (t.u('m'));
select is(regexp_replace(t.many(), ' \d+', ''), 'ok', 'one alone');
select is((select count(*) from relay_api.mailbox_create_many('{}', '{}', '{}',
	'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')), 0::bigint,
	'of none, none');
select throws_ok($$select relay_api.mailbox_create_many('{}', '{}', '{}',
	'{}', '{}', '{}', '{}', '{}', '{}', '{}', null)$$, '22004', null,
	'a null for an array is refused');
select throws_ok($$select relay_api.mailbox_create_many('{}', '{}', '{}',
	'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{x}')$$, '2202E', null,
	'so is another number of one of them');
select ok('plan_cache_mode=force_generic_plan' = any (proconfig),
	'it is not planned anew for each few calls')
	from pg_proc where proname = 'mailbox_create_many';
select is((select string_agg(rule, ', ') from relay.mailbox_rules
	where broken <> 0), null, 'all rules hold');

select * from finish();
rollback;
