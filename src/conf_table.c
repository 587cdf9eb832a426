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
	SOCKET_LENGTH_MAX = 107, /* of sockaddr_un, without its NUL */
	WORDS_LENGTH_MAX = 1024,
	WAIT_MAX = 120
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
	    .meaning = "number of workers; auto: half of the cores" },
	{ "affinity", CONF_FLAG, "yes", AT(affinity),
	    .meaning = "whether each worker keeps to a core, where it helps" },
	{ "batch", CONF_NUMBER, "64", 1, 256, AT(batch),
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
	{ "sandbox", CONF_FLAG, "yes", AT(sandbox),
	    .meaning = "whether processes give up what they can do without" },
	{ "max_wait", CONF_DURATION, "25s", 0, WAIT_MAX, AT(max_wait),
	    .meaning = "how long a read may wait for a change; 0: not at "
		       "all" },
	{ "max_waiters", CONF_NUMBER, "10000", 0, 1000000, AT(max_waiters),
	    .meaning = "reads that wait on this host, at most" },
	{ "notify_on_delete", CONF_FLAG, "no", AT(notify_on_delete),
	    .meaning = "whether a delete notifies the other side" },

	{ "database", CONF_SECRET, "dbname=credrelay user=relay_notifier", 1,
	    4096, .section = CONF_NOTIFY, AT(notify.database),
	    .meaning = "the notifier's database connection" },
	{ "key_file", CONF_PATH, "", 0, PATH_LENGTH_MAX, .section = CONF_NOTIFY,
	    AT(notify.key_file),
	    .meaning = "the notifier's copy of the server key; empty: the "
		       "relay's" },
	{ "user", CONF_STRING, "", 0, NAME_LENGTH_MAX, .section = CONF_NOTIFY,
	    AT(notify.user),
	    .meaning = "account of the notifier, when started as root" },
	{ "group", CONF_STRING, "", 0, NAME_LENGTH_MAX, .section = CONF_NOTIFY,
	    AT(notify.group),
	    .meaning = "group of the notifier; empty: that of the user" },
	{ "pid_file", CONF_PATH, "", 0, PATH_LENGTH_MAX, .section = CONF_NOTIFY,
	    AT(notify.pid_file),
	    .meaning = "file for the notifier's process id; empty: none" },
	{ "in_flight", CONF_NUMBER, "100", 1, 1000, .section = CONF_NOTIFY,
	    AT(notify.in_flight),
	    .meaning = "notifications under way at once, at most" },
	{ "log", CONF_CHOICE, "stderr", .words = log_target_words,
	    .section = CONF_NOTIFY, AT(notify.log),
	    .meaning = "where the notifier's log goes: stderr or syslog" },
	{ "log_level", CONF_CHOICE, "notice", .words = log_level_words,
	    .section = CONF_NOTIFY, AT(notify.log_level),
	    .meaning = "what the notifier logs: error, warning, notice, info "
		       "or debug" },

	{ "url", CONF_URL, NULL, 1, 1024, .section = CONF_SECTION_WEBHOOK,
	    AT(webhook.url),
	    .meaning = "where notifications are posted to; required" },
	{ "secret_file", CONF_PATH, NULL, 1, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_WEBHOOK, AT(webhook.secret_file),
	    .meaning = "file with the secret that signs them; required" },
	{ "types", CONF_WORDS, "webhook", 1, WORDS_LENGTH_MAX,
	    .section = CONF_SECTION_WEBHOOK, AT(webhook.types),
	    .meaning = "types of tokens that are served so" },
	{ "allow_addresses", CONF_WORDS, "", 0, WORDS_LENGTH_MAX,
	    .section = CONF_SECTION_WEBHOOK, AT(webhook.allow_addresses),
	    .meaning = "networks not public that the webhook may be in" },
	{ "ca_file", CONF_PATH, "", 0, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_WEBHOOK, AT(webhook.ca_file),
	    .meaning = "authorities that the webhook is trusted by; empty: "
		       "the system's" },

	{ "key_file", CONF_PATH, NULL, 1, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_APNS, AT(apns.key_file),
	    .meaning = "APNs signing key, PEM (.p8); required" },
	{ "key_id", CONF_STRING, NULL, 1, 64, .section = CONF_SECTION_APNS,
	    AT(apns.key_id), .meaning = "the key's id; required" },
	{ "team_id", CONF_STRING, NULL, 1, 64, .section = CONF_SECTION_APNS,
	    AT(apns.team_id), .meaning = "the developer team's id; required" },
	{ "topics", CONF_WORDS, NULL, 1, WORDS_LENGTH_MAX,
	    .section = CONF_SECTION_APNS, AT(apns.topics),
	    .meaning = "topics that may be pushed to; the first by default; "
		       "required" },
	{ "url", CONF_HTTPS_BASE_URL, "https://api.push.apple.com", 1, 1024,
	    .section = CONF_SECTION_APNS, AT(apns.url),
	    .meaning = "APNs' own address" },
	{ "allow_addresses", CONF_WORDS, "", 0, WORDS_LENGTH_MAX,
	    .section = CONF_SECTION_APNS, AT(apns.allow_addresses),
	    .meaning = "networks not public that APNs may be in" },
	{ "ca_file", CONF_PATH, "", 0, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_APNS, AT(apns.ca_file),
	    .meaning = "authorities that APNs is trusted by; empty: the "
		       "system's" },

	{ "service_account_file", CONF_PATH, NULL, 1, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_FCM, AT(fcm.service_account_file),
	    .meaning = "service account of the project, JSON; required" },
	{ "url", CONF_HTTPS_BASE_URL, "https://fcm.googleapis.com", 1, 1024,
	    .section = CONF_SECTION_FCM, AT(fcm.url),
	    .meaning = "FCM's own address" },
	{ "allow_addresses", CONF_WORDS, "", 0, WORDS_LENGTH_MAX,
	    .section = CONF_SECTION_FCM, AT(fcm.allow_addresses),
	    .meaning = "networks not public that FCM may be in" },
	{ "ca_file", CONF_PATH, "", 0, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_FCM, AT(fcm.ca_file),
	    .meaning = "authorities that FCM is trusted by; empty: the "
		       "system's" },

	{ "vapid_key_file", CONF_PATH, NULL, 1, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_WEBPUSH, AT(webpush.vapid_key_file),
	    .meaning = "VAPID key, PEM, P-256; required" },
	{ "subject", CONF_CONTACT, NULL, 1, 256,
	    .section = CONF_SECTION_WEBPUSH, AT(webpush.subject),
	    .meaning =
		"whom push services may ask: mailto: or https:; required" },
	{ "hosts", CONF_WORDS, "", 0, WORDS_LENGTH_MAX,
	    .section = CONF_SECTION_WEBPUSH, AT(webpush.hosts),
	    .meaning = "hosts of endpoints; empty: any" },
	{ "allow_addresses", CONF_WORDS, "", 0, WORDS_LENGTH_MAX,
	    .section = CONF_SECTION_WEBPUSH, AT(webpush.allow_addresses),
	    .meaning = "networks not public that endpoints may be in" },
	{ "ca_file", CONF_PATH, "", 0, PATH_LENGTH_MAX,
	    .section = CONF_SECTION_WEBPUSH, AT(webpush.ca_file),
	    .meaning = "authorities that endpoints are trusted by; empty: "
		       "the system's" },
};

const size_t conf_settings_count =
    sizeof(conf_settings) / sizeof(conf_settings[0]);
_Static_assert(
    sizeof(conf_settings) / sizeof(conf_settings[0]) <= CONF_SETTINGS_MAX,
    "CONF_SETTINGS_MAX");
