/* front.c: the connections from the web server, in one epoll set. */
#include "front_parts.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

/*
 * SPARE_FDS are left for PostgreSQL's connection, which must be made anew when
 * it breaks, for files in memory, the log, the key.
 */
enum { EVENTS = 64, SPARE_FDS = 48 };

int64_t
front_clock_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) == -1)
		abort();
	return ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

/* As many connections as the hard limit of descriptors allows. */
static size_t
most_connections(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return (SPARE_FDS);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1 &&
	    getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return (SPARE_FDS);
	return (limit.rlim_cur < 2 * SPARE_FDS ? SPARE_FDS :
						 limit.rlim_cur - SPARE_FDS);
}

enum status
front_start(
    struct front *f, const struct relay *relay, int listener, struct bell *bell)
{
	int i;

	*f = (struct front){ .relay = relay,
		.listener = listener,
		.bell = bell,
		.db_fd = -1,
		.now_ms = front_clock_ms() };
	f->most = most_connections();
	for (i = 0; i < TASK_STATES; i++)
		TAILQ_INIT(&f->tasks[i]);
	front_wait_start(f);
	f->epoll = epoll_create1(EPOLL_CLOEXEC);
	return (f->epoll == -1 ? STATUS_IO : STATUS_OK);
}

void
front_move(struct front *f, struct task *t, enum task_state state)
{
	TAILQ_REMOVE(&f->tasks[t->state], t, link);
	f->n_tasks[t->state]--;
	t->state = state;
	TAILQ_INSERT_TAIL(&f->tasks[state], t, link);
	f->n_tasks[state]++;
}

void
front_drop(struct front *f, struct task *t)
{
	front_wait_over(f, t);
	TAILQ_REMOVE(&f->tasks[t->state], t, link);
	f->n_tasks[t->state]--;
	f->n_all--;
	task_close(t);
}

void
front_end(struct front *f)
{
	struct task *t;
	int i;

	for (i = 0; i < TASK_STATES; i++) {
		while ((t = TAILQ_FIRST(&f->tasks[i])) != NULL)
			front_drop(f, t);
	}
	front_wait_end(f);
	if (f->epoll != -1)
		(void)close(f->epoll);
}

int64_t
front_request_due_ms(const struct front *f)
{
	return (f->now_ms + (int64_t)f->relay->conf->request_timeout * 1000);
}

bool
front_watch(struct front *f, struct task *t, uint32_t events)
{
	/* Edge-triggered: what was looked at stays in the socket. */
	struct epoll_event event = { .events = events | EPOLLRDHUP | EPOLLET,
		.data.ptr = t };

	if (t->watched == events)
		return (true);
	if (epoll_ctl(f->epoll, t->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
		t->fd, &event) == -1) {
		log_error("epoll_ctl: %s", strerror(errno));
		front_drop(f, t);
		return (false);
	}
	t->watched = events;
	return (true);
}

/* Waits for more of the request, or for the next one. */
static void
await(struct front *f, struct task *t)
{
	if (t->state == TASK_IDLE && fcgi_begun(t->fcgi)) {
		t->due_ms = front_request_due_ms(f);
		front_move(f, t, TASK_OPEN);
	}
	(void)front_watch(f, t, EPOLLIN);
}

/* What follows an answer; true: the connection is kept, look at it again. */
static bool
answered(struct front *f, struct task *t, enum status status)
{
	front_wait_over(f, t);
	if (status == STATUS_AGAIN) {
		if (t->state != TASK_SENDING) {
			t->due_ms = front_request_due_ms(f);
			front_move(f, t, TASK_SENDING);
		}
		(void)front_watch(f, t, EPOLLOUT);
		return (false);
	}
	if (status != STATUS_OK || f->draining) {
		front_drop(f, t);
		return (false);
	}
	front_move(f, t, TASK_IDLE);
	return (true);
}

/*
 * Takes the request up if it is whole.  A connection that is kept is looked
 * at again after each answer, since the event for its next request may have
 * come while this one was served.
 */
void
front_look(struct front *f, struct task *t)
{
	enum status status;

	for (;;) {
		status = fcgi_poll(t->fcgi);
		if (status == STATUS_AGAIN) {
			await(f, t);
			return;
		}
		if (status == STATUS_OK)
			status = task_start(t, f->relay);
		if (status == STATUS_AGAIN) {
			t->due_ms = f->now_ms +
			    (int64_t)f->relay->conf->db_retry * 1000;
			t->arrival = f->arrivals++;
			t->queued_ms = f->worked_ms;
			front_wait_begin(f, t);
			front_move(f, t, TASK_WAITING);
			return;
		}
		if (status != STATUS_OK) {
			front_drop(f, t);
			return;
		}
		if (!answered(f, t, task_answer(t)))
			return;
	}
}

