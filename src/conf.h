/*
 * conf.h: the configuration file, credrelay.conf(5).
 *
 * One table (conf_table.h) carries all settings: it parses the file, checks
 * the values, fills in the defaults and writes them out again.
 */
#ifndef CREDRELAY_CONF_H
#define CREDRELAY_CONF_H

#include <stddef.h>

#include "buf.h"
#include "log.h"
#include "status.h"

/*
 * All settings, checked.  Strings are owned by the struct, never NULL, valid
 * UTF-8 without control characters.  Zeroed, it is empty: conf_free may be
 * called, nothing else.
 */
struct conf {
	char		*socket;		/* absolute path */
	unsigned	 socket_mode;		/* permission bits */
	char		*user;			/* "": stay who we are */
	char		*group;			/* "": that of the user */
	unsigned	 workers;		/* 0: one a core */
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
};

/*
 * Reads and checks the file; the caller releases *conf with conf_free, also
 * after a failure.  On failure `error` holds one line without a newline, such
 * as `/etc/x.conf:12: unknown setting "foo"`: the first thing wrong, and what
 * is wanted.  It never holds the value of `database`.
 * STATUS_IO: the file cannot be read.  STATUS_INVALID: it breaks a rule.
 */
enum status	 conf_read(const char *path, struct conf *, struct buf *error)
		    MUST_CHECK;

/*
 * Adds all settings in the form of the file, each behind a comment with its
 * meaning.  What conf_read reads again is the same, but for the passwords in
 * `database`, in whose place `****` stands.
 */
void		 conf_write(const struct conf *, struct buf *out);

/*
 * After a reload: puts the values of `old` into `new` where only a restart
 * can change a setting.  `changed` gets the names of those that differed,
 * separated by ", "; nothing when there are none.
 */
void		 conf_keep_fixed(struct conf *new, const struct conf *old,
		    struct buf *changed);

/* Releases the strings, overwrites `database`, leaves it empty. */
void		 conf_free(struct conf *);

#endif
