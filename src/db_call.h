/*
 * db_call.h: one call of a function of the schema relay_api, with its
 * parameters before it and its row after it.
 *
 * Parameters are given in the order of the function's, one db_call_<type> a
 * parameter; all travel in binary form, so nothing is parsed or cut on the
 * way.  A row is read by column, counted from 0.
 */
#ifndef CREDRELAY_DB_CALL_H
#define CREDRELAY_DB_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"
#include "uuid.h"

enum db_statement {
	/* A worker's. */
	DB_CREATE,
	DB_READ,
	DB_CHECK,		/* a read that waits looks again */
	DB_UPDATE,
	DB_RELINQUISH,
	DB_DELETE,
	DB_PREVIEW,
	DB_READ_MANY,		/* many calls as one (db_gather.h) */
	DB_CREATE_MANY,
	DB_UPDATE_MANY,
	DB_READY,
	DB_AWAIT_SAFE,		/* db's own: a call made again waits */
	DB_RING,		/* wakes who waits; after the commit */
	/* The notifier's. */
	DB_OUTBOX_LEASE,
	DB_OUTBOX_DONE,
	DB_CREDENTIAL_TAKE,
	DB_CREDENTIAL_PUT,
	DB_STATEMENTS		/* how many there are */
};

/* Who has a connection, and thereby which statements are prepared on it. */
enum db_client {
	DB_WORKER,
	DB_BELL,		/* none: it listens */
	DB_NOTIFIER
};

/* What a function of relay_api decided: its column `outcome`. */
enum db_outcome {
	DB_OK,
	DB_REPEATED,		/* the same request was done before */
	DB_NOT_FOUND,
	DB_ENDED,		/* it was deleted less than an hour ago */
	DB_CONFLICT,		/* the identifier is in use */
	DB_UNBOUND,		/* the claim is bound to nothing here */
	DB_FORBIDDEN,		/* the mailbox does not grant this right */
	DB_STALE,		/* If-Match names another version */
	DB_TOO_SOON,		/* it would expire in under a minute */
	DB_UNCHANGED,		/* the content is what the caller has */
	DB_OUTCOMES
};

enum { DB_PARAMS = 11 };

/* Where PostgreSQL's time begins, 2000-01-01, in Unix seconds. */
enum { DB_EPOCH = 946684800 };

struct db_call {
	enum db_statement statement;
	struct uuid	 key;		/* the row; orders a batch */
	int		 n_params;
	int		 lengths[DB_PARAMS];	/* -1: null */
	size_t		 offsets[DB_PARAMS];	/* into `bytes` */
	struct buf	 bytes;		/* the parameters, owned */

	/*
	 * Set by db: STATUS_OK (there is a row), STATUS_OUTAGE (not done, or
	 * not known to be done: call again), STATUS_BUG (it raised).
	 */
	enum status	 status;
	/* An earlier try may have been done: its connection broke. */
	bool		 uncertain;
	/* Not to be gathered: it was, in vain, or costs more so (db_gather.h). */
	bool		 alone;
	/* It stands for many: what it raises is one of these's affair. */
	bool		 gathers;
	void		*row;		/* a PGresult; NULL: none */
	bool		 shared;	/* it is another call's; else owned */
	int		 at;		/* the row of it that is read */
};

void	db_call_start(struct db_call *, enum db_statement,
	    const struct uuid *key);
/* Releases parameters and row.  A zeroed call is fine. */
void	db_call_end(struct db_call *);
/* Releases the row alone, before the call is made again. */
void	db_call_forget(struct db_call *);

void	db_call_null(struct db_call *);
void	db_call_bool(struct db_call *, bool);
void	db_call_int2(struct db_call *, int16_t);
void	db_call_int4(struct db_call *, int32_t);
void	db_call_int8(struct db_call *, int64_t);
void	db_call_int8s(struct db_call *, const int64_t *, size_t n);
void	db_call_time(struct db_call *, int64_t unix_seconds);
void	db_call_uuid(struct db_call *, const struct uuid *);
void	db_call_text(struct db_call *, const char *);
void	db_call_bytes(struct db_call *, const void *, size_t len);
/*
 * An array of what each of `from` has as its parameter `param`, counted from
 * 0; null where it has fewer.
 */
void	db_call_array(struct db_call *, struct db_call *const *from, size_t n,
	    int param);

/* Whether a parameter is null, or was not given; the value of a bool. */
bool		 db_param_null(const struct db_call *, int param);
bool		 db_param_bool(const struct db_call *, int param);

/*
 * Gives a call, made or not, the row that another stands at, until either
 * forgets it: STATUS_OK.
 */
void	db_call_share(struct db_call *, const struct db_call *from);

/*
 * How many rows came: one, but for the statements that are made to give any
 * number.  The functions below read the first until another is chosen.
 */
int		 db_rows(const struct db_call *);
void		 db_row_at(struct db_call *, int row);

/*
 * The columns of the row of a call whose status is STATUS_OK.  Each returns
 * STATUS_BUG when the column is null or not of that type, and then sets
 * nothing.  Bytes are borrowed until db_call_end.
 */
enum status	 db_row_outcome(const struct db_call *, enum db_outcome *)
		    MUST_CHECK;
enum status	 db_row_bool(const struct db_call *, int column, bool *)
		    MUST_CHECK;
enum status	 db_row_int2(const struct db_call *, int column, int16_t *)
		    MUST_CHECK;
enum status	 db_row_uuid(const struct db_call *, int column,
		    struct uuid *) MUST_CHECK;
enum status	 db_row_int4(const struct db_call *, int column, int32_t *)
		    MUST_CHECK;
enum status	 db_row_int8(const struct db_call *, int column, int64_t *)
		    MUST_CHECK;
enum status	 db_row_time(const struct db_call *, int column,
		    int64_t *unix_seconds) MUST_CHECK;
enum status	 db_row_bytes(const struct db_call *, int column,
		    const void **, size_t *len) MUST_CHECK;
bool		 db_row_null(const struct db_call *, int column);

bool		 db_statement_is_of(enum db_statement, enum db_client);
/* It may give any number of rows; all others give one. */
bool		 db_statement_has_rows(enum db_statement);

/* The statement's text, its name (both static), and how many parameters. */
const char	*db_statement_sql(enum db_statement);
const char	*db_statement_name(enum db_statement);
const unsigned	*db_statement_types(enum db_statement, int *n);

#endif
