/* setup.h: all that a worker is started with: the settings and the key. */
#ifndef CREDRELAY_SETUP_H
#define CREDRELAY_SETUP_H

#include "buf.h"
#include "conf.h"
#include "seal.h"
#include "status.h"

struct setup {
	char		*path;		/* of the configuration; owned */
	struct conf	 conf;
	struct seal_key	 key;
};

/*
 * Each starts from a zeroed struct setup and must be followed by setup_free,
 * whatever comes of it.  On failure `error` holds one line that says what is
 * wrong; STATUS_IO if a file cannot be read (errno tells), STATUS_INVALID
 * otherwise.  The first reads the configuration at `path`, the second the
 * server key that it names, setup_read both.
 */
enum status	 setup_read_conf(const char *path, struct setup *,
		    struct buf *error) MUST_CHECK;
enum status	 setup_read_key(struct setup *, struct buf *error) MUST_CHECK;
enum status	 setup_read(const char *path, struct setup *,
		    struct buf *error) MUST_CHECK;
void		 setup_free(struct setup *);

/* Warns about what a reload will not be able to read any more. */
void		 setup_check_reload(const struct setup *);

#endif
