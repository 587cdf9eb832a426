-- Deploy credrelay:push_stats to pg
-- requires: push_count

begin;

set local role relay_owner;

create view relay.push_stats with (security_barrier) as
-- For the administrator: what came of the pushes since the first deploy.
--   delivered  the gateway has taken it
--   dead       the gateway does not know the token; it was forgotten
--   rejected   the gateway will never take it: look at the notifier's log
--   failed     given up after the last try
--   retry      a try that is followed by another
--   expired    the mailbox ended before
select c.type,
    c.outcome,
    sum(c.n)::bigint as pushes,
    max(c.last_at) as last_at
from relay.push_count as c
group by c.type, c.outcome
order by c.type, c.outcome;

revoke all on relay.push_stats from public;
revoke all on type relay.push_stats from public;
grant select on relay.push_stats to pg_monitor;

comment on view relay.push_stats is
	'Pushes by type of token and outcome: how many, and when the last.';

commit;
