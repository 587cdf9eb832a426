-- Verify credrelay:outbox_done on pg

\set function 'relay_api.outbox_done(uuid, boolean, integer, text, text, integer)'
\set caller relay_notifier
\ir include/api_function.sql
