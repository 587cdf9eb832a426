/* notifier.c: the loop of credrelay-notify(8). */
#include "notify/notifier.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "db.h"
#include "log.h"
#include "mem.h"
#include "notify/notifier_state.h"
#include "systemd.h"

/*
 * DRAIN: a push ends after HTTP_TIMEOUT_MS, and then it is told.  OUTAGE_TURN:
 * libpq's descriptor changes while it connects.
 */
enum {
	TURN_MS = 1000,
	OUTAGE_TURN_MS = 100,
	WAITING_TURN_MS = 50,
	DRAIN_MS = 6000,
	DB_PATIENCE_MS = 10 * 1000
};

static const char program[] = "credrelay-notify";
static const char channel[] = "credrelay_outbox";

static int64_t
clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static void
signals_taken(sigset_t *set)
{
	static const int taken[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };
	size_t i;

	(void)sigemptyset(set);
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		/* What started us may have them ignored. */
		(void)signal(taken[i], SIG_DFL);
		(void)sigaddset(set, taken[i]);
	}
}

enum status
notifier_take_signals(void)
{
	sigset_t set;

	signals_taken(&set);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return (STATUS_IO);
	return (STATUS_OK);
}

/* What its gateway counts at this stage; NULL: nothing. */
static unsigned *
count_of(const struct delivery *d)
{
	if (d->stage == STAGE_WAITING)
		return (&d->gate->waiting);
	return (d->stage == STAGE_PUSHING ? &d->gate->pushing : NULL);
}

void
notifier_move(struct notifier *n, struct delivery *d, enum stage stage)
{
	unsigned *count = count_of(d);

	TAILQ_REMOVE(&n->stages[d->stage], d, link);
	n->n[d->stage]--;
	if (count != NULL)
		--*count;
	d->stage = stage;
	TAILQ_INSERT_TAIL(&n->stages[stage], d, link);
	n->n[stage]++;
	count = count_of(d);
	if (count != NULL)
		++*count;
}

/* Whatever it says, and when the connection was made anew. */
static void
hear(void *arg, const char *payload)
{
	(void)payload;
	((struct notifier *)arg)->due = true;
}

static void
drain(struct notifier *n)
{
	n->draining = true;
	n->drained_ms = n->now_ms + DRAIN_MS;
	deliveries_give_back(n);
}

static void
reload(struct notifier *n)
{
	struct station *next = station_new();
	struct buf text = { 0 };

	systemd_reloading();
	if (station_read(next, n->station->setup.path, &text) != STATUS_OK) {
		log_error(
		    "reload: %s; the configuration stays as it was", text.data);
		station_free(next);
		if (n->next == NULL)
			systemd_ready();
		goto out;
	}
	station_keep_fixed(next, n->station, &text);
	if (text.len > 0)
		log_warning("reload: only a restart changes %s", text.data);
	station_free(n->next);
	n->next = next;
	if (!n->draining)
		drain(n);
out:
	buf_free(&text);
}

static void
stop(struct notifier *n, unsigned signo)
{
	if (n->stopping) {
		log_warning("stop: signal %u again: what is under way is left "
			    "to its lease",
		    signo);
		n->drained_ms = n->now_ms;
		return;
	}
	log_notice("stop: signal %u (%s)", signo, strsignal((int)signo));
	systemd_stopping();
	n->stopping = true;
	if (!n->draining)
		drain(n);
}

