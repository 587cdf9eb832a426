-- Verify credrelay:mailbox_create_many on pg

\set function 'relay_api.mailbox_create_many(uuid[], uuid[], uuid[], smallint[], timestamptz[], integer[], integer[], bigint[], bytea[], bytea[], bytea[])'
\set caller relay_worker
\ir include/api_function.sql
