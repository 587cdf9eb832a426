-- Deploy credrelay:stats to pg
-- requires: mailbox

begin;

set local role relay_owner;

create view relay.stats with (security_barrier) as
-- For the administrator: how many mailboxes there are of each state, and how
-- big. Reads the whole table (not the payloads themselves). The states:
--   unread   nobody but the sender has read it (or the receiver let go)
--   bound    it has a receiver
--   ended    deleted; the key stays taken for an hour
--   expired  waits for the purge
-- A negative "soonest" is how long ago the first of them expired.
with held as (
	select case
		when m.expires_at <= statement_timestamp() then 'expired'
		when m.sender is null then 'ended'
		when m.receiver is null then 'unread'
		else 'bound' end as state,
	    m.expires_at,
	    coalesce(octet_length(m.payload), 0)
		+ coalesce(octet_length(m.display), 0)
		+ coalesce(octet_length(m.sender_token), 0)
		+ coalesce(octet_length(m.receiver_token), 0) as bytes
	from relay.mailbox as m
)
select s.state,
    count(r.state) as mailboxes,
    coalesce(sum(r.bytes), 0)::bigint as bytes,
    round(avg(r.bytes))::integer as bytes_average,
    max(r.bytes) as bytes_most,
    min(r.expires_at) - statement_timestamp() as soonest,
    max(r.expires_at) - statement_timestamp() as latest
from (values (1, 'unread'), (2, 'bound'), (3, 'ended'), (4, 'expired'))
    as s (place, state)
left join held as r on r.state = s.state
group by s.place, s.state
order by s.place;

revoke all on relay.stats from public;
revoke all on type relay.stats from public;
grant select on relay.stats to pg_monitor;

comment on view relay.stats is
	'Mailboxes by state: how many, how big, when the first and the last expires.';

commit;
