/* worker.c: one process, one PostgreSQL connection, what waits gathered. */
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "db.h"
#include "db_conninfo.h"
#include "db_gather.h"
#include "front.h"
#include "log.h"
#include "mem.h"
#include "ringing.h"
#include "sandbox.h"

/*
 * OUTAGE_ROOM: how many requests one worker holds while the database is away,
 * each some 20 KB, so that /healthz and refusals are still to be had; the rest
 * wait in the socket's backlog.  In normal times a worker takes no more than
 * its next batch, so that the others get theirs.
 */
enum { OUTAGE_ROOM = 1024, TURN_MS = 1000, OUTAGE_TURN_MS = 100 };

/*
 * How long a batch may be silent before its connection is given up; a commit
 * may be slow where a standby has to answer, however short db_retry is.
 */
enum { BATCH_PATIENCE_MS = 3000 };

/* How often a worker that never sleeps asks whether it is to stop. */
enum { STOP_LOOK_MS = 50 };

struct worker {
	struct relay relay;
	struct front front;
	struct db *db;
	struct task **batch;	/* room for one, owned */
	struct db_call **calls; /* a ring, and the batch's; owned */
	size_t n_batch;
	struct db_gather gather;
	struct ringing ringing;
	int64_t stop_look_ms; /* when it asks next */
};

static volatile sig_atomic_t stop_asked;

static void
take_signal(int signo)
{
	(void)signo;
	stop_asked = 1;
}

static enum status
set_signals(void)
{
	static const int ignored[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE };
	struct sigaction stop = { .sa_handler = take_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		if (sigaction(ignored[i], &ignore, NULL) == -1)
			return (STATUS_IO);
	}
	if (sigaction(SIGTERM, &stop, NULL) == -1 ||
	    sigaction(SIGINT, &stop, NULL) == -1)
		return (STATUS_IO);
	return (STATUS_OK);
}

/* A signal is let in only by a wait; a busy worker hardly ever waits. */
static bool
is_stop_asked(struct worker *w)
{
	sigset_t pending;

	if (stop_asked)
		return (true);
	if (w->front.now_ms < w->stop_look_ms)
		return (false);
	w->stop_look_ms = w->front.now_ms + STOP_LOOK_MS;
	return (sigpending(&pending) == 0 &&
	    (sigismember(&pending, SIGTERM) == 1 ||
		sigismember(&pending, SIGINT) == 1));
}

static int
compare_tasks(const void *a, const void *b)
{
	const struct task *x = *(struct task *const *)a;
	const struct task *y = *(struct task *const *)b;
	int order = uuid_compare(&x->call.key, &y->call.key);

	if (order != 0)
		return (order);
	return (x->arrival < y->arrival ? -1 : x->arrival > y->arrival);
}

/* A ring, and all that wait, up to a batch, in the order of their rows. */
static void
send_batch(struct worker *w)
{
	struct task *t;
	size_t i, n = 0, rings = 0;

	while (n < w->relay.conf->batch &&
	    (t = TAILQ_FIRST(&w->front.tasks[TASK_WAITING])) != NULL) {
		front_move(&w->front, t, TASK_CALLED);
		w->batch[n++] = t;
	}
	qsort(w->batch, n, sizeof(w->batch[0]), compare_tasks);
	w->calls[0] = ringing_start(&w->ringing);
	if (w->calls[0] != NULL)
		rings = 1;
	for (i = 0; i < n; i++)
		w->calls[rings + i] = &w->batch[i]->call;
	w->n_batch = n;
	w->front.called_ms = w->front.now_ms;
	n = db_gather(&w->gather, w->calls + rings, n);
	db_send(w->db, w->calls, rings + n, w->front.now_ms);
}

/* The answer is made and, unless the request goes on waiting, sent. */
static void
finish_task(struct worker *w, struct task *t)
{
	struct exchange *x = &t->exchange;

	front_wait_decide(&w->front, t);
	task_finish_call(t, &w->relay);
	if (x->changed)
		ringing_note_mailbox(&w->ringing, &x->seal.row_key);
	if (x->pushed)
		ringing_note_outbox(&w->ringing);
	if (x->unchanged && x->wait == WAIT_MAY)
		front_park(&w->front, t);
	else
		front_reply(&w->front, t);
}

/* The batch has come back: answers, or the same calls once more. */
static void
finish_batch(struct worker *w)
{
	size_t i;

	ringing_finish(&w->ringing);
	db_gather_share(&w->gather);
	for (i = 0; i < w->n_batch; i++) {
		if (w->batch[i]->call.status == STATUS_OUTAGE)
			front_move(&w->front, w->batch[i], TASK_WAITING);
		else
			finish_task(w, w->batch[i]);
	}
	w->n_batch = 0;
	db_gather_end(&w->gather);
}

/* In an outage, answers those who have waited long enough for its end. */
static void
give_up_calls(struct worker *w)
{
	struct task *t, *next;

	for (t = TAILQ_FIRST(&w->front.tasks[TASK_WAITING]); t != NULL;
	     t = next) {
		next = TAILQ_NEXT(t, link);
		if (t->operation->waits && t->due_ms > w->front.now_ms)
			continue;
		if (db_health(w->db) == DB_SCHEMA_MISSING)
			t->call.status = STATUS_INVALID;
		task_give_up(t, &w->relay);
		front_reply(&w->front, t);
	}
}

