-- Verify credrelay:ready on pg

\set function 'relay_api.ready()'
\set caller relay_worker
\ir include/api_function.sql
