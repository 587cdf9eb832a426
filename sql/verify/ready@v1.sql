-- Verify credrelay:ready on pg, as it was at @v1

\set function 'relay_api.ready()'
\set caller relay_worker
\set later relay_notifier
\ir include/api_function.sql
