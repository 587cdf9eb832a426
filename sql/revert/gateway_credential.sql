-- Revert credrelay:gateway_credential from pg

begin;

set local role relay_owner;

drop table relay.gateway_credential;

commit;
