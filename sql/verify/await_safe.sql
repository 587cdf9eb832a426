-- Verify credrelay:await_safe on pg

\set function 'relay_api.await_safe()'
\set caller relay_worker
\ir include/api_function.sql
