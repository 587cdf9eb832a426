-- Deploy credrelay:purge_status to pg
-- requires: mailbox
-- requires: purge_state

begin;

set local role relay_owner;

create view relay.purge_status with (security_barrier) as
-- For the administrator: whether the purge runs, and keeps up.
select s.purged_at,
    statement_timestamp() - s.purged_at as since,
    s.purged,
    (select statement_timestamp() - min(m.expires_at)
	from relay.mailbox as m
	where m.expires_at <= statement_timestamp()) as oldest_expired
from relay.purge_state as s;

revoke all on relay.purge_status from public;
revoke all on type relay.purge_status from public;
grant select on relay.purge_status to pg_monitor;

comment on view relay.purge_status is
	'When the purge last ran, what it deleted, how long the oldest expired row waits.';

commit;
