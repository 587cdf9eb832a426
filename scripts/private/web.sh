# web.sh: part of private-relay: the web server, from the shipped configurations.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared

#
# The web server: the shipped file, with its places and its address exchanged.
#

# web_file FILE FROM TO ...: FROM (literal) becomes TO; a FROM that is not there
# means that the shipped file has changed and this script has not.
web_file() {
	local file=$1 text from to
	shift
	[ -r "$file" ] || die "there is no $file"
	# mostly no TLS on the loopback: the part between these two lines goes
	if [ "$tls" = no ]; then
		text=$(sed '/^[[:space:]]*# BEGIN TLS$/,/^[[:space:]]*# END TLS$/d' "$file")
	else
		make_certificate
		text=$(sed -E -e '/\[::\]:443/d' \
		    -e "s,/etc/[a-z0-9]+/certs/(fullchain|privkey)\.pem,$etc/tls-\1.pem," \
		    "$file")
	fi
	while [ $# -gt 0 ]; do
		from=$1
		to=$2
		shift 2
		case $text in
		*"$from"*) text=${text//"$from"/"$to"} ;;
		*) die "$file does not hold: $from" ;;
		esac
	done
	printf '%s\n' "$text" >"$web_conf.new"
	chmod 644 "$web_conf.new"
	mv "$web_conf.new" "$web_conf"
}

make_certificate() {
	[ ! -s "$etc/tls-fullchain.pem" ] || return 0
	as_account openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
	    -nodes -days 30 -subj /CN=localhost \
	    -addext 'subjectAltName = DNS:localhost, IP:127.0.0.1' \
	    -keyout "$etc/tls-privkey.pem" -out "$etc/tls-fullchain.pem" \
	    2>>"$logs/web-start.log" || die "openssl made no certificate"
}

# base_url: where the relay is
base_url() {
	local scheme=http
	[ "$tls" = no ] || scheme=https
	echo "$scheme://127.0.0.1:${chosen_port:-8080}"
}

# web_lighttpd: lighttpd's limits may not be beyond what we may open
web_lighttpd() {
	local file=$1 fds conns=14336 user group
	user=${account:-$(id -un)}
	group=$(id -gn "$user")
	fds=$(ulimit -Hn)
	case $fds in
	unlimited) fds=32768 ;;
	*) [ "$fds" -le 32768 ] || fds=32768 ;;
	esac
	[ "$conns" -le $((fds * 7 / 16)) ] || conns=$((fds * 7 / 16))
	install_filter
	shift
	web_file "$file" \
	    'server.username = "www-data"' "server.username = \"$user\"" \
	    'server.groupname = "www-data"' "server.groupname = \"$group\"" \
	    '"/run/lighttpd.pid"' "\"$web_pidfile\"" \
	    'server.bind = "0.0.0.0"' 'server.bind = "127.0.0.1"' \
	    'server.port = 443' "server.port = $chosen_port" \
	    'server.max-fds = 32768' "server.max-fds = $fds" \
	    'server.max-connections = 14336' "server.max-connections = $conns" \
	    '( "/run/lighttpd" )' "( \"$rundir/upload\" )" \
	    /var/log/lighttpd/access.log "$logs/web-access.log" \
	    /var/log/lighttpd/error.log "$web_log" \
	    /usr/share/credrelay/conf/lighttpd/errorlog.sed "$etc/errorlog.sed" \
	    /usr/share/credrelay/conf/lighttpd/errors/ "$etc/errors/" \
	    "$@"
}

install_filter() {
	cp "$confdir/lighttpd/errorlog.sed" "$etc/errorlog.sed"
	chmod 644 "$etc/errorlog.sed"
	rm -rf "$etc/errors"
	cp -R "$confdir/lighttpd/errors" "$etc/errors"
	chmod -R u=rwX,go=rX "$etc/errors"
}

apache_modules() {
	[ -x /usr/sbin/apache2 ] || die "apache2 is not installed (package apache2-bin)"
}

write_web_conf() {
	local user group ssl=
	[ "$tls" = no ] || ssl=' ssl http2'
	user=${account:-$(id -un)}
	group=$(id -gn "$user")
	as_account mkdir -p "$rundir/upload"
	case $server in
	lighttpd)
		web_lighttpd "$confdir/lighttpd/credrelay.conf" \
		    '"/run/credrelay"' "\"$rundir\"" \
		    /run/credrelay/credrelay.sock "$socket" ;;
	lighttpd-spawned)
		web_lighttpd "$confdir/lighttpd/credrelay-spawned.conf" \
		    '"/run/lighttpd"' "\"$rundir\"" \
		    /run/lighttpd/credrelay.sock "$socket" \
		    /var/log/lighttpd/credrelayd.log "$relay_log" \
		    /usr/sbin/credrelayd "$daemon" \
		    /etc/credrelay/credrelay.conf "$conf" ;;
	nginx)
		web_file "$confdir/nginx/credrelay.conf" \
		    'user www-data;' "user $user $group;" \
		    'pid /run/nginx.pid;' "pid $web_pidfile;" \
		    /var/log/nginx/error.log "$web_log" \
		    /var/log/nginx/access.log "$logs/web-access.log" \
		    /run/credrelay-nginx/ "$rundir/upload/" \
		    /run/credrelay/credrelay.sock "$socket" \
		    'listen 443 ssl http2' "listen 127.0.0.1:$chosen_port$ssl" ;;
	apache | apache-fcgid)
		apache_modules
		local file=credrelay-proxy-fcgi.conf more=()
		if [ "$server" = apache ]; then
			more=(/run/credrelay/credrelay.sock "$socket")
		else
			file=credrelay-fcgid.conf
			more=(/usr/sbin/credrelayd "$daemon"
			    /etc/credrelay/credrelay.conf "$conf")
		fi
		web_file "$confdir/apache/$file" \
		    'User www-data' "User $user" \
		    'Group www-data' "Group $group" \
		    'PidFile /run/apache2/credrelay.pid' "PidFile $web_pidfile" \
		    /run/apache2/credrelay "$rundir/upload" \
		    /var/log/apache2/error.log "$web_log" \
		    /var/log/apache2/access.log "$logs/web-access.log" \
		    'Listen 443' "Listen 127.0.0.1:$chosen_port" \
		    '<VirtualHost *:443>' "<VirtualHost 127.0.0.1:$chosen_port>" \
		    "${more[@]}" ;;
	esac
}