void
front_reply(struct front *f, struct task *t)
{
	if (answered(f, t, task_answer(t)))
		front_look(f, t);
}

void
front_watch_db(struct front *f, int fd, short events, bool stable)
{
	struct epoll_event event = { .data.ptr = &f->db_fd };

	if (stable && fd == f->db_fd && events == f->db_events)
		return;
	f->db_fd = fd;
	f->db_events = events;
	if (fd == -1)
		return; /* it was closed, and so left the set */
	event.events = (events & POLLIN ? EPOLLIN : 0u) |
	    (events & POLLOUT ? EPOLLOUT : 0u);
	if (epoll_ctl(f->epoll, EPOLL_CTL_MOD, fd, &event) == -1 &&
	    (errno != ENOENT ||
		epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &event) == -1)) {
		log_error("epoll_ctl: %s", strerror(errno));
		f->db_fd = -1; /* tried again, at the next turn */
	}
}

static void
take_event(struct front *f, struct task *t, uint32_t events)
{
	bool left = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;

	if (t->state == TASK_SENDING) {
		if (answered(f, t, fcgi_send(t->fcgi)))
			front_look(f, t);
		return;
	}
	if (t->state == TASK_PARKED && left) {
		front_drop(f, t); /* nobody waits any more */
		return;
	}
	if (t->state != TASK_OPEN && t->state != TASK_IDLE) {
		t->left |= left; /* looked at again after its answer */
		return;
	}
	/* A peer that has left may have left a whole request behind. */
	if (left && fcgi_poll(t->fcgi) != STATUS_OK)
		front_drop(f, t);
	else
		front_look(f, t);
}

/* The states that a client's slowness can prolong, each in due order. */
static const enum task_state limited[] = { TASK_OPEN, TASK_SENDING };

/* The earliest of the times at which something of ours has to be done. */
static int
sleep_ms(const struct front *f, int64_t due_ms)
{
	const struct task *t;
	size_t i;

	for (i = 0; i < sizeof(limited) / sizeof(limited[0]); i++) {
		t = TAILQ_FIRST(&f->tasks[limited[i]]);
		if (t != NULL && t->due_ms < due_ms)
			due_ms = t->due_ms;
	}
	if (front_listen_due_ms(f) < due_ms)
		due_ms = front_listen_due_ms(f);
	if (front_wait_due_ms(f) < due_ms)
		due_ms = front_wait_due_ms(f);
	return (due_ms <= f->now_ms ? 0 : (int)(due_ms - f->now_ms));
}

void
front_turn(struct front *f, int64_t due_ms, const sigset_t *let_in)
{
	struct epoll_event events[EVENTS];
	int i, n;

	front_listen(f);
	n = epoll_pwait(f->epoll, events, EVENTS, sleep_ms(f, due_ms), let_in);
	if (n == -1 && errno != EINTR)
		abort();
	f->now_ms = front_clock_ms();
	f->db_woken = false;
	/* One that was woken for an arrival may have died before it took it. */
	f->arrived = n == 0 && f->listening;
	for (i = 0; i < n; i++) {
		void *whose = events[i].data.ptr;

		/* An event for a task that was closed cannot follow: each has
		 * one a turn, and none closes another. */
		if (whose == &f->listener)
			f->arrived = true;
		else if (whose == &f->bell)
			f->told = true;
		else if (whose == &f->db_fd)
			f->db_woken = true;
		else
			take_event(f, whose, events[i].events);
	}
	if (f->told)
		front_wait_hear(f);
	f->told = false;
}

void
front_expire(struct front *f)
{
	struct task *t;
	size_t i;

	for (i = 0; i < sizeof(limited) / sizeof(limited[0]); i++) {
		while ((t = TAILQ_FIRST(&f->tasks[limited[i]])) != NULL &&
		    t->due_ms <= f->now_ms)
			front_drop(f, t);
	}
	if (f->n_tasks[TASK_PARKED] != 0)
		front_wait_expire(f);
}

void
front_drain(struct front *f)
{
	struct task *t;

	f->draining = true;
	while ((t = TAILQ_FIRST(&f->tasks[TASK_IDLE])) != NULL)
		front_drop(f, t);
	front_ring_all(f);
}

bool
front_is_empty(const struct front *f)
{
	return (f->n_all == 0);
}
