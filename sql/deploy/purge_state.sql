-- Deploy credrelay:purge_state to pg
-- requires: schemas

begin;

set local role relay_owner;

create table relay.purge_state (
	only_row	boolean not null default true,
	purged_at	timestamptz,
	purged		bigint not null default 0,
	constraint purge_state_pkey primary key (only_row),
	constraint purge_state_only_row_check check (only_row)
) with (fillfactor = 50);

insert into relay.purge_state default values;

revoke all on relay.purge_state from public;
revoke all on type relay.purge_state from public;

comment on table relay.purge_state is 'One row: what the purge has done.';
comment on column relay.purge_state.only_row is 'Always true.';
comment on column relay.purge_state.purged_at is
	'When the last batch was done, also an empty one; null: never.';
comment on column relay.purge_state.purged is
	'How many rows have been deleted since the first deploy.';

commit;
