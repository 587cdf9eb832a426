/*
 * listener.h: the unix socket that the web server sends requests to.
 *
 * It is bound here, never by libfcgi, whose FCGX_OpenSocket takes the socket
 * away from whoever has it; or it is taken over from whoever started us.  TCP
 * is refused: whoever can open the socket can end a worker.
 */
#ifndef CREDRELAY_LISTENER_H
#define CREDRELAY_LISTENER_H

#include <sys/stat.h>
#include <sys/types.h>

#include "conf.h"
#include "status.h"

enum listener_kind {
	LISTENER_NONE,
	LISTENER_BOUND,		/* by us: lock, socket and modes are ours */
	LISTENER_ACTIVATED,	/* LISTEN_FDS: the service manager's */
	LISTENER_SPAWNED	/* fd 0: the web server's, for a lone worker */
};

/* Zeroed with fds of -1 by LISTENER_INITIAL; may then be closed. */
struct listener {
	enum listener_kind	 kind;
	int			 fd;	/* non-blocking, close-on-exec */
	int			 lock;	/* holds <path>.lock; -1: not ours */
	char			*path;	/* owned; NULL: not ours */
	dev_t			 dev;	/* of the socket we have bound, */
	ino_t			 ino;	/* 0: not bound yet */
};

#define LISTENER_INITIAL { .kind = LISTENER_NONE, .fd = -1, .lock = -1 }

/*
 * Takes what we were started with: fd 0 if it is a listening socket (it is
 * moved, and /dev/null put in its place), else fd 3 if $LISTEN_PID is us.
 * The variables leave the environment.  Without either kind stays
 * LISTENER_NONE.  STATUS_INVALID: there is one, and it is not usable; logged.
 */
enum status	 listener_adopt(struct listener *) MUST_CHECK;

/*
 * Binds conf->socket under the lock: mode socket_mode from its first moment,
 * owner and group as given, its backlog as long as the system lets it be.  A
 * socket that was left behind is removed.  STATUS_AGAIN: another instance has
 * it, or someone listens there.  STATUS_INVALID: what stands there is no
 * socket.  STATUS_IO: errno.  All three are logged.  Call listener_close in
 * any case.
 */
enum status	 listener_bind(struct listener *, const struct conf *, uid_t,
		    gid_t) MUST_CHECK;

/* In a worker: the lock is the master's alone, the socket stays. */
void		 listener_inherit(struct listener *);

/* Closes; removes socket and lock if they are (still) ours. */
void		 listener_close(struct listener *);

#endif
