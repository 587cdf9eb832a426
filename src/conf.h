/*
 * conf.h: the configuration file, credrelay.conf(5), of the relay and of the
 * notifier.
 *
 * One table (conf_table.h) carries all settings: it parses the file, checks
 * the values, fills in the defaults and writes them out again.
 */
#ifndef CREDRELAY_CONF_H
#define CREDRELAY_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "log.h"
#include "status.h"

/* Section [notify]: credrelay-notify(8). */
struct conf_notify {
	char		*database;		/* libpq's conninfo: a secret */
	char		*key_file;		/* "": the relay's */
	char		*user, *group;
	char		*pid_file;
	unsigned	 in_flight;		/* pushes at once */
	enum log_level	 log_level;
	enum log_target	 log;
};

/*
 * The gateways; each is on when its section is in the file.  `allow_addresses`
 * are networks that are not public and may be connected to all the same;
 * `ca_file` is trusted instead of the system's authorities, "": it is not.
 */
struct conf_webhook {
	bool		 on;
	char		*url;			/* https; http on loopback */
	char		*secret_file;
	char		*types;			/* of tokens, words */
	char		*allow_addresses;
	char		*ca_file;
};

struct conf_apns {
	bool		 on;
	char		*key_file;		/* PEM, P-256 */
	char		*key_id;
	char		*team_id;
	char		*topics;		/* words; the first by default */
	char		*url;
	char		*allow_addresses;
	char		*ca_file;
};

struct conf_fcm {
	bool		 on;
	char		*service_account_file;	/* JSON */
	char		*url;
	char		*allow_addresses;
	char		*ca_file;
};

struct conf_webpush {
	bool		 on;
	char		*vapid_key_file;	/* PEM, P-256 */
	char		*subject;		/* mailto: or https: */
	char		*hosts;			/* words; "": any */
	char		*allow_addresses;
	char		*ca_file;
};

/*
 * All settings, checked.  Strings are owned by the struct, never NULL, valid
 * UTF-8 without control characters; those of a gateway that is off are its
 * defaults or "".  Zeroed, it is empty: conf_free may be called, nothing else.
 */
struct conf {
	char		*socket;		/* absolute path */
	unsigned	 socket_mode;		/* permission bits */
	char		*user;			/* "": stay who we are */
	char		*group;			/* "": that of the user */
	unsigned	 workers;		/* 0: pool_workers */
	bool		 affinity;		/* pool_binds */
	unsigned	 batch;			/* requests in one pipeline */
	char		*base_url;		/* no slash at its end */
	char		*key_file;		/* absolute path */
	char		*database;		/* libpq's conninfo: a secret */
	unsigned	 db_retry;		/* seconds */
	size_t		 max_body;		/* bytes */
	unsigned	 default_ttl;		/* seconds, <= max_ttl */
	unsigned	 max_ttl;		/* seconds */
	char		*default_title;		/* where the sender gave none */
	char		*default_description;
	char		*default_image;		/* https URL */
	enum log_level	 log_level;
	enum log_target	 log;
	char		*pid_file;		/* "": none */
	unsigned	 request_timeout;	/* seconds until it is whole */
	unsigned	 stuck_after;		/* seconds without a beat */
	bool		 sandbox;
	unsigned	 max_wait;		/* seconds; 0: nobody waits */
	unsigned	 max_waiters;		/* on this host */
	bool		 notify_on_delete;
	struct conf_notify notify;
	struct conf_webhook webhook;
	struct conf_apns apns;
	struct conf_fcm	 fcm;
	struct conf_webpush webpush;
};

/* Which of the gateways serves a token. */
enum conf_gateway {
	CONF_GATEWAY_NONE,
	CONF_WEBHOOK,
	CONF_APNS,
	CONF_FCM,
	CONF_WEBPUSH
};

/*
 * The gateway that is switched on for tokens of this type, as devices write
 * it; a gateway's own type comes before those that a webhook is given.
 */
enum conf_gateway conf_gateway(const struct conf *, const char *type);
/* Whether a setting's words, which spaces separate, have this one. */
bool		 conf_has_word(const char *words, const char *word);

/*
 * Reads and checks the file; the caller releases *conf with conf_free, also
 * after a failure.  On failure `error` holds one line without a newline, such
 * as `/etc/x.conf:12: unknown setting "foo"`: the first thing wrong, and what
 * is wanted.  It never holds the value of a `database`.
 * STATUS_IO: the file cannot be read.  STATUS_INVALID: it breaks a rule.
 */
enum status	 conf_read(const char *path, struct conf *, struct buf *error)
		    MUST_CHECK;

/*
 * Adds all settings in the form of the file, each behind a comment with its
 * meaning, but for the sections of gateways that are off.  What conf_read
 * reads again is the same, but for the passwords in a `database`, in whose
 * place `****` stands.
 */
void		 conf_write(const struct conf *, struct buf *out);

/*
 * After a reload: puts the values of `old` into `new` where only a restart
 * can change a setting.  `changed` gets the names of those that differed,
 * separated by ", "; nothing when there are none.  This is the relay's: what
 * is in [notify] it takes as it comes.
 */
void		 conf_keep_fixed(struct conf *new, const struct conf *old,
		    struct buf *changed);

/* Releases the strings, overwrites each `database`, leaves it empty. */
void		 conf_free(struct conf *);

#endif
