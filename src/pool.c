/* pool.c: the master: it keeps the workers going, and does nothing else. */
#include "pool.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "child.h"
#include "cores.h"
#include "log.h"
#include "mem.h"
#include "systemd.h"
#include "worker.h"

enum {
	TICK_MS = 1000,	    /* how often the beats are looked at */
	QUICK_TICK_MS = 50, /* while workers are coming up */
	ASLEEP_MS = 2000    /* so late, and we were stopped ourselves */
};

struct place {
	enum child_kind kind;
	struct child *child; /* NULL: none */
	int64_t start_at_ms; /* when there is none */
	int64_t pause_ms;    /* the last one; 0: none */
};

struct pool {
	struct setup *setup;	   /* borrowed */
	struct listener *listener; /* borrowed */
	struct bell *bell;	   /* for all of them */
	struct place *places;
	unsigned n_places;
	struct child *former; /* owned: those that belong nowhere */
	bool bound;	      /* each worker to a core of its own */
	bool settled;	      /* all places are up, former are told */
	bool stopping;
	int64_t now_ms;
	int64_t awake_ms; /* beats before are not held against */
};

void
pool_block_signals(sigset_t *signals)
{
	static const int taken[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD,
		SIGUSR1, SIGUSR2 };
	size_t i;

	(void)sigemptyset(signals);
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		/* What started us may have them ignored. */
		(void)signal(taken[i], SIG_DFL);
		(void)sigaddset(signals, taken[i]);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigprocmask(SIG_BLOCK, signals, NULL);
}

/* The web server has as much to do as they have; fewer have larger batches. */
unsigned
pool_workers(const struct conf *conf)
{
	unsigned cores = cores_count();

	if (conf->workers != 0)
		return (conf->workers);
	return (cores < 2 ? 1 : cores / 2);
}

bool
pool_binds(const struct conf *conf, const char *sysfs)
{
	return (conf->affinity && pool_workers(conf) <= cores_count() / 2 &&
	    !cores_share_cache(sysfs));
}

/* Makes empty places for a bell and as many workers as are set; starts none. */
static void
places_make(struct pool *pool)
{
	const struct conf *conf = &pool->setup->conf;

	free(pool->places);
	pool->n_places = 1 + pool_workers(conf);
	pool->places = mem_alloc(pool->n_places * sizeof(*pool->places));
	pool->places[0].kind = CHILD_BELL;
	pool->bound = pool_binds(conf, CORES_SYSFS);
	pool->settled = false;
}

/* Takes the workers out of their places; they go on, but are not replaced. */
static void
places_leave(struct pool *pool)
{
	unsigned i;

	for (i = 0; i < pool->n_places; i++) {
		struct child *child = pool->places[i].child;

		pool->places[i].child = NULL;
		if (child == NULL)
			continue;
		child->next = pool->former;
		pool->former = child;
	}
}

/* The pause before the next start in a place where one has failed. */
static void
place_pause(struct pool *pool, struct place *place)
{
	place->pause_ms =
	    place->pause_ms == 0 ? POOL_PAUSE_MIN_MS : 2 * place->pause_ms;
	if (place->pause_ms > POOL_PAUSE_MAX_MS)
		place->pause_ms = POOL_PAUSE_MAX_MS;
	place->start_at_ms = pool->now_ms + place->pause_ms;
	log_notice("the next %s starts in %ld ms",
	    place->kind == CHILD_BELL ? "bell" : "worker",
	    (long)place->pause_ms);
}

/* The worker of the n-th place. */
static void
worker_bind(const struct child *worker, unsigned n)
{
	int core;

	if (cores_bind(worker->pid, n - 1, &core) == STATUS_OK)
		log_info("worker %ld has core %d", (long)worker->pid, core);
	else
		log_warning("worker %ld can have no core of its own: %s",
		    (long)worker->pid, strerror(errno));
}

static void
places_fill(struct pool *pool)
{
	unsigned i;

	for (i = 0; i < pool->n_places; i++) {
		struct place *place = &pool->places[i];

		if (place->child != NULL || place->start_at_ms > pool->now_ms)
			continue;
		if (child_start(place->kind, pool->setup, pool->listener,
			pool->bell, &place->child) != STATUS_OK) {
			log_error(
			    "no process can be started: %s", strerror(errno));
			place_pause(pool, place);
		} else if (pool->bound && place->kind == CHILD_WORKER) {
			worker_bind(place->child, i);
		}
	}
}

static void
place_emptied(struct pool *pool, struct place *place)
{
	int64_t life = pool->now_ms - place->child->started_ms;

	place->child = NULL;
	place->start_at_ms = 0;
	if (life < POOL_YOUNG_MS)
		place_pause(pool, place);
	else
		place->pause_ms = 0;
}

/* Takes the child out of where it is. */
static struct child *
child_take(struct pool *pool, pid_t pid)
{
	struct child **link, *child;
	unsigned i;

	for (i = 0; i < pool->n_places; i++) {
		child = pool->places[i].child;
		if (child != NULL && child->pid == pid)
			return (child);
	}
	for (link = &pool->former; *link != NULL; link = &(*link)->next) {
		child = *link;
		if (child->pid == pid) {
			*link = child->next;
			return (child);
		}
	}
	return (NULL);
}

static void
children_reap(struct pool *pool)
{
	struct child *child;
	bool ring = false;
	pid_t pid;
	unsigned i;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		child = child_take(pool, pid);
		if (child == NULL) /* of whoever was us before exec */
			continue;
		child_log_end(child, status, pool->now_ms);
		bell_dismiss(pool->bell, atomic_load(&child->slot->waiting));
		if (status != 0) /* it may not have rung for a commit */
			ring = true;
		for (i = 0; i < pool->n_places; i++) {
			if (pool->places[i].child == child)
				place_emptied(pool, &pool->places[i]);
		}
		child_free(child);
	}
	if (ring) {
		bell_ring_all(pool->bell);
		bell_tell(pool->bell);
	}
}

