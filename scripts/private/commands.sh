# commands.sh: part of private-relay: what it can be told to do.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared

#
# The commands
#

write_env() {
	local url=
	[ "$server" = none ] || [ -z "$chosen_port" ] ||
	    url=$(base_url)
	{
		echo "# read it with: . $(printf %q "$dir/env")"
		printf 'export %s=%q\n' \
		    CREDRELAY_URL "$url" \
		    CREDRELAY_CONF "$conf" \
		    CREDRELAY_LOG "$relay_log" \
		    CREDRELAY_PIDFILE "$relay_pidfile" \
		    CREDRELAY_SOCKET "$socket" \
		    CREDRELAY_LOGDIR "$logs" \
		    CREDRELAY_BIN "$daemon" \
		    PGHOST "$rundir" \
		    PGPORT 5432 \
		    PGDATABASE credrelay \
		    PGUSER postgres \
		    PGDATA "$data"
		[ "$notify" = no ] || printf 'export %s=%q\n' \
		    CREDRELAY_NOTIFY_LOG "$notify_log" \
		    CREDRELAY_NOTIFY_PIDFILE "$notify_pidfile" \
		    CREDRELAY_NOTIFY_BIN "$notifier"
	} >"$dir/env.new"
	mv "$dir/env.new" "$dir/env"
}

make_place() {
	[ -z "$account" ] || chown "$account:" "$dir"
	choose_place
	set_paths
	mkdir -p "$logs" "$etc"
	if [ -n "$account" ]; then
		chown "$account:" "$place" "$logs" "$etc"
	fi
	chmod 700 "$etc"
	if [ "$place" != "$dir" ]; then
		for d in data log etc; do
			ln -sfn "$place/$d" "$dir/$d"
		done
	fi
	save_settings
}

prepare() {
	[ -d "$place" ] || die "$place has gone: $dir destroy, and make it anew"
	choose_rundir
	set_paths
	find_postgres
	find_daemons
	: >>"$relay_log"
	: >>"$notify_log"
	: >>"$db_log"
	[ -z "$account" ] ||
	    chown "$account:" "$relay_log" "$notify_log" "$db_log"
	chmod 600 "$db_log"
}

make_all() {
	find_postgres_first
	make_place
	prepare
	if [ ! -s "$data/PG_VERSION" ] || [ ! -e "$place/made" ]; then
		mode=immediate stop_db
		rm -rf "$data" "$place/deployed.plan"
		write_db_conf
		make_cluster
		start_db
		deploy
		: >"$place/made"
	fi
	make_key
	check_relay_conf
	save_settings
	write_env
}

# A clear word before anything is made.
find_postgres_first() {
	data=/nonexistent
	find_postgres
	command -v sqitch >/dev/null || die "sqitch is missing (scripts/install-deps run)"
}

cmd_create() {
	[ ! -e "$place/made" ] || die "$dir is there already"
	undo=yes
	make_all
	mode=fast stop_db
	undo=
	remove_rundir
	say "made $dir"
}

# end_changed: what runs with other settings than those given now is stopped
end_changed() {
	if [ "$old_db" != "$(declare -p fast cron db_sets)" ]; then
		mode=fast stop_db
	fi
	if [ "$old_relay" != "$(declare -p server tls bindir confdir sets)" ] ||
	    [ "$old_chosen" != "$chosen_port" ]; then
		stop_web
		stop_relay
	fi
	if [ "$old_notify" != "$(declare -p notify bindir sets)" ]; then
		stop_notify
	fi
}

cmd_start() {
	undo=yes
	if [ -n "$place" ]; then
		set_paths
		[ -z "$(daemon_pids)$(notify_pids)$(db_pid)$(web_pids)" ] || undo=
	fi
	if [ -z "$place" ] || [ ! -e "$place/made" ]; then
		make_all
	fi
	prepare
	make_key
	check_relay_conf
	choose_port
	end_changed
	save_settings
	write_relay_conf "$conf"
	start_db
	deploy
	purge_once
	start_relay
	start_notify
	start_web
	write_env
	wait_ready
	undo=
	say "the relay runs at $(sed -n 's/^export CREDRELAY_URL=//p' "$dir/env") ($dir)"
}

remove_rundir() {
	if [ "$rundir" != "$place/run" ] && [ -n "$rundir" ] && is_ours "$rundir"; then
		case $rundir in
		/tmp/credrelay-run-*) rm -rf "$rundir" ;;
		esac
	fi
}

cmd_stop() {
	stop_web
	stop_relay
	stop_notify
	stop_db
	remove_rundir
	say "the relay in $dir has stopped"
}

# part NAME LISTER: a line about one part
part() {
	local pid
	# shellcheck disable=SC2046 # words are wanted
	pid=$(masters $($2) | head -n 1)
	if [ -z "$pid" ]; then
		say "$1: stopped"
		return 1
	fi
	say "$1: runs, process $pid"
}

cmd_status() {
	local all=0
	part database db_pid || all=3
	case $server in
	lighttpd-spawned | apache-fcgid) ;;
	*) part pool daemon_pids || all=3 ;;
	esac
	[ "$notify" = no ] || part notifier notify_pids || all=3
	if [ "$server" != none ]; then
		part "$server" web_pids || all=3
		[ "$all" -ne 0 ] || say "at $(base_url)"
	fi
	return "$all"
}

cmd_destroy() {
	mode=immediate
	cmd_stop
	if [ "$place" != "$dir" ]; then
		case $place in
		/var/tmp/credrelay-private-*) rm -rf "$place" ;;
		esac
	fi
	rm -rf "$dir"
}
