-- Deploy credrelay:mailbox to pg
-- requires: schemas

begin;

set local role relay_owner;

create table relay.mailbox (
	row_key		uuid not null,
	sender		uuid,
	receiver	uuid,
	created_by	uuid,
	rights		smallint,
	expires_at	timestamptz not null,
	version		bigint,
	recent		uuid[],
	payload		bytea,
	display		bytea,
	sender_token	bytea,
	receiver_token	bytea,
	constraint mailbox_pkey primary key (row_key),
	constraint mailbox_expires_at_check check (isfinite(expires_at)),
	constraint mailbox_rights_check check (rights between 1 and 7),
	constraint mailbox_recent_check check (cardinality(recent) <= 16
	    and array_position(recent, null) is null),
	constraint mailbox_receiver_check check (receiver <> sender),
	constraint mailbox_token_check check (receiver_token is null
	    or receiver is not null),
	-- All or nothing: a live mailbox, or one that has ended, of which
	-- nothing is kept but the key and the time.
	constraint mailbox_whole_check check (case when sender is null
	    then num_nonnulls(receiver, created_by, rights, version, payload,
		display, sender_token, receiver_token) = 0
		and coalesce(cardinality(recent), 0) = 0
	    else num_nulls(created_by, rights, version, recent, payload) = 0
	    end)
) with (
	-- Room on each page, so that an update stays on it (HOT).
	fillfactor = 70,
	-- What was deleted should leave the pages soon.
	autovacuum_vacuum_threshold = 500,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_vacuum_insert_threshold = 10000,
	autovacuum_vacuum_insert_scale_factor = 0.1,
	autovacuum_analyze_threshold = 1000,
	autovacuum_analyze_scale_factor = 0.05,
	toast.autovacuum_vacuum_threshold = 500,
	toast.autovacuum_vacuum_scale_factor = 0.02,
	-- Truncation locks the table, here and on each standby; the space is
	-- used again anyhow.
	vacuum_truncate = false,
	toast.vacuum_truncate = false
);

-- Sealed bytes do not compress.
alter table relay.mailbox
	alter column payload set storage external,
	alter column display set storage external,
	alter column sender_token set storage external,
	alter column receiver_token set storage external;

-- For the purge. No other index, so that no update has one to maintain.
create index mailbox_expires_at_idx on relay.mailbox (expires_at);

revoke all on relay.mailbox from public;
revoke all on type relay.mailbox from public;

comment on table relay.mailbox is
	'One row a mailbox; where sender is null it has been deleted.';
comment on column relay.mailbox.row_key is
	'Derived from the identifier, which is not stored.';
comment on column relay.mailbox.sender is
	'Derived from the identifier and the claim of who created it.';
comment on column relay.mailbox.receiver is
	'The same of the first other device that read; null: none yet.';
comment on column relay.mailbox.created_by is
	'Derived from the create''s claim and request id: tells its repeat.';
comment on column relay.mailbox.rights is
	'1 read, 2 write, 4 delete, added up.';
comment on column relay.mailbox.expires_at is
	'From here on the row does not exist for anybody.';
comment on column relay.mailbox.version is
	'One more with each update; the ETag.';
comment on column relay.mailbox.recent is
	'Last 16 successful updates and relinquishes, the newest at the end.';
comment on column relay.mailbox.payload is 'Sealed.';
comment on column relay.mailbox.display is
	'Display information, sealed; null: the operator''s default.';
comment on column relay.mailbox.sender_token is
	'The sender''s notification token, sealed.';
comment on column relay.mailbox.receiver_token is
	'The receiver''s notification token, sealed.';

commit;
