/*
 * outbox.h: the rows of relay.outbox, as they are leased and given back.
 *
 * A row says that a device is to be woken.  Who leases it has it for
 * OUTBOX_LEASE_S; then it is due again, whatever became of its notifier.  A
 * row that was told about twice while it was leased is the same nudge: its
 * generation then differs from the one that was leased, and it is not deleted.
 */
#ifndef CREDRELAY_NOTIFY_OUTBOX_H
#define CREDRELAY_NOTIFY_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "db_call.h"
#include "seal.h"
#include "status.h"
#include "uuid.h"

enum { OUTBOX_LEASE_S = 30, OUTBOX_TRIES = 8 };

/* What became of a delivery, so far. */
enum outbox_outcome {
	OUTBOX_DELIVERED,	/* the gateway took it */
	OUTBOX_DEAD,		/* and never will: the token is to be forgotten */
	OUTBOX_REJECTED,	/* it will not take this one */
	OUTBOX_FAILED,		/* tried often enough */
	OUTBOX_RETRY,		/* due again, later */
	OUTBOX_UNSENT,		/* likewise, and this was no try */
	OUTBOX_OUTCOMES
};

/* A leased row.  Zeroed is empty; release with outbox_row_end. */
struct outbox_row {
	struct uuid	 key;
	bool		 for_sender;
	int32_t		 generation;
	unsigned	 attempts;	/* with this one */
	int64_t		 expires_at;	/* the mailbox's end, Unix seconds */
	/* The same for each try of one nudge, and tells nothing of it. */
	char		 delivery[UUID_TEXT_LEN + 1];
	struct buf	 token;		/* JSON as the device wrote it; owned */
	char		*type;		/* the token's; NULL: not to be opened */
};

/* Overwrites the token as well. */
void		 outbox_row_end(struct outbox_row *);

/* The call that leases up to `limit` rows. */
void		 outbox_lease_call(struct db_call *, unsigned limit);
/*
 * Reads one of the rows that came.  STATUS_OK also when the token does not
 * open or has no type: see `type`.  STATUS_BUG: it is no such row.
 */
enum status	 outbox_read(struct db_call *, int row,
		    const struct seal_key *, struct outbox_row *) MUST_CHECK;

/* The call that tells; `type`: what is counted; `retry_ms`: from now on. */
void		 outbox_done_call(struct db_call *, const struct outbox_row *,
		    const char *type, enum outbox_outcome, int64_t retry_ms);

/*
 * In the order in which they may be told in one transaction: by mailbox, and
 * before all others of it one that is dead, since only that locks the mailbox.
 */
int		 outbox_compare(const struct outbox_row *, enum outbox_outcome,
		    const struct outbox_row *, enum outbox_outcome);

const char	*outbox_outcome_name(enum outbox_outcome);

#endif
