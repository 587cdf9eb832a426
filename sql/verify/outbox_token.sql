-- Verify credrelay:outbox_token on pg

\set function 'relay.outbox_token(uuid, boolean, bytea)'
\ir include/inner_function.sql
