-- Deploy credrelay:purge to pg
-- requires: purge@v1
-- requires: purge_step

begin;

set local role relay_owner;

create or replace procedure relay_api.purge()
language plpgsql
as $$
-- Deletes all that has expired, in batches with a commit and a pause after
-- each. What live traffic feels is how long a batch keeps a processor, more
-- than how many there are: one is to take some 2 ms, and a pause four times as
-- long, 20 ms at most. A batch that takes long halves the next one, a quick one
-- doubles it. Run it each minute as relay_purger; two at once do no harm.
--
-- Nobody waits for these commits: what a crash takes back is expired all the
-- same, and purged again.
--
-- Who waits for a mailbox that was deleted is woken, in a transaction of its
-- own: one that notifies makes all others wait for its commit.
--
-- A procedure that commits can neither be SECURITY DEFINER nor set its
-- search_path, so every name here is written out, operators' schemas too
-- where they could be anybody's.
declare
	v_limit integer := 100;
	v_from timestamptz := timestamptz '-infinity';
	v_step record;
	v_piece text;
	v_start timestamptz;
	v_took double precision;
begin
	loop
		perform pg_catalog.set_config('synchronous_commit', 'off',
		    true);
		v_start := pg_catalog.clock_timestamp();
		select s.purged, s.dropped, s.bells, s.reached into v_step
		from relay_api.purge_step(v_limit, v_from) as s;
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
		    and v_step.dropped operator(pg_catalog.=) 0
		    and v_step.reached operator(pg_catalog.=) v_from;
		v_from := v_step.reached;
		if v_took operator(pg_catalog.>) 0.0025::double precision then
			v_limit := greatest(50,
			    v_limit operator(pg_catalog./) 2);
		elsif v_took operator(pg_catalog.<)
		    0.001::double precision then
			v_limit := least(1000,
			    v_limit operator(pg_catalog.*) 2);
		end if;
		perform pg_catalog.pg_sleep(least(0.02::double precision,
		    v_took operator(pg_catalog.*) 4::double precision));
	end loop;
end
$$;

comment on procedure relay_api.purge() is
	'Deletes all that has expired. Commits: call it outside a transaction.';

commit;
