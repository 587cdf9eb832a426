-- Verify credrelay:mailbox_check on pg

\set function 'relay_api.mailbox_check(uuid, uuid, bigint[])'
\set caller relay_worker
\ir include/api_function.sql
