/* front_wait.c: requests that wait for their mailbox to change. */
#include "front_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "bell.h"
#include "log.h"
#include "mem.h"

/*
 * A parked request is the bytes that it came in; once woken it is taken up
 * like one that has just arrived.  Those of one wait are in one list, which is
 * then in the order of their times, or nearly so.
 *
 * LEAST_MS: not sooner again, when the database's clock is behind ours.
 *
 * TICK_MS: waits end in steps, so that the web server, the database and we are
 * woken once for several that end together.  Behind those of longer steps
 * others would have to wait.
 */
enum { EARS = 4096, LEAST_MS = 50, TICK_MS = 10 };

struct waiting {
	struct task_list ears[EARS]; /* by bell */
	struct task_list *rests;     /* by seconds, up to max_wait */
};

void
front_wait_start(struct front *f)
{
	unsigned i, n = f->relay->conf->max_wait + 1;

	f->waiting = mem_alloc(sizeof(*f->waiting));
	f->waiting->rests = mem_alloc(n * sizeof(f->waiting->rests[0]));
	for (i = 0; i < n; i++)
		TAILQ_INIT(&f->waiting->rests[i]);
	for (i = 0; i < EARS; i++)
		TAILQ_INIT(&f->waiting->ears[i]);
}

void
front_wait_end(struct front *f)
{
	if (f->waiting == NULL)
		return;
	free(f->waiting->rests);
	free(f->waiting);
}

/*
 * A worker of whose requests none listens is not to be woken for each batch of
 * updates.  What is rung before this has been committed: who begins to listen
 * now has its call made afterwards, and sees it.
 */
static void
hear(struct front *f, bool wanted)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET,
		.data.ptr = &f->bell };

	if (f->bell == NULL || f->hears == wanted)
		return;
	if (epoll_ctl(f->epoll, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
		bell_fd(f->bell), &event) == -1) {
		log_error("epoll_ctl: %s", strerror(errno));
		return;
	}
	f->hears = wanted;
	if (wanted)
		bell_ear_start(f->bell, &f->heard);
}

void
front_wait_begin(struct front *f, struct task *t)
{
	t->rung = false; /* what comes from now on counts */
	if (t->exchange.wait != WAIT_MAY || t->listening)
		return;
	hear(f, true);
	t->wait_s = t->exchange.wait_s;
	t->wait_ms = f->now_ms + (int64_t)t->wait_s * 1000;
	t->bell = bell_of(&t->exchange.seal.row_key);
	t->listening = true;
	f->n_listening++;
	TAILQ_INSERT_TAIL(&f->waiting->ears[t->bell % EARS], t, ear);
}

/* Takes it out of those that rest. */
static void
leave(struct front *f, struct task *t)
{
	if (t->state == TASK_PARKED)
		TAILQ_REMOVE(&f->waiting->rests[t->wait_s], t, rest);
}

static void
wake(struct front *f, struct task *t)
{
	leave(f, t);
	front_move(f, t, TASK_WOKEN);
}

void
front_wait_over(struct front *f, struct task *t)
{
	leave(f, t);
	if (t->listening) {
		TAILQ_REMOVE(&f->waiting->ears[t->bell % EARS], t, ear);
		f->n_listening--;
	}
	t->listening = false;
	if (!t->admitted)
		return;
	t->admitted = false;
	f->n_admitted--;
	if (f->bell != NULL)
		bell_dismiss(f->bell, 1);
	if (f->slot_waiting != NULL)
		atomic_store(f->slot_waiting, f->n_admitted);
}

/* A place among those who wait, of which there are so many a host. */
static bool
admit(struct front *f, struct task *t)
{
	unsigned most = f->relay->conf->max_waiters;

	if (t->admitted)
		return (true);
	if (f->draining || f->n_all >= f->most ||
	    (f->bell != NULL && !f->hears))
		return (false);
	if (f->bell == NULL ? f->n_admitted >= most :
			      !bell_admit(f->bell, most))
		return (false);
	t->admitted = true;
	f->n_admitted++;
	if (f->slot_waiting != NULL)
		atomic_store(f->slot_waiting, f->n_admitted);
	return (true);
}

