-- Deploy credrelay:ring to pg
-- requires: schemas

begin;

set local role relay_owner;

create function relay_api.ring(
	p_mailboxes text,
	p_outbox boolean)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- Wakes those who wait. A statement of its own, after the commit of what it
-- tells: a NOTIFY makes all commits of the cluster go one after the other.
--
--   p_mailboxes  the bells of changed mailboxes, each the first 4 bytes of
--                the row key as 8 hex digits, one after the other; at most
--                7,900 bytes; '': none; '*': all may have changed
--   p_outbox     whether there is something new in the outbox
begin
	if num_nulls(p_mailboxes, p_outbox) > 0 then
		raise null_value_not_allowed
		    using message = 'ring: an argument is null';
	end if;
	if p_mailboxes <> '*' and (octet_length(p_mailboxes) > 7900
	    or p_mailboxes !~ '^([0-9a-f]{8})*$') then
		raise invalid_parameter_value
		    using message = 'ring: these are no bells';
	end if;
	if p_mailboxes <> '' then
		perform pg_notify('credrelay_mailbox', p_mailboxes);
	end if;
	if p_outbox then
		perform pg_notify('credrelay_outbox', '');
	end if;
end
$$;

revoke all on function relay_api.ring(text, boolean) from public;
grant execute on function relay_api.ring(text, boolean) to relay_worker;

comment on function relay_api.ring(text, boolean) is
	'Wakes those who wait for a mailbox, and the notifiers.';

commit;
