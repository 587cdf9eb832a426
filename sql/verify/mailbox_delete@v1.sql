-- Verify credrelay:mailbox_delete on pg

\set function 'relay_api.mailbox_delete(uuid, uuid, bigint[])'
\set caller relay_worker
\ir include/api_function.sql
