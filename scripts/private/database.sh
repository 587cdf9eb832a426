# database.sh: part of private-relay: the cluster and the schema.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared

#
# The database
#

pg_quote() {
	printf "'%s'" "${1//\'/\'\'}"
}

# The module is there, and the caller wants it.
have_cron() {
	[ "$cron" = yes ] &&
	    [ -e "$("$pg/pg_config" --sharedir 2>/dev/null)/extension/pg_cron.control" ]
}

write_db_conf() {
	local line
	{
		echo "# written by scripts/private-relay at each start"
		if [ -e "$confdir/postgresql/credrelay.conf" ]; then
			grep -v '^[[:space:]]*\(#\|$\)' "$confdir/postgresql/credrelay.conf"
		fi
		echo "listen_addresses = ''"
		echo "port = 5432"
		echo "unix_socket_directories = $(pg_quote "$rundir")"
		echo "unix_socket_permissions = 0700"
		echo "logging_collector = off"
		echo "log_destination = stderr"
		echo "max_connections = 100"
		if have_cron; then
			echo "shared_preload_libraries = 'pg_cron'"
			echo "cron.database_name = 'credrelay'"
			echo "cron.use_background_workers = on"
			echo "max_worker_processes = 16"
		else
			echo "shared_preload_libraries = ''"
		fi
		if [ "$fast" = yes ]; then
			echo "fsync = off"
			echo "synchronous_commit = off"
			echo "full_page_writes = off"
		fi
		for line in ${db_sets[@]+"${db_sets[@]}"}; do
			printf '%s\n' "$line"
		done
	} >"$place/private.conf.new"
	chmod 644 "$place/private.conf.new"
	mv "$place/private.conf.new" "$place/private.conf"
}

make_cluster() {
	say "  making a PostgreSQL cluster"
	mkdir -p "$data"
	[ -z "$account" ] || chown "$account:" "$data"
	chmod 700 "$data"
	local quick=()
	[ "$fast" = no ] || quick=(--no-sync)
	(cd / && as_account "$pg/initdb" --pgdata="$data" --username=postgres \
	    --auth-local=trust --auth-host=reject --encoding=UTF8 \
	    --locale=C.UTF-8 --data-checksums ${quick[@]+"${quick[@]}"}) \
	    >>"$db_log" 2>&1 9>&- || {
		show_log "$db_log"
		die "initdb failed"
	}
	# Who gets into the directory of the socket (0700) may be anyone there.
	printf '%s\n' "# written by scripts/private-relay" \
	    "local all all trust" >"$data/pg_hba.conf"
	printf '\ninclude %s\n' "$(pg_quote "$place/private.conf")" \
	    >>"$data/postgresql.conf"
	# Before the first start, or pg_cron looks for it in vain.
	echo 'create database credrelay;' |
	    (cd / && as_account "$pg/postgres" --single -D "$data" \
	    -c shared_preload_libraries= postgres) >>"$db_log" 2>&1 9>&- || {
		show_log "$db_log"
		die "the database credrelay could not be made"
	}
}

# Processes that a dead postmaster left behind still write: PostgreSQL itself
# would know them by the postmaster.pid that start_db removes.
await_orphans() {
	local deadline=$((SECONDS + wait_s))
	while find /proc -maxdepth 2 -name cwd -lname "$data" 2>/dev/null |
	    grep -q .; do
		[ "$SECONDS" -lt "$deadline" ] ||
		    die "processes of a former life are still at work in $data"
		sleep 0.05
	done
}

start_db() {
	[ -z "$(db_pid)" ] || return 0
	await_orphans
	# A postmaster.pid that is not ours is of an earlier life: its process id
	# may be somebody else's now, which PostgreSQL would take for a rival.
	rm -f "$data/postmaster.pid" "$rundir/.s.PGSQL.5432" \
	    "$rundir/.s.PGSQL.5432.lock"
	write_db_conf
	(cd / && unset "${!PG@}" && as_account "$pg/pg_ctl" -D "$data" \
	    -l "$db_log" -w -t "$wait_s" -s start) 9>&- || {
		show_log "$db_log"
		die "PostgreSQL did not start"
	}
}

stop_db() {
	[ -n "$(db_pid)" ] || return 0
	(cd / && as_account "$pg/pg_ctl" -D "$data" -w -t "$wait_s" -m "$mode" \
	    -s stop) 9>&- || {
		show_log "$db_log"
		die "PostgreSQL did not stop"
	}
}

as_super() {
	(
		unset "${!PG@}"
		export PGHOST=$rundir PGPORT=5432 PGUSER=postgres \
		    PGDATABASE=credrelay PGAPPNAME=private-relay
		exec "$@"
	) 9>&-
}

sql_file() {
	as_super "$pg/psql" -X -q -v ON_ERROR_STOP=1 -f "$1" >>"$logs/deploy.log" 2>&1 || {
		show_log "$logs/deploy.log"
		die "$1 failed"
	}
}

# Everything that changes the schema: once, and again when the plan has changed.
deploy() {
	if [ -s "$place/deployed.plan" ] &&
	    cmp -s "$place/deployed.plan" "$sqldir/sqitch.plan"; then
		return 0
	fi
	[ -s "$sqldir/sqitch.plan" ] || die "there is no Sqitch project in $sqldir"
	say "  deploying the schema"
	: >"$logs/deploy.log"
	[ ! -e "$sqldir/roles.sql" ] || sql_file "$sqldir/roles.sql"
	if [ "$fast" = yes ]; then deploy_bundle; else deploy_sqitch; fi || {
		show_log "$logs/deploy.log"
		die "the schema could not be deployed"
	}
	if have_cron && [ -e "$sqldir/jobs/purge.sql" ]; then
		sql_file "$sqldir/jobs/purge.sql"
	fi
	cp "$sqldir/sqitch.plan" "$place/deployed.plan"
}

deploy_sqitch() {
	command -v sqitch >/dev/null || die "sqitch is missing (scripts/install-deps run)"
	(
		cd "$sqldir"
		PATH=$pg:$PATH
		export SQITCH_FULLNAME="credrelay private" SQITCH_EMAIL=relay@localhost
		export SQITCH_USER_CONFIG=/nonexistent SQITCH_SYSTEM_CONFIG=/nonexistent
		as_super sqitch --quiet deploy --verify --target db:pg:credrelay
	) >>"$logs/deploy.log" 2>&1
}

# The same schema in one file, which takes a tenth of the time.  It refuses a
# database that has one already.
deploy_bundle() {
	"$sqldir/bundle" private >"$place/bundle.sql" &&
	    sql_file "$place/bundle.sql"
}

# A database that slept has a purge that is overdue until the next minute.
purge_once() {
	as_super "$pg/psql" -X -q -U relay_purger -c 'call relay_api.purge()' \
	    >>"$logs/deploy.log" 2>&1 || {
		show_log "$logs/deploy.log"
		die "call relay_api.purge() failed"
	}
}