void
front_wait_decide(struct front *f, struct task *t)
{
	struct exchange *x = &t->exchange;

	if (x->wait != WAIT_MAY)
		return;
	if (f->now_ms >= t->wait_ms)
		x->wait = WAIT_OVER;
	else if (f->draining || !fcgi_may_put_back(t->fcgi) || !admit(f, t))
		x->wait = WAIT_REFUSED;
}

/* When to look again: when the wait is over, or the mailbox. */
static int64_t
rest_until_ms(const struct front *f, const struct task *t, int64_t expires_at)
{
	struct timespec now;
	int64_t left_ms, until_ms;

	if (clock_gettime(CLOCK_REALTIME, &now) == -1)
		abort();
	left_ms = (expires_at - now.tv_sec) * 1000 - now.tv_nsec / 1000000;
	if (left_ms < LEAST_MS)
		left_ms = LEAST_MS;
	until_ms = f->now_ms + left_ms;
	if (until_ms > t->wait_ms)
		until_ms = t->wait_ms;
	return ((until_ms + TICK_MS - 1) / TICK_MS * TICK_MS);
}

/* In the order of their times; most often it is the last. */
static void
rest(struct front *f, struct task *t)
{
	struct task_list *list = &f->waiting->rests[t->wait_s];
	struct task *before = TAILQ_LAST(list, task_list);

	while (before != NULL && before->due_ms > t->due_ms)
		before = TAILQ_PREV(before, task_list, rest);
	if (before == NULL)
		TAILQ_INSERT_HEAD(list, t, rest);
	else
		TAILQ_INSERT_AFTER(list, before, t, rest);
}

void
front_park(struct front *f, struct task *t)
{
	int64_t due_ms = rest_until_ms(f, t, t->exchange.expires_at);

	if (t->left || !task_put_back(t)) {
		front_drop(f, t);
		return;
	}
	if (!front_watch(f, t, EPOLLIN)) /* it shows when the client leaves */
		return;
	if (t->rung) {
		front_move(f, t, TASK_WOKEN);
		return;
	}
	t->due_ms = due_ms;
	front_move(f, t, TASK_PARKED);
	rest(f, t);
}

int64_t
front_wait_due_ms(const struct front *f)
{
	const struct task *t;
	int64_t due_ms = INT64_MAX;
	unsigned i;

	if (f->n_tasks[TASK_PARKED] == 0)
		return (INT64_MAX);
	for (i = 0; i <= f->relay->conf->max_wait; i++) {
		t = TAILQ_FIRST(&f->waiting->rests[i]);
		if (t != NULL && t->due_ms < due_ms)
			due_ms = t->due_ms;
	}
	return (due_ms);
}

void
front_wait_expire(struct front *f)
{
	struct task *t;
	unsigned i;

	for (i = 0; i <= f->relay->conf->max_wait; i++) {
		while ((t = TAILQ_FIRST(&f->waiting->rests[i])) != NULL &&
		    t->due_ms <= f->now_ms)
			wake(f, t);
	}
}

void
front_ring(struct front *f, uint32_t bell)
{
	struct task *t;

	t = TAILQ_FIRST(&f->waiting->ears[bell % EARS]);
	for (; t != NULL; t = TAILQ_NEXT(t, ear)) {
		if (t->bell != bell)
			continue;
		t->rung = true;
		if (t->state == TASK_PARKED)
			wake(f, t);
	}
}

void
front_ring_all(struct front *f)
{
	struct task *t;
	int i;

	for (i = 0; i < EARS; i++) {
		t = TAILQ_FIRST(&f->waiting->ears[i]);
		for (; t != NULL; t = TAILQ_NEXT(t, ear))
			t->rung = true;
	}
	while ((t = TAILQ_FIRST(&f->tasks[TASK_PARKED])) != NULL)
		wake(f, t);
}

void
front_wait_hear(struct front *f)
{
	enum bell_sound sound;
	uint32_t which = 0;

	while (
	    (sound = bell_hear(f->bell, &f->heard, &which)) != BELL_NOTHING) {
		if (sound == BELL_ONE)
			front_ring(f, which);
		else
			front_ring_all(f);
	}
	if (f->n_listening == 0)
		hear(f, false);
}

void
front_restart(struct front *f, size_t n)
{
	struct task *t;

	while (n-- > 0 && (t = TAILQ_FIRST(&f->tasks[TASK_WOKEN])) != NULL)
		front_look(f, t);
}
