# notify.sh: part of private-relay: credrelay-notify.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared

#
# The notifier
#

start_notify() {
	local pid deadline
	[ "$notify" = yes ] || return 0
	pid=$(notify_pids | head -n 1)
	if [ -n "$pid" ]; then
		if [ "$(cat "$rundir/build-notify" 2>/dev/null)" = \
		    "$(stamp "$notifier")" ]; then
			return 0
		fi
		# it was built anew
		stop_notify
	fi
	stamp "$notifier" >"$rundir/build-notify"
	rm -f "$notify_pidfile"
	spawn "$notify_log" "$notifier" -c "$conf"
	pid=$spawned
	deadline=$((SECONDS + wait_s))
	while [ ! -s "$notify_pidfile" ]; do
		if ! kill -0 "$pid" 2>/dev/null; then
			show_log "$notify_log"
			die "credrelay-notify did not start"
		fi
		[ "$SECONDS" -lt "$deadline" ] || {
			show_log "$notify_log"
			die "credrelay-notify is not up after $wait_s s"
		}
		sleep 0.05
	done
}

stop_notify() {
	end_all notify_pids TERM
	rm -f "$notify_pidfile" "$rundir/build-notify"
}
