-- credential_take and credential_put: one for all, renewed by one.

set search_path = t, pg_catalog;
begin;
select plan(22);
delete from relay.gateway_credential;

create function pg_temp.take(p_name text default 'apns') returns text
    language sql as $$
	select concat_ws(' ', coalesce(convert_from(o.sealed, 'UTF8'), '-'),
	    case when o.renew then 'renew' end)
	from relay_api.credential_take(p_name) as o
$$;
select is(pg_temp.take(), '- renew', 'there is none: make one');
select is(pg_temp.take(), '-', 'the next is not told so');
select is(pg_temp.take('fcm'), '- renew', 'another one is another''s');
update relay.gateway_credential set renewing_until = now();
select is(pg_temp.take(), '- renew', 'who was told has not come back');
select is(renewing_until - statement_timestamp() between interval '1 s'
	and interval '10 s', true, 'he has ten seconds')
	from relay.gateway_credential where name = 'apns';

select relay_api.credential_put('apns', 'one', 100, 200) \g /dev/null
select is(pg_temp.take(), 'one', 'put: there it is');
select is(valid_seconds between 140 and 200, true, 'it says for how long')
	from relay_api.credential_take('apns');
select is(renew_at - now() between interval '99 s' and interval '160 s'
	and expires_at - renew_at = interval '100 s'
	and renewing_until is null, true, 'for as long as was told')
	from relay.gateway_credential where name = 'apns';
update relay.gateway_credential set renew_at = now() where name = 'apns';
select is(pg_temp.take(), 'one renew', 'it is getting old: one renews it');
select is(pg_temp.take(), 'one', 'the others go on with it');
select relay_api.credential_put('apns', 'two', 100, 200) \g /dev/null
select is(pg_temp.take(), 'two', 'renewed');
update relay.gateway_credential set expires_at = now() where name = 'apns';
select is(pg_temp.take(), '- renew', 'expired: it is not given out');
select is(valid_seconds, null, 'for no time')
	from relay_api.credential_take('apns');
select is(pg_temp.take(), '-', 'to nobody');
select relay_api.credential_put('apns', 'three', 0, 100) \g /dev/null
select is(pg_temp.take(), 'three renew', 'one that is old from the start');
update relay.gateway_credential set expires_at = clock_timestamp()
	+ interval '900 ms' where name = 'apns';
select is(valid_seconds, 0, 'one that is as good as expired')
	from relay_api.credential_take('apns');
select relay_api.credential_put('new', 'n', 10, 20) \g /dev/null
select is(pg_temp.take('new'), 'n', 'put without being asked');
select is(count(*), 3::bigint, 'a row a name') from relay.gateway_credential;

select throws_ok($$select relay_api.credential_take(null)$$, '22004', null,
	'no name');
select throws_ok($$select relay_api.credential_put('x', null, 1, 1)$$,
	'22004', null, 'no credential');
select throws_ok($$select relay_api.credential_put('x', 'x', null, 1)$$,
	'22004', null, 'no time');
select throws_ok($$select relay_api.credential_take(repeat('x', 65))$$,
	'23514', null, 'a name that is too long');

select * from finish();
rollback;
