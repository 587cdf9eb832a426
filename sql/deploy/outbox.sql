-- Deploy credrelay:outbox to pg
-- requires: mailbox

begin;

set local role relay_owner;

create table relay.outbox (
	row_key		uuid not null,
	for_sender	boolean not null,
	owner		uuid not null,
	token		bytea not null,
	wrap		bytea not null,
	expires_at	timestamptz not null,
	put_at		timestamptz not null,
	due_at		timestamptz not null,
	attempts	smallint not null default 0,
	-- At random, so that a row that was made anew is not taken for the
	-- one that a notifier still works at.
	generation	integer not null
	    default floor(random() * 1000000000)::integer,
	constraint outbox_pkey primary key (row_key, for_sender),
	constraint outbox_attempts_check check (attempts >= 0)
) with (
	-- Rows come and go, and each lease moves one in the index.
	autovacuum_vacuum_threshold = 500,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_analyze_threshold = 1000,
	autovacuum_analyze_scale_factor = 0.05,
	toast.autovacuum_vacuum_threshold = 500,
	toast.autovacuum_vacuum_scale_factor = 0.02,
	vacuum_truncate = false,
	toast.vacuum_truncate = false
);

-- Sealed bytes do not compress.
alter table relay.outbox
	alter column token set storage external,
	alter column wrap set storage external;

-- For the lease, and for the purge.
create index outbox_due_at_idx on relay.outbox (due_at);
create index outbox_expires_at_idx on relay.outbox (expires_at);

revoke all on relay.outbox from public;
revoke all on type relay.outbox from public;

comment on table relay.outbox is
	'The notifications that wait to be sent, at most one a device.';
comment on column relay.outbox.row_key is 'The mailbox''s.';
comment on column relay.outbox.for_sender is
	'Whether it goes to the sender; false: to the receiver.';
comment on column relay.outbox.owner is
	'The device''s claim hash, as in the mailbox: the token is sealed to it.';
comment on column relay.outbox.token is
	'The device''s notification token, sealed as in the mailbox.';
comment on column relay.outbox.wrap is
	'The key of the token, sealed under the server key.';
comment on column relay.outbox.expires_at is
	'When the mailbox ends; from here on nothing is sent.';
comment on column relay.outbox.put_at is
	'Since when the device has not been told.';
comment on column relay.outbox.due_at is
	'When it is to be sent: at once, after a lease, or at the next try.';
comment on column relay.outbox.attempts is
	'How often it has been tried since it was put or renewed.';
comment on column relay.outbox.generation is
	'Another one each time that it is renewed.';

commit;
