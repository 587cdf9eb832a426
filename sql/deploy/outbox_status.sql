-- Deploy credrelay:outbox_status to pg
-- requires: outbox

begin;

set local role relay_owner;

create view relay.outbox_status with (security_barrier) as
-- For the administrator: whether the notifiers run, and keep up. One row.
--   waiting  all that is in the outbox
--   due      of these, what nobody has taken yet
--   leased   being sent, or waiting for its next try
--   oldest   for how long a device has not been told
--   tries    the most tries of any
select count(*) as waiting,
    count(*) filter (where o.due_at <= statement_timestamp()) as due,
    count(*) filter (where o.due_at > statement_timestamp()) as leased,
    statement_timestamp() - min(o.put_at) as oldest,
    max(o.attempts) as tries
from relay.outbox as o;

revoke all on relay.outbox_status from public;
revoke all on type relay.outbox_status from public;
grant select on relay.outbox_status to pg_monitor;

comment on view relay.outbox_status is
	'The notifications that wait: how many, how long, how often tried.';

commit;
