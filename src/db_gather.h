/*
 * db_gather.h: the calls of a batch that are alike, as one call.
 *
 * A statement that does all of a batch's creates, or updates, or reads, costs
 * the database and us a good deal less than one each.  So they are gathered,
 * parameter by parameter, into arrays for one call of mailbox_<what>_many,
 * which stands for them, and whose rows are then theirs.
 *
 *   db_gather() before the batch is sent; db_gather_share() when it has come
 *   back, after which each gathered call has its status and its row like any
 *   other; db_gather_end() when the rows have been read.
 *
 * Those functions do what most calls want and leave the rest: a call for which
 * there is no row, and all of them when the statement raised or did not come
 * back, are STATUS_OUTAGE and `alone`: to be made again, each for itself.
 */
#ifndef CREDRELAY_DB_GATHER_H
#define CREDRELAY_DB_GATHER_H

#include <stddef.h>

#include "db_call.h"

enum { DB_GATHERINGS = 3 };	/* how many kinds there are */

struct db_gathering {
	struct db_call	  call;
	struct db_call	**calls;	/* for which it stands, owned */
	size_t		  n;
};

/* Zeroed at first. */
struct db_gather {
	struct db_gathering kinds[DB_GATHERINGS];
};

/*
 * Takes what can be gathered out of `calls`, which are sorted by key and
 * borrowed until db_gather_share, and puts its own calls before the others, so
 * that rows are locked in one order: kind by kind, then those that are left,
 * each by key.  Fewer than two of a kind are left.  Returns how many calls are
 * to be made.
 */
size_t	db_gather(struct db_gather *, struct db_call **calls, size_t n);
void	db_gather_share(struct db_gather *);
/* Releases everything.  A zeroed one is fine. */
void	db_gather_end(struct db_gather *);

#endif
