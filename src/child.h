/* child.h: one process of the pool, as its master sees it. */
#ifndef CREDRELAY_CHILD_H
#define CREDRELAY_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bell.h"
#include "listener.h"
#include "setup.h"
#include "status.h"

struct worker_slot;

enum child_kind {
	CHILD_WORKER,
	CHILD_BELL		/* listens to the database for all workers */
};

/* Times are milliseconds of CLOCK_MONOTONIC. */
struct child {
	enum child_kind		 kind;
	struct child		*next;		/* in the pool's list */
	struct worker_slot	*slot;		/* shared with the process */
	pid_t			 pid;
	int64_t			 started_ms;
	int64_t			 patience_ms;	/* for draining */
	int64_t			 kill_at_ms;	/* 0: not asked to end */
	bool			 killed;	/* by us */
};

int64_t		 child_clock_ms(void);

/*
 * Forks a process with copies of all it needs; it dies with its master and
 * never returns from here.  Signals must be blocked, and stay so in it.
 * STATUS_IO: errno tells.  Release with child_free once it was waited for.
 */
enum status	 child_start(enum child_kind, const struct setup *,
		    struct listener *, struct bell *, struct child **)
		    MUST_CHECK;

/* "worker" or "bell". */
const char	*child_name(const struct child *);

/* Has its event loop turned at least once? */
bool		 child_is_up(const struct child *);
/* Its last sign of life; its start, before there was one. */
int64_t		 child_beat_ms(const struct child *);

/* Asks it to drain (once), or ends it with SIGKILL (once). */
void		 child_drain(struct child *, int64_t now_ms);
void		 child_kill(struct child *);

/* Logs how it ended; `status` is wait(2)'s.  It waits for nobody any more. */
void		 child_log_end(const struct child *, int status,
		    int64_t now_ms);
void		 child_free(struct child *);

#endif
