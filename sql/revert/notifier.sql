-- Revert credrelay:notifier from pg

begin;

set local role relay_owner;

revoke usage on schema relay_api from relay_notifier;

commit;
