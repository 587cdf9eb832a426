-- Verify credrelay:credential_put on pg

\set function 'relay_api.credential_put(text, bytea, integer, integer)'
\set caller relay_notifier
\ir include/api_function.sql
