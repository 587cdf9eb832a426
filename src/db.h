/*
 * db.h: the worker's one connection to PostgreSQL.
 *
 * Calls that wait together travel together: one pipeline, one sync, hence one
 * transaction, one commit, one round trip.  When one of them raises, none has
 * changed anything, and each is made again under a sync of its own.  Nothing
 * here blocks: the caller waits for db_fd() and turns the crank.
 *
 *   db_turn() until db_ready(); db_send(); db_turn() until db_finished();
 *   then every call says by its status what became of it.
 *
 * With db_listen it also hears what others notify.
 *
 * A connection that breaks is made again, without end, with a pause between
 * tries.  Calls that were under way are finished as STATUS_OUTAGE and
 * `uncertain`: they may or may not have been done.  Whether an error means an
 * outage or a bug is told by its SQLSTATE alone; what the server says of a call
 * is never logged, since it can carry values.
 */
#ifndef CREDRELAY_DB_H
#define CREDRELAY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db_call.h"
#include "status.h"

struct db;

enum db_health {
	DB_CONNECTED,		/* calls can be made */
	DB_UNREACHABLE,		/* no connection */
	DB_SCHEMA_MISSING	/* connected, but relay_api is not (yet) there */
};

/*
 * `conninfo` is libpq's, of one or several hosts; the first that takes writes
 * is used.  A batch or a connection attempt that shows no progress for
 * `patience_ms` is given up.  The statements of `client` will be prepared.  No
 * connection is made yet.  Owned by the caller; release with db_close.
 * STATUS_INVALID: libpq does not understand conninfo.
 */
enum status	 db_open(const char *conninfo, int64_t patience_ms,
		    enum db_client, struct db **) MUST_CHECK;
void		 db_close(struct db *);

/*
 * Listens on a channel, borrowed for good, from the next connection on: each
 * notification's payload is given to `heard`, within db_turn; it is borrowed
 * for that call.  NULL: the connection was made, or made anew, and what was
 * notified before has been missed.
 */
void		 db_listen(struct db *, const char *channel,
		    void (*heard)(void *arg, const char *payload), void *arg);

/* The descriptor to wait for and the poll(2) events; -1 while there is none. */
int		 db_fd(const struct db *);
short		 db_events(const struct db *);
/* When db_turn has to be called at the latest, CLOCK_MONOTONIC; INT64_MAX: never. */
int64_t		 db_due_ms(const struct db *);

/*
 * Does what can be done without waiting.  `now_ms`: CLOCK_MONOTONIC.  `woken`
 * false: db_fd has had no event since the last turn, and is not asked.
 */
void		 db_turn(struct db *, int64_t now_ms, bool woken);

/* A batch can be sent. */
bool		 db_ready(const struct db *);
enum db_health	 db_health(const struct db *);

/*
 * Sends `n` calls as one batch; db_ready must hold.  The array and the calls
 * are borrowed until db_finished returns true, which it does once a batch.
 * The calls must be sorted by key, so that no two batches can wait for each
 * other's rows.  A DB_RING must be the first: it has a transaction of its own,
 * since a notification's commit locks out all others.
 */
void		 db_send(struct db *, struct db_call **calls, size_t n,
		    int64_t now_ms);
bool		 db_finished(struct db *);

#endif
