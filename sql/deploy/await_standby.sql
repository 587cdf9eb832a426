-- Deploy credrelay:await_standby to pg
-- requires: schemas

begin;

set local role relay_owner;

create function relay.await_standby()
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
-- Called by each branch that answers "repeated". What is repeated may be
-- committed here and not yet on the synchronous standby (its own session
-- may have been cut off while it waited). An empty message in the WAL makes
-- this transaction one that writes, so that its commit waits for all WAL
-- before it. Without a synchronous standby nothing is written.
begin
	if current_setting('synchronous_standby_names') <> '' then
		perform pg_logical_emit_message(true, 'credrelay', '');
	end if;
end
$$;

revoke all on function relay.await_standby() from public;

comment on function relay.await_standby() is
	'Makes a repeat wait for the synchronous standby, where there is one.';

commit;
