/*
 * front.h: the connections from the web server, in one epoll set.
 *
 * Accepts connections, waits until the request of each is whole, starts it,
 * and leaves those whose call is to be made in the list TASK_WAITING, oldest
 * first.  Whoever has made the call hands the task back with front_reply, or,
 * when it has to wait for its mailbox to change, with front_park.
 * PostgreSQL's socket is watched along with them.
 */
#ifndef CREDRELAY_FRONT_H
#define CREDRELAY_FRONT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bell.h"
#include "task.h"

struct front {
	const struct relay *relay;	/* borrowed */
	int		 epoll;
	int		 listener;	/* borrowed */
	bool		 listening;	/* the listener is in the epoll set */
	int64_t		 listen_ms;	/* not before: descriptors ran out */
	int64_t		 crowd_ms;	/* some wait in the socket since; 0 */
	bool		 draining;	/* no new requests are taken */
	size_t		 room;		/* calls that may wait, as a rule */
	int64_t		 called_ms;	/* when the last batch was sent */
	bool		 catching_up;	/* with what an outage has left */
	bool		 working;	/* the database is, on what comes now */
	int64_t		 worked_ms;	/* for how long it has been, in all */
	int64_t		 counted_ms;	/* up to then */
	size_t		 most;		/* connections, for want of descriptors */
	int64_t		 now_ms;	/* CLOCK_MONOTONIC, once a turn */
	int		 db_fd;		/* as watched; -1: not at all */
	short		 db_events;
	bool		 db_woken;	/* it had an event in this turn */
	bool		 arrived;	/* so had the listener, perhaps */
	uint64_t	 arrivals;
	struct task_list tasks[TASK_STATES];
	size_t		 n_tasks[TASK_STATES];
	size_t		 n_all;

	struct waiting	*waiting;	/* front_wait.c's, owned */
	struct bell	*bell;		/* borrowed; NULL: front_ring alone */
	struct bell_ear	 heard;
	bool		 hears;		/* the bell wakes us */
	bool		 told;		/* there is something to hear */
	unsigned	 n_listening;	/* requests that have ears */
	unsigned	 n_admitted;	/* requests that wait, of ours */
	_Atomic unsigned *slot_waiting;	/* shows it; NULL: nobody looks */
};

/*
 * Raises the process's limit of descriptors, of which some stay free for
 * others.  `bell` may be NULL.  STATUS_IO: errno tells.  Release with front_end in any case.
 */
enum status	 front_start(struct front *, const struct relay *,
		    int listener, struct bell *) MUST_CHECK;
/* Closes all connections, not the listener. */
void		 front_end(struct front *);

/* CLOCK_MONOTONIC in milliseconds. */
int64_t		 front_clock_ms(void);

/*
 * Sleeps until something happens, or until `due_ms`, and takes it up; signals
 * that `let_in` does not block arrive meanwhile.  `db_fd` and `db_events` as
 * of db.h; `stable`: the descriptor is the one of the last call.
 */
void		 front_turn(struct front *, int64_t due_ms,
		    const sigset_t *let_in);
void		 front_watch_db(struct front *, int db_fd, short db_events,
		    bool stable);

/*
 * Takes those who came in this turn, as far as there is room, and whom nobody
 * else takes; when the answers that were ready are on their way.
 */
void		 front_accept(struct front *);

/* Puts a task at the end of another list. */
void		 front_move(struct front *, struct task *, enum task_state);
/* Sends the response that was made, and looks for the next request. */
void		 front_reply(struct front *, struct task *);
/*
 * Says whether a request that would wait may, before its response is made.
 * If it may, and nothing is new, it is handed back with front_park; it waits
 * until its bell is rung, its mailbox or its time ends, or the pool drains.
 */
void		 front_wait_decide(struct front *, struct task *);
void		 front_park(struct front *, struct task *);
/* Wakes those who wait for this mailbox, or all. */
void		 front_ring(struct front *, uint32_t bell);
void		 front_ring_all(struct front *);
/* Has up to `n` of those that were woken look again. */
void		 front_restart(struct front *, size_t n);

/* Lets the time go on by which calls are late; after each turn. */
void		 front_count_work(struct front *, bool connected);
/* Answers 503 to those whose call is late. */
void		 front_refuse_late(struct front *);
/* Closes what was not sent, or not taken, in time. */
void		 front_expire(struct front *);
/* Takes no new requests from now on; what has begun goes on. */
void		 front_drain(struct front *);
bool		 front_is_empty(const struct front *);

#endif
