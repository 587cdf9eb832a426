-- Verify credrelay:mailbox_rules on pg

\set view relay.mailbox_rules
\ir include/monitor_view.sql
