-- Verify credrelay:outbox_lease on pg

\set function 'relay_api.outbox_lease(integer, integer)'
\set caller relay_notifier
\ir include/api_function.sql
