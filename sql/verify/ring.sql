-- Verify credrelay:ring on pg

\set function 'relay_api.ring(text, boolean)'
\set caller relay_worker
\ir include/api_function.sql
