/*
 * state.h: what a device remembers of a mailbox: its claim above all, without
 * which it has no part in it any more.
 *
 * One file of mode 0600 a mailbox, named after the identifier, in a directory
 * of mode 0700.  It is written before the first request that shows the claim,
 * so that no crash can lose it.  The Secret is not in it: that is in the share
 * URL alone, so a thief of these files cannot read a mailbox's content.
 */
#ifndef CREDRELAY_DEVICE_STATE_H
#define CREDRELAY_DEVICE_STATE_H

#include <stdint.h>

#include "status.h"
#include "uuid.h"

enum state_role { STATE_SENDER, STATE_RECEIVER };

/* Longest ETag that is kept; a longer one counts as none. */
#define STATE_ETAG_MAX 127

/* Longest name of a file: "pending-" and a request id. */
#define STATE_NAME_MAX 63

/*
 * A create whose mailbox has no identifier yet is "pending": its file is named
 * after the request id, and `mailbox` is "".
 */
struct state {
	enum state_role role;
	char mailbox[UUID_TEXT_LEN + 1]; /* "": pending */
	char *origin;			 /* owned: the only relay that may see
					   the claim (share.h) */
	char claim[UUID_TEXT_LEN + 1];
	char request[UUID_TEXT_LEN + 1]; /* of the create; "":
							   it was answered */
	char etag[STATE_ETAG_MAX + 1];	 /* last seen; "": none */
	char seen[17];			 /* crypto_name() of the content that
					   was seen or written last; "": none */
	char expiration[21];		 /* "": not known */
	int64_t written;		 /* when the file was, in Unix seconds;
					   set by state_load() alone */
};

/*
 * Finds the directory and makes it where needed: `wanted`, or for NULL
 * $XDG_STATE_HOME/credrelay, or ~/.local/state/credrelay.  *path is owned by
 * the caller.
 * STATUS_INVALID: it is not the user's own, or others may enter it.
 * STATUS_GONE: there is no home.  STATUS_IO: errno tells.  In the first and
 * the third *path is set too, for the message.
 */
MUST_CHECK enum status state_directory(const char *wanted, char **path);

/*
 * Reads the file `name` (an identifier in lower case, or a pending create's
 * name).  Release with state_free().
 * STATUS_GONE: there is none.  STATUS_INVALID: it is damaged.  STATUS_IO.
 */
MUST_CHECK enum status
state_load(const char *directory, const char *name, struct state *);

/*
 * Writes a state that must not be there yet.  STATUS_AGAIN: it is there, and
 * is unchanged.  STATUS_IO: errno tells.
 */
MUST_CHECK enum status
state_create(const char *directory, const struct state *);

/* Replaces it, or writes it.  STATUS_IO: errno tells. */
MUST_CHECK enum status state_save(const char *directory, const struct state *);

/* Removes the file; that it is not there is no failure.  STATUS_IO. */
MUST_CHECK enum status
state_remove(const char *directory, const struct state *);

/* The name of its file. */
void state_name(const struct state *, char name[STATE_NAME_MAX + 1]);

/* Calls `each` for every name of a state in the directory. STATUS_IO. */
MUST_CHECK enum status state_list(const char *directory,
    void (*each)(const char *name, void *arg), void *arg);

/* Releases the origin and wipes the claim. */
void state_free(struct state *);

#endif
