/* front.c: the connections from the web server, in one epoll set. */
#include "front.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

enum { EVENTS = 64, NO_FD_PAUSE_MS = 100 };

int64_t
front_clock_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) == -1)
		abort();
	return ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

enum status
front_start(struct front *f, const struct relay *relay, int listener)
{
	int i;

	*f = (struct front){ .relay = relay,
		.listener = listener,
		.db_fd = -1,
		.now_ms = front_clock_ms() };
	for (i = 0; i < TASK_STATES; i++)
		TAILQ_INIT(&f->tasks[i]);
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

static void
drop(struct front *f, struct task *t)
{
	TAILQ_REMOVE(&f->tasks[t->state], t, link);
	f->n_tasks[t->state]--;
	task_close(t);
}

void
front_end(struct front *f)
{
	struct task *t;
	int i;

	for (i = 0; i < TASK_STATES; i++) {
		while ((t = TAILQ_FIRST(&f->tasks[i])) != NULL)
			drop(f, t);
	}
	if (f->epoll != -1)
		(void)close(f->epoll);
}

static int64_t
request_due_ms(const struct front *f)
{
	return (f->now_ms + (int64_t)f->relay->conf->request_timeout * 1000);
}

/* Waits for more of the request, or for the next one. */
static void
await(struct front *f, struct task *t)
{
	/* Edge-triggered: what was looked at stays in the socket. */
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET,
		.data.ptr = t };

	if (t->state == TASK_IDLE && fcgi_begun(t->fcgi)) {
		t->due_ms = request_due_ms(f);
		front_move(f, t, TASK_OPEN);
	}
	if (t->polled)
		return;
	if (epoll_ctl(f->epoll, EPOLL_CTL_ADD, t->fd, &event) == -1) {
		log_error("epoll_ctl: %s", strerror(errno));
		drop(f, t);
		return;
	}
	t->polled = true;
}

/*
 * Takes the request up if it is whole.  A connection that is kept is looked
 * at again after each answer, since the event for its next request may have
 * come while this one was served.
 */
static void
look(struct front *f, struct task *t)
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
			front_move(f, t, TASK_WAITING);
			return;
		}
		if (status != STATUS_OK || task_answer(t) != STATUS_OK ||
		    f->draining)
			break;
		front_move(f, t, TASK_IDLE);
	}
	drop(f, t);
}

void
front_reply(struct front *f, struct task *t)
{
	if (task_answer(t) != STATUS_OK || f->draining) {
		drop(f, t);
		return;
	}
	front_move(f, t, TASK_IDLE);
	look(f, t);
}

static void
accept_all(struct front *f)
{
	struct task *t;
	int fd;

	while (f->n_tasks[TASK_WAITING] < f->room) {
		fd = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd == -1) {
			if (errno != EMFILE && errno != ENFILE &&
			    errno != ENOBUFS && errno != ENOMEM)
				return; /* none waits, or it has left */
			log_error("accept: %s", strerror(errno));
			f->listen_ms = f->now_ms + NO_FD_PAUSE_MS;
			return;
		}
		t = task_open(fd, f->relay->conf);
		t->due_ms = request_due_ms(f);
		TAILQ_INSERT_TAIL(&f->tasks[TASK_OPEN], t, link);
		f->n_tasks[TASK_OPEN]++;
		look(f, t);
	}
}

/* Listens exactly while there is room for more. */
static void
update_listener(struct front *f)
{
	struct epoll_event event = { .events = EPOLLIN,
		.data.ptr = &f->listener };
	bool want = !f->draining && f->now_ms >= f->listen_ms &&
	    f->n_tasks[TASK_WAITING] < f->room;

	if (want == f->listening)
		return;
	if (epoll_ctl(f->epoll, want ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
		f->listener, &event) == -1)
		abort();
	f->listening = want;
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
		epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &event) == -1))
		abort();
}

static void
take_event(struct front *f, struct task *t, uint32_t events)
{
	bool left = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;

	if (t->state != TASK_OPEN && t->state != TASK_IDLE)
		return; /* looked at again after its answer */
	/* A peer that has left may have left a whole request behind. */
	if (left && fcgi_poll(t->fcgi) != STATUS_OK)
		drop(f, t);
	else
		look(f, t);
}

/* The earliest of the times at which something of ours has to be done. */
static int
sleep_ms(const struct front *f, int64_t due_ms)
{
	const struct task *t = TAILQ_FIRST(&f->tasks[TASK_OPEN]);

	if (t != NULL && t->due_ms < due_ms)
		due_ms = t->due_ms;
	if (f->listen_ms > f->now_ms && f->listen_ms < due_ms)
		due_ms = f->listen_ms;
	return (due_ms <= f->now_ms ? 0 : (int)(due_ms - f->now_ms));
}

void
front_turn(struct front *f, int64_t due_ms, const sigset_t *let_in)
{
	struct epoll_event events[EVENTS];
	bool arrivals = false;
	int i, n;

	update_listener(f);
	n = epoll_pwait(f->epoll, events, EVENTS, sleep_ms(f, due_ms), let_in);
	if (n == -1 && errno != EINTR)
		abort();
	f->now_ms = front_clock_ms();
	for (i = 0; i < n; i++) {
		void *whose = events[i].data.ptr;

		/* An event for a task that was closed cannot follow: each has
		 * one a turn, and none closes another. */
		if (whose == &f->listener)
			arrivals = true;
		else if (whose != &f->db_fd)
			take_event(f, whose, events[i].events);
	}
	if (arrivals)
		accept_all(f);
}

void
front_expire(struct front *f)
{
	struct task *t;

	while ((t = TAILQ_FIRST(&f->tasks[TASK_OPEN])) != NULL &&
	    t->due_ms <= f->now_ms)
		drop(f, t);
}

void
front_drain(struct front *f)
{
	struct task *t;

	f->draining = true;
	while ((t = TAILQ_FIRST(&f->tasks[TASK_IDLE])) != NULL)
		drop(f, t);
}

bool
front_is_empty(const struct front *f)
{
	size_t n = 0;
	int i;

	for (i = 0; i < TASK_STATES; i++)
		n += f->n_tasks[i];
	return (n == 0);
}