static int64_t
next_turn_ms(const struct worker *w)
{
	bool outage = db_health(w->db) != DB_CONNECTED;
	int64_t due = w->front.now_ms + (outage ? OUTAGE_TURN_MS : TURN_MS);

	return (db_due_ms(w->db) < due ? db_due_ms(w->db) : due);
}

/*
 * Those who were woken, by the thousand perhaps, leave room for those who come
 * with something new.
 */
static void
restart_woken(struct worker *w)
{
	size_t batch = w->relay.conf->batch,
	       plain = w->front.n_tasks[TASK_WAITING],
	       share = batch < 4 ? 1 : batch / 4;

	if (plain + share <= batch)
		front_restart(&w->front, batch - plain);
	else if (plain < 2 * batch || db_ready(w->db))
		front_restart(&w->front, share);
}

static void
worker_turn(struct worker *w, const sigset_t *let_in)
{
	bool connected = db_health(w->db) == DB_CONNECTED;

	w->front.room = connected ? w->relay.conf->batch : OUTAGE_ROOM;
	front_watch_db(&w->front, db_fd(w->db), db_events(w->db), connected);
	front_turn(&w->front, next_turn_ms(w), let_in);
	if (is_stop_asked(w) && !w->front.draining)
		front_drain(&w->front);
	db_turn(w->db, w->front.now_ms, w->front.db_woken);
	if (db_finished(w->db))
		finish_batch(w);
	front_accept(&w->front);
	front_expire(&w->front);
	front_count_work(&w->front, db_health(w->db) == DB_CONNECTED);
	if (db_health(w->db) != DB_CONNECTED)
		give_up_calls(w);
	else
		front_refuse_late(&w->front);
	if (w->front.n_tasks[TASK_WOKEN] != 0)
		restart_woken(w);
	if (db_ready(w->db) &&
	    (w->front.n_tasks[TASK_WAITING] != 0 ||
		ringing_is_due(&w->ringing)))
		send_batch(w);
}

static void
ring(void *arg, uint32_t which)
{
	struct worker *w = arg;

	front_ring(&w->front, which);
}

static void
ring_all(void *arg)
{
	struct worker *w = arg;

	front_ring_all(&w->front);
}

/* A worker without a pool listens for itself. */
static void
heard(void *arg, const char *payload)
{
	if (payload == NULL)
		ring_all(arg);
	else
		bell_read(payload, ring, ring_all, arg);
}

static enum status
worker_start(struct worker *w, const struct conf *conf,
    const struct seal_key *key, int listener, struct bell *bell)
{
	enum status status;
	int64_t patience_ms;

	*w = (struct worker){ .relay = { .conf = conf, .key = key },
		.front = { .epoll = -1 } };
	fcgi_start();
	if (set_signals() != STATUS_OK ||
	    front_start(&w->front, &w->relay, listener, bell) != STATUS_OK)
		return (STATUS_IO);
	w->calls = mem_alloc((conf->batch + 1) * sizeof(w->calls[0]));
	w->batch = mem_alloc(conf->batch * sizeof(w->batch[0]));
	body_display(&w->relay.display, conf->default_title,
	    conf->default_description, conf->default_image);
	patience_ms = (int64_t)conf->db_retry * 1000;
	if (patience_ms < BATCH_PATIENCE_MS)
		patience_ms = BATCH_PATIENCE_MS;
	status = db_open(conf->database, patience_ms, DB_WORKER, &w->db);
	if (status == STATUS_OK && bell == NULL)
		db_listen(w->db, BELL_CHANNEL, heard, w);
	return (status);
}

/* From here on strangers are talked to. */
static enum status
worker_confine(const struct conf *conf)
{
	const struct sandbox box = { .internet = !db_conninfo_is_local(
					 conf->database) };

	return (conf->sandbox ? sandbox_enter(&box) : STATUS_OK);
}

static void
worker_end(struct worker *w)
{
	front_end(&w->front);
	db_gather_end(&w->gather);
	db_close(w->db);
	free(w->calls);
	free(w->batch);
	ringing_end(&w->ringing);
	buf_free(&w->relay.display);
}

/* What was committed is rung for, unless the database is away. */
static bool
is_done(const struct worker *w)
{
	return (w->front.draining && front_is_empty(&w->front) &&
	    (db_health(w->db) != DB_CONNECTED || ringing_is_over(&w->ringing)));
}

int
worker_run(const struct conf *conf, const struct seal_key *key, int listener,
    struct worker_slot *slot, struct bell *bell)
{
	enum status status;
	struct worker w;
	sigset_t let_in;

	status = worker_start(&w, conf, key, listener, bell);
	if (status != STATUS_OK) {
		log_error("worker: %s",
		    status == STATUS_INVALID ?
			"the setting \"database\" is no conninfo" :
			strerror(errno));
	}
	if (status != STATUS_OK || worker_confine(conf) != STATUS_OK) {
		worker_end(&w);
		return (1);
	}
	if (sigprocmask(SIG_SETMASK, NULL, &let_in) == -1)
		abort();
	(void)sigdelset(&let_in, SIGTERM);
	(void)sigdelset(&let_in, SIGINT);
	if (slot != NULL)
		w.front.slot_waiting = &slot->waiting;
	while (!is_done(&w)) {
		worker_turn(&w, &let_in);
		if (slot != NULL)
			atomic_store(&slot->beat_ms, w.front.now_ms);
	}
	worker_end(&w);
	return (0);
}
