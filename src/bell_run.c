/* bell_run.c: the process that listens to PostgreSQL for all workers. */
#include "bell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db.h"
#include "db_conninfo.h"
#include "log.h"
#include "sandbox.h"

/* How long it sleeps at most: it has to show that it lives. */
enum { TURN_MS = 1000, PATIENCE_MS = 3000 };

struct listening {
	struct bell *bell;
	bool rung;
};

static volatile sig_atomic_t stop_asked;

static void
take_signal(int signo)
{
	(void)signo;
	stop_asked = 1;
}

static void
ring(void *arg, uint32_t which)
{
	struct listening *l = arg;

	bell_ring(l->bell, which);
	l->rung = true;
}

static void
ring_all(void *arg)
{
	struct listening *l = arg;

	bell_ring_all(l->bell);
	l->rung = true;
}

/* Connected anew: whatever was notified meanwhile was missed. */
static void
heard(void *arg, const char *payload)
{
	if (payload == NULL)
		ring_all(arg);
	else
		bell_read(payload, ring, ring_all, arg);
}

static int64_t
clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static void
sleep_until_heard(struct db *db, int64_t now_ms, const sigset_t *let_in)
{
	struct pollfd p = { .fd = db_fd(db), .events = db_events(db) };
	int64_t left = db_due_ms(db) - now_ms;
	struct timespec timeout;

	if (left > TURN_MS)
		left = TURN_MS;
	if (left < 0)
		left = 0;
	timeout.tv_sec = (time_t)(left / 1000);
	timeout.tv_nsec = (long)(left % 1000) * 1000000;
	if (ppoll(&p, 1, &timeout, let_in) == -1 && errno != EINTR)
		abort();
}

static void
set_signals(sigset_t *let_in)
{
	static const int ignored[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE };
	struct sigaction stop = { .sa_handler = take_signal };
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
	if (sigaction(SIGTERM, &stop, NULL) == -1 ||
	    sigaction(SIGINT, &stop, NULL) == -1 ||
	    sigprocmask(SIG_SETMASK, NULL, let_in) == -1)
		abort();
	(void)sigdelset(let_in, SIGTERM);
	(void)sigdelset(let_in, SIGINT);
}

int
bell_run(const struct conf *conf, struct bell *bell, _Atomic int64_t *beat_ms)
{
	const struct sandbox box = { .internet = !db_conninfo_is_local(
					 conf->database) };
	struct listening l = { .bell = bell };
	sigset_t let_in;
	int64_t now_ms;
	struct db *db;

	set_signals(&let_in);
	if (db_open(conf->database, PATIENCE_MS, DB_BELL, &db) != STATUS_OK) {
		log_error("bell: the setting \"database\" is no conninfo");
		return (EXIT_FAILURE);
	}
	if (conf->sandbox && sandbox_enter(&box) != STATUS_OK) {
		db_close(db);
		return (EXIT_FAILURE);
	}
	db_listen(db, BELL_CHANNEL, heard, &l);
	while (!stop_asked) {
		now_ms = clock_ms();
		atomic_store(beat_ms, now_ms);
		db_turn(db, now_ms, true);
		if (l.rung)
			bell_tell(bell);
		l.rung = false;
		sleep_until_heard(db, now_ms, &let_in);
	}
	db_close(db);
	return (EXIT_SUCCESS);
}
