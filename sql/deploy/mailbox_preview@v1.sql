-- Deploy credrelay:mailbox_preview to pg
-- requires: mailbox

begin;

set local role relay_owner;

create function relay_api.mailbox_preview(
	p_key uuid,
	out outcome text,
	out expires_at timestamptz,
	out display bytea)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
-- ReadDisplayInformationFromMailbox: for everybody who has the link, never
-- changes anything.
--
--   ok         display null: the operator's default stands in
--   not_found  no such mailbox, expired, or deleted
begin
	select 'ok', m.expires_at, m.display
	into outcome, expires_at, display
	from relay.mailbox as m
	where m.row_key = p_key
	and m.expires_at > statement_timestamp()
	and m.sender is not null;
	if not found then
		outcome := 'not_found';
	end if;
end
$$;

revoke all on function relay_api.mailbox_preview(uuid) from public;
grant execute on function relay_api.mailbox_preview(uuid) to relay_worker;

comment on function relay_api.mailbox_preview(uuid) is
	'ReadDisplayInformationFromMailbox: ok, not_found.';

commit;
