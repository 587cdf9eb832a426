# sed -u -E -f errorlog.sed: takes out of lighttpd's error log what must not be kept.
#
# When a backend fails, lighttpd writes path and query of the request into its
# error log, and an address when TLS fails. The path is the identifier, and
# whoever has the identifier can read the mailbox. Hence this filter, which is
# named in server.errorlog.

# "... for PATH?QUERY, closing connection" and its relatives
s, for .*\?.*(\, (closing|terminating) connection|\, reconnecting| on .* are down\.| \(no gw process .*)$, for (not kept)\1,
s# for .*\?.*$# for (not kept)#
s# for /.*$# for (not kept)#
# any other mention of a path, up to the end of the line
s#((for|uri|url|path|target|request)( ?[:=]|) ?"?)/(v1|healthz|readyz).*$#\1(not kept)#
s#/v1/.*$#(not kept)#
# identifiers and claims, wherever they stand
s/[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/(not kept)/g
# addresses; a time of day has fewer colons
s/([0-9]{1,3}\.){3}[0-9]{1,3}/(address)/g
s/[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){4,7}/(address)/g
s/(^|[^0-9A-Za-z])[0-9A-Fa-f:]*::[0-9A-Fa-f:]*/\1(address)/g
