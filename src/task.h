/*
 * task.h: a connection from the web server and the request that it brings.
 *
 * A task is opened, waits until its request is whole, is started, perhaps
 * waits for the database, and is answered; if the web server keeps the
 * connection, it then waits for the next request.
 */
#ifndef CREDRELAY_TASK_H
#define CREDRELAY_TASK_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "fcgi.h"
#include "operation.h"
#include "route.h"

enum task_state {
	TASK_OPEN,		/* the request is not whole */
	TASK_IDLE,		/* kept by the web server, nothing asked */
	TASK_WAITING,		/* its call waits for the database */
	TASK_CALLED,		/* its call is in the batch */
	TASK_PARKED,		/* it waits for its mailbox to change */
	TASK_WOKEN,		/* it has, or may have, or the time is over */
	TASK_SENDING,		/* its answer waits for a slow reader */
	TASK_STATES
};

struct task {
	TAILQ_ENTRY(task) link;		/* in the worker's list of its state */
	TAILQ_ENTRY(task) ear;		/* with others of like bells */
	TAILQ_ENTRY(task) rest;		/* parked: with others of like waits */
	enum task_state	 state;
	int		 fd;		/* fcgi's */
	uint32_t	 watched;	/* its epoll events; 0: not in the set */
	int64_t		 due_ms;	/* given up then; INT64_MAX: never */
	bool		 left;		/* the peer has, as an event told */
	uint64_t	 arrival;	/* orders calls on one row */
	int64_t		 queued_ms;	/* front's worked_ms at that time */
	struct fcgi	*fcgi;
	struct request	 request;
	struct exchange	 exchange;
	const struct operation *operation;
	struct db_call	 call;
	struct response	 response;

	bool		 again;		/* it was parked before */
	bool		 lengthy;	/* then: its mailbox's content is long */
	bool		 listening;	/* `bell` wakes it */
	bool		 rung;		/* it has, since the last look began */
	bool		 admitted;	/* counted among those who wait */
	uint32_t	 bell;
	unsigned	 wait_s;	/* how long it waits in all */
	int64_t		 wait_ms;	/* until then */
};

TAILQ_HEAD(task_list, task);

/* Takes over an accepted descriptor; release with task_close. */
struct task	*task_open(int fd, const struct conf *);
void		 task_close(struct task *);

/*
 * Reads the whole request that waits and routes it.  STATUS_OK: answer it
 * (task_answer).  STATUS_AGAIN: its call is to be made first.  STATUS_GONE:
 * it is broken; close.
 */
enum status	 task_start(struct task *, const struct relay *) MUST_CHECK;

/*
 * Puts the request back until task_start takes it up again.  False: that
 * cannot be, and it has to be answered.
 */
bool		 task_put_back(struct task *) MUST_CHECK;

/* Makes the response from what came of the call. */
void		 task_finish_call(struct task *, const struct relay *);
/* Makes the response for a call that could not be made in time. */
void		 task_give_up(struct task *, const struct relay *);

/*
 * Sends the response and wipes the request.  STATUS_OK: the connection is
 * kept, look at it again.  STATUS_GONE: close.  STATUS_AGAIN: part of it is
 * left, for fcgi_send when the descriptor can be written to.
 */
enum status	 task_answer(struct task *) MUST_CHECK;

#endif
