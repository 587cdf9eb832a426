-- Deploy credrelay:push_count to pg
-- requires: schemas

begin;

set local role relay_owner;

create table relay.push_count (
	type	text not null,
	outcome	text not null,
	backend	integer not null,
	n	bigint not null,
	last_at	timestamptz not null,
	-- A row for each backend: those who count never wait for each other.
	constraint push_count_pkey primary key (type, outcome, backend),
	constraint push_count_type_check
	    check (type ~ '^[A-Za-z0-9._-]{1,64}$'),
	constraint push_count_outcome_check check (outcome in ('delivered',
	    'dead', 'rejected', 'failed', 'retry', 'expired'))
) with (fillfactor = 50);

revoke all on relay.push_count from public;
revoke all on type relay.push_count from public;

comment on table relay.push_count is 'What came of the pushes, counted.';
comment on column relay.push_count.type is
	'The gateway''s; none: it expired before a gateway was asked.';
comment on column relay.push_count.outcome is
	'delivered, dead, rejected, failed, retry, expired.';
comment on column relay.push_count.backend is
	'Whose count it is; 0: the sum of backends that have been quiet.';
comment on column relay.push_count.n is 'How many since the first deploy.';
comment on column relay.push_count.last_at is 'When it was last counted.';

commit;
