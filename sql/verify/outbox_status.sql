-- Verify credrelay:outbox_status on pg

\set view relay.outbox_status
\ir include/monitor_view.sql
