-- Verify credrelay:purge_step on pg

\set function 'relay_api.purge_step(integer, timestamptz)'
\set caller relay_purger
\ir include/api_function.sql
