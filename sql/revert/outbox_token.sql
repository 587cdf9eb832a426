-- Revert credrelay:outbox_token from pg

begin;

set local role relay_owner;

drop function relay.outbox_token(uuid, boolean, bytea);

commit;
