-- Revert credrelay:outbox_done from pg

begin;

set local role relay_owner;

drop function relay_api.outbox_done(uuid, boolean, integer, text, text,
	integer);

commit;
