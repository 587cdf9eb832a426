-- Lets pg_cron purge the relay each minute. Run by a superuser in the
-- database that pg_cron lives in (cron.database_name, "postgres" by default),
-- after roles.sql and the deploy; may be run again at any time:
--
--     psql -X -v ON_ERROR_STOP=1 -v database=credrelay \
--         -f sql/jobs/purge.sql postgres
--
-- pg_cron 1.4 or later. It runs the job as relay_purger. With
-- cron.use_background_workers = on nothing more is needed; otherwise pg_cron
-- connects to cron.host like any client, and pg_hba.conf (or a password file)
-- must let relay_purger in. On a standby pg_cron rests, and begins when the
-- standby is promoted. To stop: select cron.unschedule('credrelay-purge').

\if :{?database}
\else
\set database credrelay
\endif

begin;

create extension if not exists pg_cron;

-- The name and the user are the job's key: a second time changes the first,
-- but leaves it in the database and on the host that it was made for.
select cron.schedule_in_database('credrelay-purge', '* * * * *',
	'call relay_api.purge()', :'database', 'relay_purger', true);
update cron.job
set database = :'database', nodename = current_setting('cron.host'),
    nodeport = current_setting('port')::integer, active = true
where jobname = 'credrelay-purge' and username = 'relay_purger';

-- pg_cron notes each run and never forgets one: keep a day of ours.
select cron.schedule('credrelay-purge-history', '17 * * * *',
	$$delete from cron.job_run_details as d using cron.job as j
	where d.jobid = j.jobid and j.jobname like 'credrelay-%'
	and coalesce(d.end_time, d.start_time)
	    < pg_catalog.now() - interval '1 day'$$);
update cron.job
set database = current_database(), nodename = current_setting('cron.host'),
    nodeport = current_setting('port')::integer, active = true
where jobname = 'credrelay-purge-history' and username = current_user;

commit;