static void
take_signals(struct notifier *n)
{
	struct signalfd_siginfo info;

	while (read(n->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			stop(n, info.ssi_signo);
		else if (!n->stopping)
			reload(n);
	}
}

static int64_t
wait_ms(const struct notifier *n)
{
	int64_t due = n->now_ms + TURN_MS, other;

	if (db_health(n->db) != DB_CONNECTED)
		due = n->now_ms + OUTAGE_TURN_MS;
	else if (n->n[STAGE_WAITING] != 0)
		due = n->now_ms + WAITING_TURN_MS;
	other = db_due_ms(n->db);
	due = other < due ? other : due;
	other = batch_due_ms(n);
	due = other < due ? other : due;
	if (n->draining && n->drained_ms < due)
		due = n->drained_ms;
	return (due <= n->now_ms ? 0 : due - n->now_ms);
}

static void
turn(struct notifier *n)
{
	struct pollfd fds[2] = { { .fd = n->signals, .events = POLLIN },
		{ .fd = db_fd(n->db), .events = db_events(n->db) } };

	http_pushes_wait(n->http, fds, fds[1].fd == -1 ? 1 : 2, wait_ms(n));
	n->now_ms = clock_ms();
	if (fds[0].revents != 0)
		take_signals(n);
	db_turn(n->db, n->now_ms, true);
	if (db_finished(n->db))
		batch_take(n);
	pushes_take(n);
	credentials_ask(n);
	deliveries_start(n);
	if (db_ready(n->db))
		batch_send(n);
	tally_sum_up(&n->minute, &n->summary_ms, n->now_ms);
}

/* All is told, or it has taken too long. */
static bool
is_drained(const struct notifier *n)
{
	if (!n->draining)
		return (false);
	return (n->now_ms >= n->drained_ms ||
	    (n->n_entries == 0 && n->n[STAGE_PUSHING] == 0 &&
		n->n[STAGE_ENDED] == 0));
}

static void
session_end(struct notifier *n)
{
	size_t i;

	for (i = 0; i < n->n_entries; i++)
		db_call_end(&n->entries[i].call);
	n->n_entries = 0;
	db_close(n->db);
	n->db = NULL;
	http_pushes_close(n->http);
	n->http = NULL;
	for (i = 0; n->all != NULL && i < n->n_all; i++)
		outbox_row_end(&n->all[i].row);
	free(n->all);
	free(n->entries);
	free(n->calls);
	n->all = NULL;
	n->entries = NULL;
	n->calls = NULL;
}

/*
 * Each gateway has its share of the pushes at once, and the places for them:
 * so whatever becomes of one, the others go on.  More rows may be held for it,
 * so that the next are at hand when a push ends; but not without end, since
 * what is held is leased.
 */
static void
places_make(struct notifier *n, unsigned in_flight)
{
	unsigned i, gates = (unsigned)n->station->n_gates;
	size_t most;

	if (gates == 0)
		gates = 1;
	n->share = in_flight < gates ? 1 : in_flight / gates;
	n->hold = in_flight;
	n->n_all = n->hold * gates;
	for (i = 0; i < STAGES; i++) {
		TAILQ_INIT(&n->stages[i]);
		n->n[i] = 0;
	}
	n->all = mem_alloc(n->n_all * sizeof(n->all[0]));
	for (i = 0; i < n->n_all; i++)
		TAILQ_INSERT_TAIL(&n->stages[STAGE_FREE], &n->all[i], link);
	n->n[STAGE_FREE] = n->n_all;
	most = n->n_all + STATION_GATES + 1;
	n->entries = mem_alloc(most * sizeof(n->entries[0]));
	n->calls = mem_alloc(most * sizeof(n->calls[0]));
	n->http = http_pushes_open(n->share * gates + STATION_GATES);
}

static enum status
session_start(struct notifier *n)
{
	const struct conf *conf = &n->station->setup.conf;

	places_make(n, conf->notify.in_flight);
	n->alarms.n = 0;
	n->poll_ms = n->lease_ms = 0;
	n->draining = false;
	if (db_open(conf->database, DB_PATIENCE_MS, DB_NOTIFIER, &n->db) !=
	    STATUS_OK) {
		log_error("the setting \"database\" is no conninfo");
		return (STATUS_INVALID);
	}
	db_listen(n->db, channel, hear, n);
	systemd_ready();
	return (STATUS_OK);
}

static void
take_next(struct notifier *n, struct station **station)
{
	const struct conf *conf;

	station_free(*station);
	*station = n->station = n->next;
	n->next = NULL;
	conf = &n->station->setup.conf;
	log_open(program, conf->log, conf->log_level);
	log_notice("reload: %s was read again", n->station->setup.path);
}

enum status
notifier_run(struct station **station)
{
	struct notifier n = { .station = *station, .now_ms = clock_ms() };
	struct buf text = { 0 };
	enum status status;
	sigset_t set;

	signals_taken(&set);
	n.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (n.signals == -1) {
		log_error("signalfd: %s", strerror(errno));
		return (STATUS_IO);
	}
	n.summary_ms = n.now_ms + TALLY_MINUTE_MS;
	status = session_start(&n);
	while (status == STATUS_OK && (!n.stopping || !is_drained(&n))) {
		turn(&n);
		if (n.stopping || !is_drained(&n))
			continue;
		session_end(&n);
		take_next(&n, station);
		status = session_start(&n);
	}
	if (tally_write(&n.all_time, &text))
		log_notice("since the start: %s", text.data);
	if (n.n[STAGE_PUSHING] + n.n[STAGE_ENDED] + n.n[STAGE_TELLING] > 0)
		log_warning("what was under way is left to its lease");
	buf_free(&text);
	session_end(&n);
	station_free(n.next);
	(void)close(n.signals);
	return (status);
}
