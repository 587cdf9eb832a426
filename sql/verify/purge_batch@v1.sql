-- Verify credrelay:purge_batch on pg

\set function 'relay_api.purge_batch(integer)'
\set caller relay_purger
\ir include/api_function.sql
