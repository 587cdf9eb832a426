-- Verify credrelay:mailbox_update on pg

\set function 'relay_api.mailbox_update(uuid, uuid, uuid, bigint[], bytea, boolean, bytea)'
\set caller relay_worker
\ir include/api_function.sql
