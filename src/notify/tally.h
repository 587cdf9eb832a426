/* tally.h: what became of pushes, by gateway and outcome, for the log. */
#ifndef CREDRELAY_NOTIFY_TALLY_H
#define CREDRELAY_NOTIFY_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "conf.h"
#include "notify/outbox.h"

enum {
	TALLY_KINDS = 5,		/* of enum conf_gateway */
	TALLY_MINUTE_MS = 60 * 1000
};

/* Zeroed is empty. */
struct tally {
	unsigned long	 n[TALLY_KINDS][OUTBOX_OUTCOMES];
};

void		 tally_add(struct tally *, enum conf_gateway,
		    enum outbox_outcome);
/* Adds the numbers in words to `out`; false, and nothing: there are none. */
bool		 tally_write(const struct tally *, struct buf *out);

/*
 * Once a minute, from `*due_ms` on, which becomes the next time: logs at level
 * notice what has been added since, if there is anything, and empties it.
 */
void		 tally_sum_up(struct tally *, int64_t *due_ms, int64_t now_ms);

/* The name under which pushes of a gateway are counted; static. */
const char	*tally_name(enum conf_gateway);

#endif
