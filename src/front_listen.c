/* front_listen.c: who of those that come is taken, and who refused. */
#include "front_parts.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "log.h"

/*
 * A worker that has its next batch leaves the rest to the others.  If some
 * still wait after CROWD_MS, all workers are full, and the socket is no place
 * to wait in: nobody can see there how long it has been.  So they are taken,
 * ACCEPTS a turn.
 *
 * Whoever has waited LATE_MS while the database worked is refused: more is
 * asked than it can do, and all would wait longer and longer.  Beyond CROWD
 * even those who came later are.  A batch that is silent for STALL_MS is no
 * work: a standby may be away, and what waits is done as soon as it is back.
 * Nor is it work to catch up with those who have waited for an outage's end.
 */
enum {
	CROWD_MS = 25,
	SAMPLE_MS = 5,
	ACCEPTS = 256,
	NO_FD_PAUSE_MS = 100,
	LATE_MS = 500,
	CROWD = 1024,
	STALL_MS = 250
};

/* Where descriptors are short, a connection that is merely kept makes room. */
static bool
has_descriptor(struct front *f)
{
	struct task *idle = TAILQ_FIRST(&f->tasks[TASK_IDLE]);

	if (f->n_all >= f->most && idle != NULL)
		front_drop(f, idle);
	return (f->n_all < f->most);
}

static bool
is_full(const struct front *f)
{
	return (f->n_tasks[TASK_WAITING] >= f->room);
}

/* It is to be seen whether others take what this worker does not. */
static bool
samples(const struct front *f)
{
	return (f->working && !f->draining && is_full(f));
}

/*
 * Listens exactly while there is room for more.  Exclusively: who comes wakes
 * one of the workers that sleep, not all of them for one to find something.
 */
void
front_listen(struct front *f)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE,
		.data.ptr = &f->listener };
	bool want = !f->draining && f->now_ms >= f->listen_ms &&
	    has_descriptor(f) && !is_full(f);

	if (want == f->listening)
		return;
	if (!want &&
	    epoll_ctl(f->epoll, EPOLL_CTL_DEL, f->listener, NULL) == -1)
		abort();
	/* The account may watch too many descriptors already. */
	if (want &&
	    epoll_ctl(f->epoll, EPOLL_CTL_ADD, f->listener, &event) == -1) {
		log_error("epoll_ctl: %s", strerror(errno));
		f->listen_ms = f->now_ms + NO_FD_PAUSE_MS;
		return;
	}
	f->listening = want;
}

/* False: none waits, or none can be taken. */
static bool
accept_one(struct front *f)
{
	struct task *t;
	int fd = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd == -1) {
		f->crowd_ms = 0;
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM) {
			log_error("accept: %s", strerror(errno));
			f->listen_ms = f->now_ms + NO_FD_PAUSE_MS;
		}
		return (false);
	}
	t = task_open(fd, f->relay->conf);
	t->due_ms = front_request_due_ms(f);
	TAILQ_INSERT_TAIL(&f->tasks[TASK_OPEN], t, link);
	f->n_tasks[TASK_OPEN]++;
	f->n_all++;
	front_look(f, t);
	return (true);
}

static bool
some_wait(struct front *f)
{
	struct pollfd listener = { .fd = f->listener, .events = POLLIN };

	if (poll(&listener, 1, 0) == 1)
		return (true);
	f->crowd_ms = 0;
	return (false);
}

/* Some wait in the socket, and have for as long as others had to take them. */
static bool
is_crowded(struct front *f)
{
	if (some_wait(f) && f->crowd_ms == 0)
		f->crowd_ms = f->now_ms;
	return (f->crowd_ms != 0 && f->now_ms - f->crowd_ms >= CROWD_MS);
}

/*
 * Who comes alone shall not pay for the search for others: to look is half as
 * dear as to accept in vain.  Where there are more, the search is shared.
 */
static void
accept_more(struct front *f)
{
	int n;

	for (n = 0; has_descriptor(f) && !is_full(f); n++) {
		if ((n == 1 && !some_wait(f)) || !accept_one(f))
			return;
	}
}

void
front_accept(struct front *f)
{
	bool crowd;
	int i;

	if (f->arrived && !f->draining)
		accept_more(f);
	/* Who has room counts anew: the others may have taken all meanwhile. */
	if (!samples(f))
		f->crowd_ms = 0;
	crowd = samples(f) && f->now_ms >= f->listen_ms && is_crowded(f);
	for (i = 0; crowd && i < ACCEPTS; i++)
		crowd = has_descriptor(f) && accept_one(f);
}

int64_t
front_listen_due_ms(const struct front *f)
{
	if (f->listen_ms > f->now_ms)
		return (f->listen_ms);
	return (samples(f) ? f->now_ms + SAMPLE_MS : INT64_MAX);
}

void
front_count_work(struct front *f, bool connected)
{
	if (!connected)
		f->catching_up = true;
	else if (f->n_tasks[TASK_WAITING] <= f->relay->conf->batch)
		f->catching_up = false;
	f->working =
	    connected && !f->catching_up && f->now_ms - f->called_ms < STALL_MS;
	if (f->working)
		f->worked_ms += f->now_ms - f->counted_ms;
	f->counted_ms = f->now_ms;
}

/*
 * Those that ask for the relay's health are never late, nor is who has had a
 * turn in vain: a first read would hardly ever come to its second one.
 */
void
front_refuse_late(struct front *f)
{
	struct task *t = TAILQ_FIRST(&f->tasks[TASK_WAITING]), *next;

	for (; f->working && t != NULL; t = next) {
		next = TAILQ_NEXT(t, link);
		if (f->worked_ms - t->queued_ms < LATE_MS &&
		    f->n_tasks[TASK_WAITING] <= CROWD)
			break;
		if (!t->operation->waits || t->call.alone)
			continue;
		task_give_up(t, f->relay);
		front_reply(f, t);
	}
}
