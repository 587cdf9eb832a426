-- Deploy credrelay:await_safe to pg
-- requires: await_standby

begin;

set local role relay_owner;

create function relay_api.await_safe()
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
-- Called in the transaction of a call that is made again, since nobody knows
-- what came of it the first time. A read or a delete that was done then finds
-- its work and writes nothing, so nothing else would have it wait.
begin
	perform relay.await_standby();
end
$$;

revoke all on function relay_api.await_safe() from public;
grant execute on function relay_api.await_safe() to relay_worker;

comment on function relay_api.await_safe() is
	'Makes what is called again wait for the synchronous standby.';

commit;
