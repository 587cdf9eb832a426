/*
 * notifier_state.h: what the parts of notifier share: notifier.c, which turns,
 * notifier_push.c, which makes pushes of rows, and notifier_batch.c, which
 * speaks with the database.  For nobody else.
 */
#ifndef CREDRELAY_NOTIFIER_STATE_H
#define CREDRELAY_NOTIFIER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "db.h"
#include "notify/alarms.h"
#include "notify/http.h"
#include "notify/outbox.h"
#include "notify/station.h"
#include "notify/tally.h"

enum stage {
	STAGE_FREE,
	STAGE_WAITING,		/* for its gateway's credential, or a place */
	STAGE_PUSHING,
	STAGE_ENDED,		/* the database is to be told */
	STAGE_TELLING,
	STAGES
};

/* A leased row and what is done with it. */
struct delivery {
	TAILQ_ENTRY(delivery) link;
	enum stage	 stage;
	struct outbox_row row;
	int64_t		 since_ms;	/* when it was leased */
	struct gate	*gate;		/* NULL: no gateway serves its type */
	unsigned	 serial;	/* of the credential it was pushed with */
	unsigned	 at_once;	/* how often it was pushed again at once */
	enum outbox_outcome outcome;
	int64_t		 retry_ms;
};

TAILQ_HEAD(deliveries, delivery);

/* One call of a batch, and who it is for. */
struct entry {
	struct db_call	 call;
	enum { ENTRY_CREDENTIAL, ENTRY_DONE, ENTRY_LEASE } kind;
	struct gate	*gate;		/* ENTRY_CREDENTIAL */
	struct delivery	*delivery;	/* ENTRY_DONE */
};

struct notifier {
	struct station	*station;	/* the caller's */
	struct station	*next;		/* to go on with; owned */
	struct db	*db;
	struct http_pushes *http;
	int		 signals;	/* a signalfd */
	struct delivery	*all;
	unsigned	 n_all;
	unsigned	 share;		/* pushes of one gateway at once */
	unsigned	 hold;		/* and with those that wait for it */
	struct deliveries stages[STAGES];
	unsigned	 n[STAGES];
	struct entry	*entries;	/* the batch; room for the largest */
	struct db_call	**calls;
	size_t		 n_entries;
	bool		 due;		/* the doorbell rang, or more is there */
	unsigned	 asked;		/* rows, by the last lease */
	int64_t		 poll_ms;	/* when it is looked at unrung */
	int64_t		 lease_ms;	/* not before, whatever rings */
	struct alarms	 alarms;
	bool		 draining;	/* nothing new is begun */
	bool		 stopping;	/* and it is the end */
	int64_t		 drained_ms;	/* until then it is waited */
	struct tally	 minute, all_time;
	int64_t		 summary_ms;
	int64_t		 complain_ms;	/* not before */
	int64_t		 now_ms;	/* CLOCK_MONOTONIC */
};

void	 notifier_move(struct notifier *, struct delivery *, enum stage);

/* notifier_push.c: takes up a row that was leased; false: it has no place. */
bool	 delivery_begin(struct notifier *, struct delivery *);
/* Starts what has waited, as far as it can go on. */
void	 deliveries_start(struct notifier *);
/* Those that wait are given back, due at once. */
void	 deliveries_give_back(struct notifier *);
/* Asks gateways for credentials. */
void	 credentials_ask(struct notifier *);
/* Takes what has come back from libcurl. */
void	 pushes_take(struct notifier *);

/* notifier_batch.c: sends what there is to say, and reads the answers. */
void	 batch_send(struct notifier *);
void	 batch_take(struct notifier *);
/* When there will be something to send at the latest. */
int64_t	 batch_due_ms(const struct notifier *);

#endif
