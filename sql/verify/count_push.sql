-- Verify credrelay:count_push on pg

\set function 'relay.count_push(text, text, bigint)'
\ir include/inner_function.sql
