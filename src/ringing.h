/*
 * ringing.h: whom to wake for what a worker has committed.
 *
 * A NOTIFY inside a transaction would make all commits of the cluster go one
 * after the other.  So what was committed is noted, and rung for by a call of
 * relay_api.ring with a sync of its own, ahead of the next batch.  Until that
 * is known to be done it can be made again; to ring twice does no harm.
 */
#ifndef CREDRELAY_RINGING_H
#define CREDRELAY_RINGING_H

#include <stdbool.h>

#include "buf.h"
#include "db_call.h"
#include "uuid.h"

/* Zeroed at first. */
struct ringing {
	struct buf	 bells;		/* to be rung */
	bool		 outbox;	/* the notifier has something to do */
	struct buf	 sent;
	bool		 sent_outbox;
	struct db_call	 call;
	bool		 called;	/* it is in the batch */
};

/* The mailbox of this row has changed; the outbox has something new. */
void		 ringing_note_mailbox(struct ringing *, const struct uuid *row);
void		 ringing_note_outbox(struct ringing *);
/* Whether there is anything to ring for, or it is being rung. */
bool		 ringing_is_due(const struct ringing *);
bool		 ringing_is_over(const struct ringing *);
/* The call that rings for all that was noted, borrowed; NULL: nothing was. */
struct db_call	*ringing_start(struct ringing *);
/* The batch has come back; after an outage all is noted as before. */
void		 ringing_finish(struct ringing *);
void		 ringing_end(struct ringing *);

#endif
