-- Verify credrelay:mailbox_read on pg

\set function 'relay_api.mailbox_read(uuid, uuid, boolean, bytea)'
\set caller relay_worker
\ir include/api_function.sql