port_taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null 9>&-
}

# run_web: one try on $chosen_port; 1 when the address is in use
run_web() {
	local deadline
	write_web_conf
	: >"$logs/web-start.log"
	case $server in
	lighttpd | lighttpd-spawned)
		spawn "$logs/web-start.log" lighttpd -D -f "$web_conf" ;;
	nginx)
		spawn "$logs/web-start.log" nginx -c "$web_conf" -e "$web_log" \
		    -g 'daemon off;' ;;
	apache | apache-fcgid)
		spawn "$logs/web-start.log" /usr/sbin/apache2 -D FOREGROUND \
		    -f "$web_conf" ;;
	esac
	deadline=$((SECONDS + wait_s))
	until kill -0 "$spawned" 2>/dev/null && listens "$spawned"; do
		if ! kill -0 "$spawned" 2>/dev/null; then
			grep -qi 'address already in use' "$logs/web-start.log" \
			    "$web_log" 2>/dev/null && return 1
			show_log "$logs/web-start.log"
			show_log "$web_log"
			die "$server did not start"
		fi
		[ "$SECONDS" -lt "$deadline" ] || {
			show_log "$logs/web-start.log"
			die "$server does not listen on port $chosen_port after $wait_s s"
		}
		sleep 0.05
	done
	echo "$spawned" >"$web_pidfile"
}

# listens PID: it answers on the port, and it is that very process that listens
listens() {
	local inode
	port_taken "$chosen_port" || return 1
	inode=$(awk -v want=":$(printf %04X "$chosen_port")" \
	    '$4 == "0A" && substr($2, 9) == want { print $10; exit }' /proc/net/tcp)
	[ -n "$inode" ] || return 1
	find "/proc/$1/fd" -lname "socket:\[$inode\]" 2>/dev/null | grep -q .
}

start_web() {
	local tries=0
	[ "$server" != none ] || return 0
	[ -z "$(web_pids)" ] || return 0
	rm -f "$web_pidfile"
	: >>"$web_log"
	[ -z "$account" ] || chown "$account:" "$web_log"
	run_web || {
		[ "$port" -eq 0 ] || die "port $chosen_port of 127.0.0.1 is in use: stop what has it, or give --port"
		# somebody was quicker: another one, and the links with it
		while [ "$tries" -lt 50 ]; do
			tries=$((tries + 1))
			chosen_port=$(free_port)
			save_settings
			stop_relay
			write_relay_conf "$conf"
			start_relay
			if run_web; then
				return 0
			fi
		done
		die "no free port found"
	}
}

stop_web() {
	case $server in
	nginx) end_all web_pids QUIT ;;
	*) end_all web_pids TERM ;;
	esac
	rm -f "$web_pidfile"
	rm -rf "$rundir/upload"
}

# Below the ports that the kernel gives to clients.
free_port() {
	local n
	while :; do
		n=$((10240 + (RANDOM * 32768 + RANDOM) % 22000))
		if ! port_taken "$n"; then
			echo "$n"
			return
		fi
	done
}

# choose_port: before anything is stopped, so that a port that somebody else
# has leaves what runs alone
choose_port() {
	local mine=
	[ -z "$(web_pids)" ] || mine=$old_chosen
	if [ "$port" -ne 0 ]; then
		chosen_port=$port
	elif [ -z "$chosen_port" ]; then
		chosen_port=${mine:-$(free_port)}
	fi
	if [ "$server" != none ] && [ "$chosen_port" != "$mine" ] &&
	    port_taken "$chosen_port"; then
		[ "$port" -eq 0 ] ||
		    die "port $port of 127.0.0.1 is in use: stop what has it, or give --port"
		chosen_port=$(free_port)
	fi
}

pool_died() {
	case $server in
	lighttpd-spawned | apache-fcgid) return 1 ;;
	esac
	[ -z "$(daemon_pids)" ]
}

wait_ready() {
	local deadline=$((SECONDS + wait_s)) answer
	[ "$server" != none ] || return 0
	while :; do
		answer=$(curl -ksS -o "$logs/readyz" -w '%{http_code}' --noproxy '*' \
		    -m 5 "$(base_url)/readyz" 2>&1 9>&-) || :
		[ "$answer" != 200 ] || break
		if [ "$SECONDS" -ge "$deadline" ] || pool_died; then
			show_log "$web_log"
			show_log "$relay_log"
			die "the relay is not ready; /readyz: $answer $(cat "$logs/readyz" 2>/dev/null)"
		fi
		sleep 0.1
	done
	rm -f "$logs/readyz"
}
