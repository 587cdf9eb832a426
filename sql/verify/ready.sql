-- Verify credrelay:ready on pg

\set function 'relay_api.ready()'
\set caller 'relay_worker, relay_notifier'
\ir include/api_function.sql
