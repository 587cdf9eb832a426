/*
 * db_state.h: what the two halves of db share: db.c, which keeps the
 * connection, and db_batch.c, which makes the calls.  For nobody else.
 */
#ifndef CREDRELAY_DB_STATE_H
#define CREDRELAY_DB_STATE_H

#include <libpq-fe.h>

#include "db.h"
#include "db_conninfo.h"

enum state {
	STATE_PAUSE,		/* not connected, until due_ms */
	STATE_CONNECTING,
	STATE_PREPARING,	/* the statements are being prepared */
	STATE_IDLE,
	STATE_BATCH		/* calls are under way */
};

/* What the log knows; a line of each kind until a batch has succeeded. */
enum told { TOLD_NOTHING, TOLD_OUTAGE, TOLD_CONNECTED };

struct db {
	struct db_conninfo *conninfo;
	int64_t		 patience_ms;
	enum db_client	 client;
	const char	*channel;	/* NULL: it does not listen */
	void		(*heard)(void *, const char *);
	void		*heard_arg;
	PGconn		*conn;
	enum state	 state;
	enum db_health	 health;
	PostgresPollingStatusType polling;	/* while connecting */
	int64_t		 due_ms;	/* when the state is given up */
	int64_t		 pause_ms;	/* before the next attempt */
	enum told	 told;

	struct db_call	**calls;	/* the batch, borrowed */
	size_t		 n_calls;
	size_t		 n_done;	/* known to be committed or refused */
	size_t		 next;		/* whose result comes next */
	bool		 apart;		/* each call has a sync of its own */
	bool		 failed;	/* an error since the last sync */
	bool		 again;		/* a call is to be made once more */
	bool		 doubtful;	/* a warning: committed here only */
	bool		 finished;
	char		 sqlstate[6];	/* of that error */
};

/*
 * Gives the connection up.  What of a batch is not known to be done is to be
 * called again; `uncertain`: it may have been done.
 */
void	db_lose(struct db *, int64_t now_ms, bool uncertain);
/* One line in the log when an outage begins, whatever comes after it. */
void	db_tell_outage(struct db *, const char *what, const char *why);

/* The calls before this one are those of the present sync. */
size_t	db_sync_end(const struct db *);
/* A sync of the batch has come back: it is committed, or nothing of it is. */
void	db_batch_sync(struct db *, int64_t now_ms);

#endif
