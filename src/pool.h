/*
 * pool.h: the master: it keeps the workers going, and does nothing else.
 *
 * A place is where a worker belongs; there are `workers` of them.  A worker
 * that dies is replaced at once; one that lived less than POOL_YOUNG_MS is
 * replaced after a pause, which doubles with each such death in that place.
 * One that has not beaten for `stuck_after` is ended.  SIGHUP reads the
 * configuration and the key again and fills the places anew; the former
 * workers serve on until each of the new ones is up, and are asked to end
 * then.  SIGTERM, SIGINT, SIGQUIT: all are asked to end; again: they must.
 */
#ifndef CREDRELAY_POOL_H
#define CREDRELAY_POOL_H

#include <signal.h>
#include <stdbool.h>

#include "listener.h"
#include "setup.h"

enum {
	POOL_YOUNG_MS = 1000,
	POOL_PAUSE_MIN_MS = 100,
	POOL_PAUSE_MAX_MS = 10 * 1000
};

/*
 * The signals that the master, and each worker by itself, takes with
 * sigtimedwait or ppoll.  Blocks them, for this process and its children.
 */
void		 pool_block_signals(sigset_t *);

/* The number of workers: as set, or half of the cores that we may use. */
unsigned	 pool_workers(const struct conf *);
/*
 * Whether each gets a core of its own (cores.h, where `sysfs` is explained):
 * when that is wanted, leaves half of the cores to others and is of use.
 */
bool		 pool_binds(const struct conf *, const char *sysfs);

/*
 * Runs until it is told to stop and the last worker has ended; returns the
 * exit status.  *setup is replaced by each reload.  Tells systemd.h.
 */
int		 pool_run(struct setup *, struct listener *, const sigset_t *);

#endif
