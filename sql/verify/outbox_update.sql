-- Verify credrelay:outbox_update on pg

\set function 'relay.outbox_update(uuid, boolean, uuid, bytea, bytea, timestamptz, boolean, bytea)'
\ir include/inner_function.sql
