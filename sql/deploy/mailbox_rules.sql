-- Deploy credrelay:mailbox_rules to pg
-- requires: mailbox

begin;

-- Whoever waits for the table's lock, behind a dump perhaps, has all traffic
-- wait behind him. Then rather not: deploy again.
set local lock_timeout = '2s';
set local role relay_owner;

-- PostgreSQL reads and plans each check anew for each statement that writes:
-- these six were half of what an update cost it. The functions of relay_api,
-- through which alone devices write, keep the rules; this view tells.
alter table relay.mailbox
	drop constraint mailbox_expires_at_check,
	drop constraint mailbox_rights_check,
	drop constraint mailbox_recent_check,
	drop constraint mailbox_receiver_check,
	drop constraint mailbox_token_check,
	drop constraint mailbox_whole_check;

create view relay.mailbox_rules with (security_barrier) as
-- For the administrator and the tests: what always holds for a row, and how
-- many there are for which it does not: none, unless somebody has written to
-- the table by hand. Reads the whole table.
--   rule    its name
--   broken  by so many rows
select r.rule, r.broken
from (
	select count(*) filter (where not isfinite(m.expires_at)) as for_ever,
	    count(*) filter (where m.rights not between 1 and 7) as rights,
	    count(*) filter (where cardinality(m.recent) > 16
		or array_position(m.recent, null) is not null) as recent,
	    count(*) filter (where m.receiver = m.sender) as receiver,
	    count(*) filter (where m.receiver_token is not null
		and m.receiver is null) as token,
	    count(*) filter (where m.sender is not null
		and num_nulls(m.created_by, m.rights, m.version, m.recent,
		    m.payload) > 0) as whole,
	    count(*) filter (where m.sender is null
		and (num_nonnulls(m.receiver, m.created_by, m.rights,
		    m.version, m.payload, m.display, m.sender_token,
		    m.receiver_token) > 0
		    or cardinality(m.recent) > 0)) as ended
	from relay.mailbox as m
) as n cross join lateral (values
	('a mailbox ends', n.for_ever),
	('its rights are 1 to 7', n.rights),
	('it remembers at most 16 requests', n.recent),
	('its receiver is not its sender', n.receiver),
	('a receiver''s token has a receiver', n.token),
	('a mailbox is whole', n.whole),
	('of one that has ended nothing is kept', n.ended)
) as r (rule, broken);

revoke all on relay.mailbox_rules from public;
revoke all on type relay.mailbox_rules from public;
grant select on relay.mailbox_rules to pg_monitor;

comment on view relay.mailbox_rules is
	'What holds for each row of relay.mailbox, and how many break it.';

commit;
