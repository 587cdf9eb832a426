-- Verify credrelay:mailbox_update_many on pg

\set function 'relay_api.mailbox_update_many(uuid[], uuid[], uuid[], bytea[], boolean[], bytea[], bytea[])'
\set caller relay_worker
\ir include/api_function.sql
