/*
 * worker.h: one process, one PostgreSQL connection, what waits gathered.
 *
 * A single epoll loop holds the listener, the connections whose request is
 * not whole yet, and PostgreSQL's socket.  Whole requests become calls; all
 * that wait when the database is free travel to it as one batch, and are
 * answered when it has committed.  A request alone goes alone, at once.  When
 * the connection breaks, calls are made again for up to db_retry seconds.
 */
#ifndef CREDRELAY_WORKER_H
#define CREDRELAY_WORKER_H

#include <stdatomic.h>
#include <stdint.h>

#include "bell.h"
#include "conf.h"
#include "seal.h"

/* A worker's place in memory that it shares with the pool. */
struct worker_slot {
	/* CLOCK_MONOTONIC of the loop's last turn: at least once a second. */
	_Atomic int64_t	beat_ms;
	/* How many of its requests wait for a mailbox to change. */
	_Atomic unsigned waiting;
};

/*
 * Serves requests from `listener` (non-blocking, listening; not closed) until
 * SIGTERM or SIGINT; then takes no more, answers what it has taken, and
 * returns the process's exit status.  Signals are to be blocked when this is
 * called; it lets them in while it waits.  `slot` may be NULL.  `bell` is rung
 * when mailboxes change; NULL: the worker listens to the database itself.
 */
int	worker_run(const struct conf *, const struct seal_key *, int listener,
	    struct worker_slot *slot, struct bell *bell);

#endif
