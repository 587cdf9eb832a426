# pool.sh: part of private-relay: credrelayd and the configuration.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared

#
# The pool
#

# conf_lines LINE...: 'section.key = value' is put into its section
conf_lines() {
	local line key section sections=()
	for line; do
		key=$(key_of "$line")
		case $key in
		*.*)
			section=${key%.*}
			case " ${sections[*]-} " in
			*" $section "*) ;;
			*) sections+=("$section") ;;
			esac ;;
		*) printf '%s\n' "$line" ;;
		esac
	done
	for section in ${sections[@]+"${sections[@]}"}; do
		printf '[%s]\n' "$section"
		for line; do
			key=$(key_of "$line")
			[ "${key%.*}" != "$section" ] || [ "$key" = "$section" ] ||
			    printf '%s = %s\n' "${key##*.}" "${line#*=}"
		done
	done
}

# write_relay_conf FILE
write_relay_conf() {
	local lines=() line
	lines=(
		"socket = $socket"
		"socket_mode = 0600"
		"base_url = $(base_url)"
		"key_file = $key"
		"database = host=$rundir port=5432 dbname=credrelay user=relay_worker"
		"pid_file = $relay_pidfile"
	)
	[ "$notify" = no ] || lines+=(
		"notify.database = host=$rundir port=5432 dbname=credrelay user=relay_notifier"
		"notify.pid_file = $notify_pidfile"
		"notify.log_level = info"
	)
	case " ${sets[*]-}" in
	*" webhook."*) lines+=("webhook.secret_file = $etc/webhook.secret") ;;
	esac
	for line in ${sets[@]+"${sets[@]}"}; do
		merge_set lines "$line"
	done
	{
		echo "# written by scripts/private-relay at each start: change it with --set"
		conf_lines "${lines[@]}"
	} >"$1.new"
	[ -z "$account" ] || chown "$account:" "$1.new"
	mv "$1.new" "$1"
}

# A setting that credrelayd does not take is not remembered, and what runs
# goes on.
check_relay_conf() {
	local answer
	write_relay_conf "$conf.try"
	if ! answer=$(cd / && as_account "$daemon" -n -c "$conf.try" 2>&1 9>&-); then
		rm -f "$conf.try"
		die "${answer//"$conf.try"/"$conf"}"
	fi
	rm -f "$conf.try"
}

# make_key: the server key, and the secret of a webhook
make_key() {
	if [ ! -e "$etc/webhook.secret" ]; then
		(umask 077 && od -An -v -tx1 -N32 /dev/urandom |
		    tr -d ' \n' >"$etc/webhook.secret")
		[ -z "$account" ] || chown "$account:" "$etc/webhook.secret"
	fi
	[ ! -e "$key" ] || return 0
	(cd / && as_account "$daemon" --make-key "$key") 9>&- ||
	    die "credrelayd --make-key failed"
}

# stamp PROGRAM: tells one build of it from another. /proc does not: the daemons
# shut themselves off from those who would look.
stamp() {
	stat -c '%d %i %s %Y' "$1"
}

start_relay() {
	local deadline
	case $server in
	lighttpd-spawned | apache-fcgid) return 0 ;;
	esac
	# shellcheck disable=SC2046 # words are wanted
	relay_pid=$(masters $(daemon_pids) | head -n 1)
	if [ -n "$relay_pid" ]; then
		if [ "$(cat "$rundir/build" 2>/dev/null)" = "$(stamp "$daemon")" ]; then
			return 0
		fi
		# it was built anew
		stop_relay
	fi
	stamp "$daemon" >"$rundir/build"
	rm -f "$relay_pidfile" "$socket"
	spawn "$relay_log" "$daemon" -c "$conf"
	relay_pid=$spawned
	deadline=$((SECONDS + wait_s))
	# It makes its socket, then its pid file.
	while [ ! -S "$socket" ] || [ ! -s "$relay_pidfile" ]; do
		if ! kill -0 "$relay_pid" 2>/dev/null; then
			show_log "$relay_log"
			die "credrelayd did not start"
		fi
		[ "$SECONDS" -lt "$deadline" ] || {
			show_log "$relay_log"
			die "credrelayd made no socket and pid file in $wait_s s"
		}
		sleep 0.05
	done
}

stop_relay() {
	end_all daemon_pids TERM
	rm -f "$relay_pidfile" "$socket" "$rundir/build"
}
