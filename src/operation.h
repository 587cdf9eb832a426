/*
 * operation.h: what an operation of the API is.
 *
 * Each is two functions that wait for nothing, request → call and row →
 * answer; the database stands between them.  C decides the form of a request,
 * SQL decides everything about the mailbox's state.
 */
#ifndef CREDRELAY_OPERATION_H
#define CREDRELAY_OPERATION_H

#include <stdbool.h>

#include "buf.h"
#include "conf.h"
#include "db_call.h"
#include "request.h"
#include "response.h"
#include "seal.h"

/* What all requests of a worker share; borrowed, and the same for its life. */
struct relay {
	const struct conf	*conf;
	const struct seal_key	*key;
	struct buf		 display;	/* the operator's default, owned */
};

/* Whether a request waits for its mailbox to change (credrelay-api(7)). */
enum wait {
	WAIT_NONE,		/* it does not ask for that */
	WAIT_MAY,
	WAIT_OVER,		/* it has waited as long as it may */
	WAIT_REFUSED		/* too many, too large, or the pool drains */
};

/* What one request carries from its call to its answer. */
struct exchange {
	struct seal	seal;	/* of its mailbox; wiped with seal_end */

	/* Given before the call: it has waited, and looks again. */
	bool		again;
	/* Set by the answer, given to the next look: the content is long. */
	bool		lengthy;
	/* Set by the call to WAIT_MAY; by the worker before the answer. */
	enum wait	wait;
	unsigned	wait_s;	/* how long, after the cut to max_wait */
	/* Set by the answer: nothing new; with WAIT_MAY there is no answer. */
	bool		unchanged;
	int64_t		expires_at;	/* then: the mailbox's end */

	bool		changed;	/* set by the answer: wake who waits */
	bool		pushed;		/* likewise: wake the notifier */
};

/*
 * Checks the body, derives, seals, and fills the call, which the caller ends
 * in any case.  PROBLEM_NONE: make the call.  Anything else is the answer.
 */
typedef enum problem	 operation_call(const struct relay *,
			    const struct request *, struct exchange *,
			    struct db_call *);
/*
 * Makes the response of a call whose status is STATUS_OK; where the operation
 * does not wait out an outage, of any status, and of no call (health.h).
 */
typedef void		 operation_answer(const struct relay *,
			    const struct request *, struct exchange *,
			    const struct db_call *, struct response *);

/* The mailbox's link, built from base_url alone. */
void	operation_link(const struct relay *, const struct seal *, struct buf *);

#endif
