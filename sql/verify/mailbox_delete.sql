-- Verify credrelay:mailbox_delete on pg

\set caller relay_worker
\set function 'relay_api.mailbox_delete(uuid, uuid, bigint[], bytea)'
\ir include/api_function.sql
\set function 'relay_api.mailbox_delete(uuid, uuid, bigint[])'
\ir include/api_function.sql
