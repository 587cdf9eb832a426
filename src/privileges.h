/* privileges.h: whose rights the processes have, and what they give away. */
#ifndef CREDRELAY_PRIVILEGES_H
#define CREDRELAY_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

#include "buf.h"
#include "conf.h"
#include "status.h"

/* Who the pool is to be, once it needs root no longer. */
struct identity {
	uid_t	 uid;
	gid_t	 gid;
	char	*name;		/* account of uid, owned; NULL: none is set */
	char	*home;		/* its folder, likewise */
};

/*
 * Looks up the settings `user` and `group`; where they are empty, stays with
 * the present ids.  STATUS_INVALID: there is no such account or group;
 * `error` says so.  Release with privileges_free in any case.
 */
enum status	 privileges_find(const struct conf *, struct identity *,
		    struct buf *error) MUST_CHECK;
void		 privileges_free(struct identity *);

/*
 * Root can become anybody; others only who they are, with the group, which
 * then is the socket's, among their own.
 */
bool		 privileges_can_become(const struct identity *);

/*
 * For good: the account's groups, the group, the user, in this order, and HOME.
 * Does nothing when we are not root.  STATUS_IO: errno tells; do not go on.
 */
enum status	 privileges_drop(const struct identity *) MUST_CHECK;

/*
 * No core files, no new privileges by whatever is started, and no other process
 * of the same user may trace this one or read its memory: it holds the server
 * key.  Also for children forked later.
 * Call it after privileges_drop, since a change of ids undoes it.
 */
void		 privileges_harden(void);

#endif
