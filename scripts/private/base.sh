# base.sh: part of private-relay: messages, accounts, places, processes.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared

say() {
	[ "$quiet" = yes ] || printf '%s\n' "$*"
}

undo=

# die MESSAGE: what create or start has begun is ended again
die() {
	printf 'private-relay: %s\n' "$*" >&2
	if [ -n "$undo" ] && [ -n "$place" ]; then
		undo=
		set_paths
		mode=immediate
		quiet=yes
		cmd_stop
	fi
	exit 1
}

usage() {
	printf 'private-relay: %s\n' "$1" >&2
	echo "usage: private-relay COMMAND DIR [option ...]; the head of the script tells more" >&2
	exit 2
}

# show_log FILE: the end of a log, for a failure
show_log() {
	[ -s "$1" ] || return 0
	printf -- '--- the end of %s\n' "$1" >&2
	tail -n 25 "$1" >&2
	echo '---' >&2
}

#
# Accounts: as root the servers run as `postgres`, and so does all that makes
# their files; otherwise everything is the caller's.
#

account=
if [ "$(id -u)" -eq 0 ]; then
	account=postgres
	id "$account" >/dev/null 2>&1 ||
	    die "there is no account postgres: is postgresql installed? (scripts/install-deps run)"
fi

as_account() {
	if [ -n "$account" ]; then
		setpriv --reuid="$account" --regid="$(id -g "$account")" \
		    --init-groups -- "$@"
	else
		"$@"
	fi
}

# spawn LOG COMMAND...: in a session of its own, as the account; the process id
# is in $spawned. setsid and setpriv become the command, so the id stays.
spawn() {
	local log=$1
	shift
	(
		ulimit -Sn "$(ulimit -Hn)" 2>/dev/null || :
		unset "${!PG@}"
		cd /
		if [ -n "$account" ]; then
			exec setsid setpriv --reuid="$account" \
			    --regid="$(id -g "$account")" --init-groups -- "$@"
		fi
		exec setsid "$@"
	) </dev/null >>"$log" 2>&1 9>&- &
	spawned=$!
}

#
# Places
#

plain_path() {
	case $1 in
	*[!A-Za-z0-9/._+-]*) return 1 ;;
	esac
}

# The servers must get at their files; sockets and quoting want plain names.
choose_place() {
	if plain_path "$dir" && { [ -z "$account" ] ||
	    as_account test -x "$dir"; }; then
		place=$dir
		return
	fi
	place=$(mktemp -d "/var/tmp/credrelay-private-XXXXXXXX")
	chmod 755 "$place"
}

# 107 bytes is the longest name of a unix socket; ours end in .s.PGSQL.5432.lock
choose_rundir() {
	local want=$place/run
	if [ "${#want}" -le 85 ]; then
		rundir=$want
		mkdir -p "$rundir"
	elif [ -z "$rundir" ] || [ ! -O "$rundir" ] && ! is_ours "$rundir"; then
		rundir=
		rundir=$(mktemp -d "/tmp/credrelay-run-XXXXXXXX")
	fi
	[ -z "$account" ] || chown "$account:" "$rundir"
	chmod 700 "$rundir"
}

is_ours() {
	[ -d "$1" ] && [ ! -L "$1" ] &&
	    [ "$(stat -c %U "$1")" = "${account:-$(id -un)}" ]
}

set_paths() {
	data=$place/data
	logs=$place/log
	etc=$place/etc
	conf=$etc/credrelay.conf
	key=$etc/server.key
	relay_log=$logs/credrelayd.log
	relay_pidfile=$rundir/credrelayd.pid
	socket=$rundir/credrelay.sock
	web_conf=$etc/web.conf
	web_pidfile=$rundir/web.pid
	web_log=$logs/web-error.log
	db_log=$logs/postgresql.log
	notify_log=$logs/credrelay-notify.log
	notify_pidfile=$rundir/credrelay-notify.pid
}

