-- Verify credrelay:mailbox_update on pg

\set caller relay_worker
\set function 'relay_api.mailbox_update(uuid, uuid, uuid, bigint[], bytea, boolean, bytea, bytea)'
\ir include/api_function.sql
\set function 'relay_api.mailbox_update(uuid, uuid, uuid, bigint[], bytea, boolean, bytea)'
\ir include/api_function.sql
