/*
 * db_gather.h: calls of a batch that are alike, as one call.
 *
 * One statement for many creates, updates or reads costs the database and us a
 * good deal less than a statement each.  So they are gathered, parameter by
 * parameter, into arrays for a call of mailbox_<what>_many, which stands for
 * them, and whose rows are then theirs.
 *
 *   db_gather() before the batch is sent; db_gather_share() when it has come
 *   back, after which each gathered call has its status and its row like any
 *   other; db_gather_end() when the rows have been read.
 *
 * A call for which there is no row (a read that is to bind its caller, a look
 * by one who is bound no more, a create or an update that cannot be done, or is
 * the second one of a mailbox), and all of them when the statement raised, are
 * STATUS_OUTAGE and `alone`: to be made again, each for itself.
 */
#ifndef CREDRELAY_DB_GATHER_H
#define CREDRELAY_DB_GATHER_H

#include <stddef.h>

#include "db_call.h"

/*
 * What is longer is no call to be gathered: the arrays are a copy more, here
 * and there, and it travels as cheaply for itself.
 */
enum { DB_GATHER_MAX = 8192 };

struct db_gathering;

/* Zeroed at first. */
struct db_gather {
	struct db_gathering	*all;	/* owned, in the order of the calls */
	size_t			 n;
	struct db_call		**calls;	/* that were gathered; owned */
};

/*
 * Exchanges calls that can be gathered for those that stand for them, at least
 * two for one.  `calls`, borrowed until db_gather_share, are in the order of
 * their rows, and what locks a row stays in that order, so that no two batches
 * can deadlock: of creates and updates only neighbours are gathered.  Reads,
 * which lock nothing, come first.  Returns how many calls are to be made.
 */
size_t	db_gather(struct db_gather *, struct db_call **calls, size_t n);
void	db_gather_share(struct db_gather *);
/* Releases everything.  A zeroed one is fine. */
void	db_gather_end(struct db_gather *);

#endif