static void
child_check_beat(const struct pool *pool, struct child *child)
{
	int64_t limit = (int64_t)pool->setup->conf.stuck_after * 1000;
	int64_t beat = child_beat_ms(child);

	if (beat < pool->awake_ms)
		beat = pool->awake_ms;
	if (child->killed || pool->now_ms - beat <= limit)
		return;
	log_error("%s %ld is stuck: no sign of life for %ld s",
	    child_name(child), (long)child->pid,
	    (long)((pool->now_ms - beat) / 1000));
	child_kill(child);
}

/* One that drains has its own limit, and no duty to beat. */
static void
children_check(struct pool *pool)
{
	struct child *child;
	unsigned i;

	for (i = 0; i < pool->n_places; i++) {
		if (pool->places[i].child != NULL)
			child_check_beat(pool, pool->places[i].child);
	}
	for (child = pool->former; child != NULL; child = child->next) {
		if (child->kill_at_ms == 0) {
			child_check_beat(pool, child);
		} else if (!child->killed &&
		    child->kill_at_ms <= pool->now_ms) {
			log_error("%s %ld has not drained in %ld s",
			    child_name(child), (long)child->pid,
			    (long)child->patience_ms / 1000);
			child_kill(child);
		}
	}
}

/* Once all new workers are up, the former ones may go. */
static void
pool_settle(struct pool *pool)
{
	struct child *child;
	unsigned i;

	if (pool->settled || pool->stopping)
		return;
	for (i = 0; i < pool->n_places; i++) {
		if (pool->places[i].child == NULL ||
		    !child_is_up(pool->places[i].child))
			return;
	}
	pool->settled = true;
	for (child = pool->former; child != NULL; child = child->next)
		child_drain(child, pool->now_ms);
	log_notice("ready: %u worker%s", pool->n_places - 1,
	    pool->n_places == 2 ? "" : "s");
	systemd_ready();
}

static void
pool_reload(struct pool *pool)
{
	struct setup new = { 0 };
	struct buf text = { 0 };

	systemd_reloading();
	if (setup_read(pool->setup->path, &new, &text) != STATUS_OK) {
		log_error(
		    "reload: %s; the configuration stays as it was", text.data);
		setup_free(&new);
		if (pool->settled)
			systemd_ready();
		goto out;
	}
	conf_keep_fixed(&new.conf, &pool->setup->conf, &text);
	setup_free(pool->setup);
	*pool->setup = new;
	log_open("credrelayd", new.conf.log, new.conf.log_level);
	log_notice("reload: %s was read again", new.path);
	if (text.len > 0)
		log_warning("reload: only a restart changes %s", text.data);
	places_leave(pool);
	places_make(pool);
out:
	explicit_bzero(&new, sizeof(new));
	buf_free(&text);
}

static void
pool_stop(struct pool *pool, int sig)
{
	struct child *child;

	if (pool->stopping) {
		log_warning("stop: signal %d again: workers are killed", sig);
		for (child = pool->former; child != NULL; child = child->next)
			child_kill(child);
		return;
	}
	log_notice("stop: signal %d (%s): workers drain", sig, strsignal(sig));
	systemd_stopping();
	pool->stopping = true;
	places_leave(pool);
	pool->n_places = 0;
	for (child = pool->former; child != NULL; child = child->next)
		child_drain(child, pool->now_ms);
}

/* How long nothing will have to be done, unless a signal comes. */
static int64_t
pool_idle_ms(const struct pool *pool)
{
	int64_t idle =
		    pool->settled || pool->stopping ? TICK_MS : QUICK_TICK_MS,
		left;
	unsigned i;

	for (i = 0; i < pool->n_places; i++) {
		const struct place *place = &pool->places[i];

		left = place->start_at_ms - pool->now_ms;
		if (place->child == NULL && left < idle)
			idle = left;
	}
	return (idle < 0 ? 0 : idle);
}

/* Waits for a signal; returns it, or -1 when the time is over. */
static int
pool_wait(struct pool *pool, const sigset_t *signals)
{
	int64_t idle = pool_idle_ms(pool), before = child_clock_ms();
	const struct timespec timeout = { .tv_sec = (time_t)(idle / 1000),
		.tv_nsec = (long)(idle % 1000) * 1000000 };
	int sig;

	sig = sigtimedwait(signals, NULL, &timeout);
	pool->now_ms = child_clock_ms();
	/* The machine slept, or we were stopped: the workers were as well. */
	if (pool->now_ms - before > idle + ASLEEP_MS)
		pool->awake_ms = pool->now_ms;
	return (sig);
}

int
pool_run(
    struct setup *setup, struct listener *listener, const sigset_t *signals)
{
	struct pool pool = { .setup = setup, .listener = listener };
	int sig;

	if (bell_make(&pool.bell) != STATUS_OK) {
		log_error("no bell can be made: %s", strerror(errno));
		bell_close(pool.bell);
		return (EXIT_FAILURE);
	}
	pool.now_ms = child_clock_ms();
	places_make(&pool);
	while (!pool.stopping || pool.former != NULL) {
		places_fill(&pool);
		sig = pool_wait(&pool, signals);
		if (sig == SIGTERM || sig == SIGINT || sig == SIGQUIT)
			pool_stop(&pool, sig);
		else if (sig == SIGHUP && !pool.stopping)
			pool_reload(&pool);
		children_reap(&pool);
		children_check(&pool);
		pool_settle(&pool);
	}
	free(pool.places);
	bell_close(pool.bell);
	return (EXIT_SUCCESS);
}
