-- Verify credrelay:mailbox_relinquish on pg

\set function 'relay_api.mailbox_relinquish(uuid, uuid, uuid, bigint[])'
\set caller relay_worker
\ir include/api_function.sql
