-- Deploy credrelay:purge to pg
-- requires: purge@v1
-- requires: purge_step

begin;

set local role relay_owner;

create or replace procedure relay_api.purge()
language plpgsql
as $$
-- Deletes all that has expired, in batches with a commit and a pause after
-- each, so that live traffic hardly feels it. A batch that takes long halves
-- the next one, a quick one doubles it. Run it each minute as relay_purger;
-- two at once do no harm.
--
-- Who waits for a mailbox that was deleted is woken, in a transaction of its
-- own: one that notifies makes all others wait for its commit.
--
-- A procedure that commits can neither be SECURITY DEFINER nor set its
-- search_path, so every name here is written out, operators' schemas too
-- where they could be anybody's.
declare
	v_limit integer := 1000;
	v_step record;
	v_piece text;
	v_start timestamptz;
	v_took double precision;
begin
	loop
		v_start := pg_catalog.clock_timestamp();
		select s.purged, s.dropped, s.bells into v_step
		from relay_api.purge_step(v_limit) as s;
		commit;
		v_took := pg_catalog.date_part('epoch',
		    pg_catalog.clock_timestamp()
		    operator(pg_catalog.-) v_start);
		foreach v_piece in array v_step.bells loop
			perform pg_catalog.pg_notify('credrelay_mailbox',
			    v_piece);
			commit;
		end loop;
		exit when v_step.purged operator(pg_catalog.=) 0
		    and v_step.dropped operator(pg_catalog.=) 0;
		if v_took operator(pg_catalog.>) 0.1::double precision then
			v_limit := greatest(50,
			    v_limit operator(pg_catalog./) 2);
		elsif v_took operator(pg_catalog.<)
		    0.03::double precision then
			v_limit := least(1000,
			    v_limit operator(pg_catalog.*) 2);
		end if;
		perform pg_catalog.pg_sleep(0.05);
	end loop;
end
$$;

comment on procedure relay_api.purge() is
	'Deletes all that has expired. Commits: call it outside a transaction.';

commit;
