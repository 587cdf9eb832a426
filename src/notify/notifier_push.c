/* notifier_push.c: from a leased row to a push, and to what became of it. */
#include "notify/notifier_state.h"

#include <time.h>

#include "log.h"

/*
 * TRIES_UNANSWERED: a gateway that does not answer is away, perhaps for an
 * hour; OUTBOX_TRIES are for one that answers.  AT_ONCE_MOST: how often a push
 * is made again without a pause, under one lease.  WAIT_MOST: how long a row
 * waits here to be pushed, and has time enough after that.  PLACE: the pause of
 * one whose gateway has no place.
 */
enum {
	TRIES_UNANSWERED = 16,
	WAIT_MOST_MS = OUTBOX_LEASE_S * 1000 / 2,
	PLACE_FIRST_MS = 50,
	PLACE_LONGEST_MS = 5 * 1000,
	AT_ONCE_MOST = 3,
	UNSERVED_RETRY_MS = 30 * 1000,
	COMPLAIN_MS = 60 * 1000
};

static void
end(struct notifier *n, struct delivery *d, enum outbox_outcome outcome,
    int64_t retry_ms)
{
	d->outcome = outcome;
	d->retry_ms = retry_ms;
	notifier_move(n, d, STAGE_ENDED);
}

static void
end_retry(
    struct notifier *n, struct delivery *d, unsigned tries, int64_t retry_ms)
{
	end(n, d, d->row.attempts >= tries ? OUTBOX_FAILED : OUTBOX_RETRY,
	    retry_ms);
}

/* It may be another host's fault, or a reload's: others may do better. */
static void
end_unserved(struct notifier *n, struct delivery *d)
{
	if (n->now_ms >= n->complain_ms) {
		log_error("%s",
		    d->row.type == NULL ?
			"a token does not open: is this the server key of "
			"the relay?" :
			"a token has a type whose gateway is not switched on "
			"here");
		n->complain_ms = n->now_ms + COMPLAIN_MS;
	}
	end_retry(n, d, OUTBOX_TRIES, UNSERVED_RETRY_MS);
}

/*
 * There is no credential to be had at present.  The gateway has not been asked,
 * so it is no try, however long that lasts; unless it has just refused the last
 * credential, as it may refuse the next.
 */
static void
end_useless(struct notifier *n, struct delivery *d)
{
	int64_t ms = d->gate->credential.useless_ms - n->now_ms;

	if (d->at_once > 0)
		end_retry(n, d, OUTBOX_TRIES, ms);
	else
		end(n, d, OUTBOX_UNSENT, ms);
}

static void
push_start(struct notifier *n, struct delivery *d)
{
	struct credential *c = &d->gate->credential;
	struct push push = { 0 };

	d->serial = c->serial;
	if (gateway_push(d->gate->gateway, d->row.token.data, d->row.token.len,
		d->row.delivery, credential_text(c, n->now_ms),
		(int64_t)time(NULL), d->row.expires_at, &push) == STATUS_OK) {
		notifier_move(n, d, STAGE_PUSHING);
		http_push_start(n->http, &push, d);
	} else {
		end(n, d, OUTBOX_DEAD, 0);
	}
	push_end(&push);
}

/* Since when the first at this stage that is the gateway's is here. */
static int64_t
since_ms(const struct notifier *n, enum stage stage, const struct gate *gate)
{
	const struct delivery *d = TAILQ_FIRST(&n->stages[stage]);

	while (d != NULL && d->gate != gate)
		d = TAILQ_NEXT(d, link);
	return (d == NULL ? n->now_ms : d->since_ms);
}

/*
 * Gives back a row whose gateway has no place for it.  It comes again after as
 * long as the oldest that the gateway has is here already: soon where they
 * move, late where they hang.
 */
static void
end_crowded(struct notifier *n, struct delivery *d)
{
	int64_t pushing = since_ms(n, STAGE_PUSHING, d->gate);
	int64_t waiting = since_ms(n, STAGE_WAITING, d->gate);
	int64_t ms = n->now_ms - (pushing < waiting ? pushing : waiting);

	if (ms < PLACE_FIRST_MS)
		ms = PLACE_FIRST_MS;
	end(n, d, OUTBOX_UNSENT, ms < PLACE_LONGEST_MS ? ms : PLACE_LONGEST_MS);
}