find_postgres() {
	local d best=
	for d in /usr/lib/postgresql/*/bin; do
		[ -x "$d/initdb" ] || continue
		if [ -s "$data/PG_VERSION" ]; then
			[ "$d" != "/usr/lib/postgresql/$(cat "$data/PG_VERSION")/bin" ] ||
			    best=$d
		elif [ -z "$best" ] ||
		    printf '%s\n%s\n' "$best" "$d" | sort -VC; then
			best=$d
		fi
	done
	if [ -z "$best" ] && command -v initdb >/dev/null; then
		best=$(dirname "$(command -v initdb)")
	fi
	[ -n "$best" ] || die "no PostgreSQL server found (scripts/install-deps run)"
	pg=$best
}

# find_program NAME: one that is started, in $found. A build that the account
# cannot reach is copied.
find_program() {
	local d
	found=
	for d in "$bindir" "$bindir/src" "$bindir/sbin"; do
		if [ -f "$d/$1" ] && [ -x "$d/$1" ]; then
			found=$d/$1
			break
		fi
	done
	[ -n "$found" ] || die "there is no $1 in $bindir (make it first, or --bindir)"
	if ! as_account test -x "$found" || ! plain_path "$found"; then
		mkdir -p "$place/bin"
		# One that is the same stays: a new file would mean a restart.
		cmp -s "$found" "$place/bin/$1" || {
			cp "$found" "$place/bin/$1.new"
			mv "$place/bin/$1.new" "$place/bin/$1"
		}
		found=$place/bin/$1
	fi
}

find_daemons() {
	find_program credrelayd
	daemon=$found
	notifier=
	if [ "$notify" = yes ]; then
		find_program credrelay-notify
		notifier=$found
	fi
}

#
# Processes. Ours are those whose arguments name our configuration, so no stale
# pid file can point at somebody else's.
#

# program_pids NAME: every one that was started with our configuration
program_pids() {
	local f pid words word
	grep -lzxF -e "$conf" /proc/[0-9]*/cmdline 2>/dev/null |
	while read -r f; do
		pid=${f#/proc/}
		pid=${pid%/cmdline}
		mapfile -d '' words 2>/dev/null <"$f" || continue
		for word in "${words[@]}"; do
			if [ "${word##*/}" = "$1" ]; then
				echo "$pid"
				break
			fi
		done
	done 2>/dev/null
}

daemon_pids() {
	program_pids credrelayd
}

notify_pids() {
	program_pids credrelay-notify
}

# web_pids: every web server that was started with our configuration
web_pids() {
	local f pid name
	# nginx joins its arguments with blanks
	name=${web_conf//./[.]}
	name=${name//+/[+]}
	grep -lazE -e "(^| )$name( |\$)" /proc/[0-9]*/cmdline 2>/dev/null |
	while read -r f; do
		pid=${f#/proc/}
		pid=${pid%/cmdline}
		case $(readlink "/proc/$pid/exe" 2>/dev/null ||
		    cat "/proc/$pid/comm" 2>/dev/null) in
		*lighttpd* | *nginx* | *apache2*) echo "$pid" ;;
		esac
	done
}

# db_pid: the postmaster that has our data directory as its own
db_pid() {
	local pid
	[ -r "$data/postmaster.pid" ] || return 0
	read -r pid <"$data/postmaster.pid" || :
	case $pid in
	'' | *[!0-9]*) return 0 ;;
	esac
	if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ]; then
		echo "$pid"
	fi
}

parent_of() {
	local name value
	while read -r name value; do
		if [ "$name" = PPid: ]; then
			echo "$value"
			return
		fi
	done 2>/dev/null <"/proc/$1/status" || :
}

# masters PID...: those whose parent is not among them
masters() {
	local pid
	for pid in "$@"; do
		case " $* " in
		*" $(parent_of "$pid") "*) ;;
		*) echo "$pid" ;;
		esac
	done
}

# end_all LISTER SIGNAL: signal the masters that LISTER names, wait for all, and
# kill what is left after the time is over
end_all() {
	local pids deadline killed=no
	# shellcheck disable=SC2046 # words are wanted
	pids=$(masters $($1))
	[ -n "$pids" ] || return 0
	# shellcheck disable=SC2086
	kill -s "$2" $pids 2>/dev/null || :
	deadline=$((SECONDS + wait_s))
	while pids=$($1) && [ -n "$pids" ]; do
		if [ "$SECONDS" -ge "$deadline" ]; then
			[ "$killed" = no ] || die "processes $pids cannot be ended"
			killed=yes
			deadline=$((SECONDS + 5))
			# shellcheck disable=SC2086
			echo "private-relay: ended by force:" $pids >&2
			# shellcheck disable=SC2086
			kill -s KILL $pids 2>/dev/null || :
		fi
		sleep 0.05
	done
}
