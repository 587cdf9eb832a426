-- Deploy credrelay:notifier to pg
-- requires: schemas
--
-- The role is new: run roles.sql before this.

begin;

set local role relay_owner;

grant usage on schema relay_api to relay_notifier;

commit;