/* Nobody waits for it any more: another notifier, or the next one, may. */
static void
give_back(struct notifier *n, struct delivery *d)
{
	end(n, d, d->at_once > 0 ? OUTBOX_RETRY : OUTBOX_UNSENT, 0);
}

/* Pushes it if it can be now. */
static void
advance(struct notifier *n, struct delivery *d)
{
	struct credential *c = &d->gate->credential;
	bool may = credential_text(c, n->now_ms) != NULL;

	if (may && d->gate->pushing < n->share)
		push_start(n, d);
	else if (n->draining)
		give_back(n, d);
	else if (n->now_ms - d->since_ms > WAIT_MOST_MS)
		end_crowded(n, d);
	else if (credential_is_useless(c, n->now_ms))
		end_useless(n, d);
	else if (d->stage != STAGE_WAITING)
		notifier_move(n, d, STAGE_WAITING);
}

bool
delivery_begin(struct notifier *n, struct delivery *d)
{
	d->at_once = 0;
	d->since_ms = n->now_ms;
	d->gate =
	    d->row.type == NULL ? NULL : station_gate(n->station, d->row.type);
	if (n->draining)
		give_back(n, d);
	else if (d->gate == NULL)
		end_unserved(n, d);
	else if (d->gate->waiting + d->gate->pushing < n->hold)
		advance(n, d);
	else {
		end_crowded(n, d);
		return (false);
	}
	return (true);
}

void
deliveries_start(struct notifier *n)
{
	struct delivery *d, *next;

	for (d = TAILQ_FIRST(&n->stages[STAGE_WAITING]); d != NULL; d = next) {
		next = TAILQ_NEXT(d, link);
		advance(n, d);
	}
}

void
deliveries_give_back(struct notifier *n)
{
	struct delivery *d;

	while ((d = TAILQ_FIRST(&n->stages[STAGE_WAITING])) != NULL)
		give_back(n, d);
}

void
credentials_ask(struct notifier *n)
{
	struct push push = { 0 };
	size_t i;

	for (i = 0; i < n->station->n_gates; i++) {
		struct gate *gate = &n->station->gates[i];

		if (credential_ask(&gate->credential, &push))
			http_push_start(n->http, &push, gate);
	}
}

static void
judge(struct notifier *n, struct delivery *d, const struct push_answer *answer)
{
	int64_t retry_ms = 0;
	enum verdict verdict =
	    gateway_judge(d->gate->gateway, answer, d->row.attempts, &retry_ms);

	switch (verdict) {
	case VERDICT_DELIVERED:
		end(n, d, OUTBOX_DELIVERED, 0);
		return;
	case VERDICT_DEAD:
		end(n, d, OUTBOX_DEAD, 0);
		return;
	case VERDICT_REJECTED:
		end(n, d, OUTBOX_REJECTED, 0);
		return;
	case VERDICT_CREDENTIAL:
		credential_refused(&d->gate->credential, d->serial);
		break;
	case VERDICT_RETRY:
		break;
	}
	if ((answer->goaway || verdict == VERDICT_CREDENTIAL) &&
	    d->at_once++ < AT_ONCE_MOST)
		advance(n, d);
	else
		end_retry(n, d,
		    answer->status == 0 ? TRIES_UNANSWERED : OUTBOX_TRIES,
		    retry_ms);
}

static struct gate *
find_gate(const struct notifier *n, const void *who)
{
	size_t i;

	for (i = 0; i < n->station->n_gates; i++) {
		if (who == &n->station->gates[i])
			return (&n->station->gates[i]);
	}
	return (NULL);
}

void
pushes_take(struct notifier *n)
{
	struct push_answer answer = { 0 };
	struct gate *gate;
	void *who;

	while (http_push_finished(n->http, &who, &answer)) {
		gate = find_gate(n, who);
		if (gate != NULL)
			credential_asked(&gate->credential, &answer, n->now_ms);
		else
			judge(n, who, &answer);
		push_answer_end(&answer);
	}
}
