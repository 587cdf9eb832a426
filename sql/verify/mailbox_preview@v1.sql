-- Verify credrelay:mailbox_preview on pg

\set function 'relay_api.mailbox_preview(uuid)'
\set caller relay_worker
\ir include/api_function.sql
