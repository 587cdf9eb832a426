/*
 * db_gather.h: reads of a batch as one call.
 *
 * Most reads and all previews change nothing.  One statement that answers all
 * of a batch costs the database and us a good deal less than one each; so they
 * are gathered into a call of DB_READ_MANY, which stands for them, and whose
 * rows are then theirs.
 *
 *   db_gather() before the batch is sent; db_gather_share() when it has come
 *   back, after which each gathered call has its status and its row like any
 *   other; db_gather_end() when the rows have been read.
 *
 * A call for which that could not tell (the caller is to be bound), and all of
 * them when the statement raised, is STATUS_OUTAGE and `alone`: it is to be
 * made again, and will not be gathered.
 */
#ifndef CREDRELAY_DB_GATHER_H
#define CREDRELAY_DB_GATHER_H

#include <stddef.h>

#include "db_call.h"

/* Zeroed at first. */
struct db_gather {
	struct db_call	  call;
	struct db_call	**calls;	/* those it stands for, owned */
	size_t		  n;
};

/*
 * Takes what can be gathered out of `calls`, which are borrowed until
 * db_gather_share, and puts its own call before the others.  Fewer than two are
 * left as they are.  Returns how many calls are to be made.
 */
size_t	db_gather(struct db_gather *, struct db_call **calls, size_t n);
void	db_gather_share(struct db_gather *);
/* Releases everything.  A zeroed one is fine. */
void	db_gather_end(struct db_gather *);

#endif
