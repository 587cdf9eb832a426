-- Deploy credrelay:mailbox_check to pg
-- requires: mailbox

begin;

set local role relay_owner;

create function relay_api.mailbox_check(
	p_key uuid,
	p_claim uuid,
	p_seen bigint[],
	out outcome text,
	out expires_at timestamptz,
	out version bigint,
	out payload bytea,
	out display bytea)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
-- Whether the wait of a read is over: asked when its mailbox was rung, and at
-- its end. Never binds and never writes.
--
--   p_seen   the versions that the device has seen; null: any
--
--   ok         another version: the content
--   unchanged  one that was seen: expires_at and version only
--   not_found  no such mailbox, expired, or deleted
--   unbound    neither sender nor receiver, or the receiver no more
--   forbidden  bound, and no right to read
begin
	if num_nulls(p_key, p_claim) > 0 then
		raise null_value_not_allowed
		    using message = 'mailbox_check: an argument is null';
	end if;
	select f.outcome, f.expires_at, f.version,
	    case when f.outcome = 'ok' then f.payload end,
	    case when f.outcome = 'ok' then f.display end
	into outcome, expires_at, version, payload, display
	from (
		select case
			when m.sender <> p_claim
			and m.receiver is distinct from p_claim
			then 'unbound'
			when m.rights & 1 = 0 then 'forbidden'
			when p_seen is null or m.version = any (p_seen)
			then 'unchanged'
			else 'ok' end as outcome,
		    m.expires_at, m.version, m.payload, m.display
		from relay.mailbox as m
		where m.row_key = p_key
		and (m.expires_at > statement_timestamp()) is true
		and m.sender is not null) as f;
	if not found then
		outcome := 'not_found';
	elsif outcome in ('unbound', 'forbidden') then
		expires_at := null;
		version := null;
	end if;
end
$$;

revoke all on function relay_api.mailbox_check(uuid, uuid, bigint[])
	from public;
grant execute on function relay_api.mailbox_check(uuid, uuid, bigint[])
	to relay_worker;

comment on function relay_api.mailbox_check(uuid, uuid, bigint[]) is
	'A waiting read: ok, unchanged, not_found, unbound, forbidden.';

commit;
