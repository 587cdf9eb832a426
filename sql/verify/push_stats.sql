-- Verify credrelay:push_stats on pg

\set view relay.push_stats
\ir include/monitor_view.sql
