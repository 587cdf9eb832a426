-- Verify credrelay:mailbox_read_many on pg

\set function 'relay_api.mailbox_read_many(uuid[], uuid[])'
\set caller relay_worker
\ir include/api_function.sql
