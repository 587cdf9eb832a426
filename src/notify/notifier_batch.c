/*
 * notifier_batch.c: what the notifier says to the database, gathered.
 *
 * One batch is one transaction: credentials, then what became of deliveries,
 * in the order of their rows, then a lease.  The lease comes last since it
 * passes over rows that are locked: it waits for nobody, so nobody who waits
 * for us can be who we wait for.
 */
#include "notify/notifier_state.h"

#include <stdlib.h>
#include <time.h>

#include "log.h"

/*
 * POLL: how often the outbox is looked at when no doorbell rings.  CROWDED:
 * how often, whatever rings, when what was leased had no place at its gateway.
 */
enum { POLL_MS = 1000, CROWDED_MS = 50 };

static int
compare_entries(const void *a, const void *b)
{
	const struct delivery *x = ((const struct entry *)a)->delivery;
	const struct delivery *y = ((const struct entry *)b)->delivery;

	return (outbox_compare(&x->row, x->outcome, &y->row, y->outcome));
}

static void
add_credentials(struct notifier *n)
{
	size_t i;

	for (i = 0; i < n->station->n_gates; i++) {
		struct gate *gate = &n->station->gates[i];
		struct entry *e = &n->entries[n->n_entries];

		/* One that is in use is looked at from time to time. */
		if (!credential_call(&gate->credential,
			gate->waiting + gate->pushing > 0, n->now_ms, &e->call))
			continue;
		e->kind = ENTRY_CREDENTIAL;
		e->gate = gate;
		n->n_entries++;
	}
}

static void
add_results(struct notifier *n)
{
	struct entry *first = &n->entries[n->n_entries], *e;
	struct delivery *d;
	size_t i, count = 0;

	while ((d = TAILQ_FIRST(&n->stages[STAGE_ENDED])) != NULL) {
		notifier_move(n, d, STAGE_TELLING);
		first[count++].delivery = d;
	}
	qsort(first, count, sizeof(*first), compare_entries);
	for (i = 0; i < count; i++) {
		e = &first[i];
		d = e->delivery;
		e->kind = ENTRY_DONE;
		outbox_done_call(&e->call, &d->row,
		    tally_name(
			d->gate == NULL ? CONF_GATEWAY_NONE : d->gate->kind),
		    d->outcome, d->retry_ms);
	}
	n->n_entries += count;
}

/* What is told in the same batch is free when the leased rows come. */
static unsigned
room(const struct notifier *n)
{
	return (n->n[STAGE_FREE] + n->n[STAGE_ENDED] + n->n[STAGE_TELLING]);
}

static int64_t
lease_due_ms(const struct notifier *n)
{
	int64_t due = alarms_next(&n->alarms);

	if (n->draining || room(n) == 0)
		return (INT64_MAX);
	if (n->poll_ms < due)
		due = n->poll_ms;
	if (n->due)
		due = n->now_ms;
	return (due > n->lease_ms ? due : n->lease_ms);
}

static void
add_lease(struct notifier *n)
{
	struct entry *e = &n->entries[n->n_entries];

	if (lease_due_ms(n) > n->now_ms)
		return;
	/* What rings from now on rings for the next one. */
	n->due = false;
	n->poll_ms = n->now_ms + POLL_MS;
	alarms_pass(&n->alarms, n->now_ms);
	e->kind = ENTRY_LEASE;
	n->asked = room(n) < n->hold ? room(n) : n->hold;
	outbox_lease_call(&e->call, n->asked);
	n->n_entries++;
}

void
batch_send(struct notifier *n)
{
	size_t i;

	add_credentials(n);
	add_results(n);
	add_lease(n);
	if (n->n_entries == 0)
		return;
	for (i = 0; i < n->n_entries; i++)
		n->calls[i] = &n->entries[i].call;
	db_send(n->db, n->calls, n->n_entries, n->now_ms);
}

int64_t
batch_due_ms(const struct notifier *n)
{
	return (db_ready(n->db) ? lease_due_ms(n) : INT64_MAX);
}

static void
told(struct notifier *n, struct delivery *d, enum status status)
{
	enum conf_gateway kind =
	    d->gate == NULL ? CONF_GATEWAY_NONE : d->gate->kind;

	if (status == STATUS_OUTAGE) {
		notifier_move(n, d, STAGE_ENDED);
		return;
	}
	/* One that raised comes back when its lease is over. */
	if (status == STATUS_OK) {
		tally_add(&n->minute, kind, d->outcome);
		tally_add(&n->all_time, kind, d->outcome);
		if (d->outcome == OUTBOX_RETRY || d->outcome == OUTBOX_UNSENT)
			alarms_set(&n->alarms, n->now_ms + d->retry_ms);
	}
	outbox_row_end(&d->row);
	notifier_move(n, d, STAGE_FREE);
}

/* Takes up what was leased. */
static void
take_rows(struct notifier *n, struct db_call *call)
{
	int i, rows = call->status == STATUS_OK ? db_rows(call) : 0;
	struct delivery *d;

	if (call->status == STATUS_OUTAGE)
		n->due = true;
	for (i = 0; i < rows; i++) {
		d = TAILQ_FIRST(&n->stages[STAGE_FREE]);
		if (d == NULL) /* some could not be told; it comes back */
			return;
		if (outbox_read(call, i, &n->station->setup.key, &d->row) !=
		    STATUS_OK) {
			log_error("relay_api.outbox_lease gave a row that is "
				  "none");
			outbox_row_end(&d->row);
			continue;
		}
		if (!delivery_begin(n, d))
			n->lease_ms = n->now_ms + CROWDED_MS;
	}
	if (rows > 0 && (unsigned)rows >= n->asked)
		n->due = true; /* there may be more */
}

void
batch_take(struct notifier *n)
{
	size_t i;

	for (i = 0; i < n->n_entries; i++) {
		struct entry *e = &n->entries[i];

		switch (e->kind) {
		case ENTRY_CREDENTIAL:
			credential_called(&e->gate->credential, &e->call,
			    n->now_ms, (int64_t)time(NULL));
			break;
		case ENTRY_DONE:
			told(n, e->delivery, e->call.status);
			break;
		case ENTRY_LEASE:
			take_rows(n, &e->call);
			break;
		}
		db_call_end(&e->call);
	}
	n->n_entries = 0;
}
