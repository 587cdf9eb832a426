/* conf_table.c: the settings, one entry each. */
#include "conf_table.h"

static const char *const log_level_words[] = { [LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_NOTICE] = "notice",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
	NULL };

static const char *const log_target_words[] = {
	[LOG_TO_STDERR] = "stderr", [LOG_TO_SYSLOG] = "syslog", NULL
};

enum {
	DAY = 24 * 60 * 60,
	NAME_LENGTH_MAX = 32,
	PATH_LENGTH_MAX = 4095,
	SOCKET_LENGTH_MAX = 107 /* of sockaddr_un, without its NUL */
};

#define AT(member) .offset = offsetof(struct conf, member)

/*
 * A new setting takes an entry here, a member of struct conf, a paragraph in
 * man/credrelay.conf.5 and lines in conf/credrelay.conf: a test holds the
 * four together.
 */
const struct conf_setting conf_settings[] = {
	{ "socket", CONF_PATH, RUNSTATEDIR "/credrelay/credrelay.sock", 1,
	    SOCKET_LENGTH_MAX, .fixed = true, AT(socket),
	    .meaning = "unix socket for the web server" },
	{ "socket_mode", CONF_MODE, "0660", 0, 0777, .fixed = true,
	    AT(socket_mode), .meaning = "permissions of the socket, octal" },
	{ "user", CONF_STRING, "", 0, NAME_LENGTH_MAX, .fixed = true, AT(user),
	    .meaning = "account to run as, when started as root" },
	{ "group", CONF_STRING, "", 0, NAME_LENGTH_MAX, .fixed = true,
	    AT(group),
	    .meaning = "group of the socket and the workers; "
		       "empty: that of the user" },
	{ "workers", CONF_NUMBER, "auto", 1, 256, .zero = "auto", AT(workers),
	    .meaning = "number of workers; auto: one a core" },
	{ "batch", CONF_NUMBER, "32", 1, 256, AT(batch),
	    .meaning = "requests that travel together to the database, "
		       "at most" },
	{ "base_url", CONF_BASE_URL, NULL, 1, 1024, AT(base_url),
	    .meaning = "what every link begins with; required" },
	{ "key_file", CONF_PATH, SYSCONFDIR "/credrelay/server.key", 1,
	    PATH_LENGTH_MAX, AT(key_file),
	    .meaning = "server key, made by credrelayd --make-key" },
	{ "database", CONF_SECRET, "dbname=credrelay user=relay_worker", 1,
	    4096, AT(database),
	    .meaning = "database, as a connection string of libpq" },
	{ "db_retry", CONF_DURATION, "10s", 0, 60 * 60, AT(db_retry),
	    .meaning = "how long a request waits for a lost database" },
	{ "max_body", CONF_SIZE, "64k", 1024, 1024 * 1024, AT(max_body),
	    .meaning = "largest body of a request" },
	{ "default_ttl", CONF_DURATION, "24h", 60, 366 * DAY, AT(default_ttl),
	    .meaning = "life of a mailbox whose sender names no end" },
	{ "max_ttl", CONF_DURATION, "7d", 60, 366 * DAY, AT(max_ttl),
	    .meaning = "longest life of a mailbox" },
	{ "default_title", CONF_STRING, "Digital key", 1, 128,
	    AT(default_title),
	    .meaning = "title of a share whose sender gave none" },
	{ "default_description", CONF_STRING,
	    "Open this link on your phone to accept the digital key", 1, 512,
	    AT(default_description),
	    .meaning = "description of a share whose sender gave none" },
	{ "default_image", CONF_HTTPS_URL, "https://credrelay.invalid/key.png",
	    1, 2048, AT(default_image),
	    .meaning = "image of a share whose sender gave none" },
	{ "log", CONF_CHOICE, "stderr", .words = log_target_words, AT(log),
	    .meaning = "where the log goes: stderr or syslog" },
	{ "log_level", CONF_CHOICE, "notice", .words = log_level_words,
	    AT(log_level),
	    .meaning = "what is logged: error, warning, notice, info or "
		       "debug" },
	{ "pid_file", CONF_PATH, "", 0, PATH_LENGTH_MAX, .fixed = true,
	    AT(pid_file),
	    .meaning = "file for the master's process id; empty: none" },
	{ "request_timeout", CONF_DURATION, "30s", 1, 60 * 60,
	    AT(request_timeout),
	    .meaning = "how long a request may take to arrive" },
	{ "stuck_after", CONF_DURATION, "30s", 2, 60 * 60, AT(stuck_after),
	    .meaning = "silence after which a worker is ended" },
};

const size_t conf_settings_count =
    sizeof(conf_settings) / sizeof(conf_settings[0]);
