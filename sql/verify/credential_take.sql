-- Verify credrelay:credential_take on pg

\set function 'relay_api.credential_take(text)'
\set caller relay_notifier
\ir include/api_function.sql
