-- Verify credrelay:outbox_put on pg

\set function 'relay.outbox_put(uuid, boolean, uuid, bytea, bytea, timestamptz)'
\ir include/inner_function.sql
