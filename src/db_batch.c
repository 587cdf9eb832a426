/* db_batch.c: many calls, one pipeline, one transaction. */
#include "db_state.h"

#include <string.h>

#include "log.h"

/*
 * Errors that pass: connection (08), resources (53), operator intervention
 * (57), the system's, as of a disk that breaks (58), a primary that became a
 * standby (25006), and a transaction that was rolled back for another's sake
 * (40).  All else is a bug, ours or the DBA's.
 */
static bool
is_outage(const char *sqlstate)
{
	static const char *const classes[] = { "08", "40", "53", "57", "58" };
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (strncmp(sqlstate, classes[i], 2) == 0)
			return (true);
	}
	return (strcmp(sqlstate, "25006") == 0);
}

static bool
send_call(struct db *db, const struct db_call *c)
{
	static const int binary[DB_PARAMS] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1 };
	const char *values[DB_PARAMS];
	int i;

	for (i = 0; i < c->n_params; i++)
		values[i] =
		    c->lengths[i] == -1 ? NULL : c->bytes.data + c->offsets[i];
	return (PQsendQueryPrepared(db->conn, db_statement_name(c->statement),
		    c->n_params, values, c->lengths, binary, 1) == 1);
}

/* Whether the call has a sync, and thereby a transaction, of its own. */
static bool
is_apart(const struct db *db, size_t i)
{
	return (db->apart || db->calls[i]->statement == DB_RING);
}

size_t
db_sync_end(const struct db *db)
{
	if (db->n_done < db->n_calls && is_apart(db, db->n_done))
		return (db->n_done + 1);
	return (db->n_calls);
}

/*
 * The commit that ends here waits for the synchronous standby even if nothing
 * is left to be written: it may have been, and be on this host alone.
 */
static bool
send_await(struct db *db)
{
	return (PQsendQueryPrepared(db->conn, db_statement_name(DB_AWAIT_SAFE),
		    0, NULL, NULL, NULL, 1) == 1);
}

/* Sends the batch: under one sync, or each call under its own. */
static void
batch_send(struct db *db, int64_t now_ms, size_t from)
{
	bool ok = true, uncertain = false;
	size_t i;

	db->next = from;
	db->n_done = from;
	db->failed = false;
	db->doubtful = false;
	db->due_ms = now_ms + db->patience_ms;
	for (i = from; ok && i < db->n_calls; i++) {
		ok = send_call(db, db->calls[i]);
		uncertain |= db->calls[i]->uncertain;
		if (!is_apart(db, i) && i < db->n_calls - 1)
			continue;
		if (ok && uncertain && db->client == DB_WORKER)
			ok = send_await(db);
		ok = ok && PQpipelineSync(db->conn) == 1;
		uncertain = false;
	}
	if (!ok)
		db_lose(db, now_ms, true);
}

void
db_send(struct db *db, struct db_call **calls, size_t n, int64_t now_ms)
{
	db->calls = calls;
	db->n_calls = n;
	db->apart = false;
	db->again = false;
	db->finished = false;
	db->state = STATE_BATCH;
	batch_send(db, now_ms, 0);
}

/* All calls up to `next` stand as they are. */
static void
settle(struct db *db)
{
	for (; db->n_done < db->next; db->n_done++) {
		struct db_call *c = db->calls[db->n_done];

		if (c->row != NULL) {
			c->status = STATUS_OK;
			continue;
		}
		/* It raised, alone under its sync. */
		if (is_outage(db->sqlstate)) {
			c->status = c->gathers ? STATUS_BUG : STATUS_OUTAGE;
			db->again |= !c->gathers;
			continue;
		}
		c->status = STATUS_BUG;
		log_error("database: %s raised SQLSTATE %s",
		    db_statement_name(c->statement), db->sqlstate);
	}
}

void
db_batch_sync(struct db *db, int64_t now_ms)
{
	/* Else an error came from the commit, behind the last row. */
	bool by_call =
	    db->failed && db->next > 0 && db->calls[db->next - 1]->row == NULL;
	bool apart = is_apart(db, db->n_done);
	bool several = db->n_calls > 1 || db->calls[0]->gathers;
	size_t i;

	/* What one call of several ran into need not hold for the others. */
	if (db->doubtful ||
	    (db->failed && is_outage(db->sqlstate) && !(by_call && several))) {
		db_tell_outage(db, "a batch failed",
		    db->doubtful ? "the commit is in doubt" : db->sqlstate);
		/* Calls apart have their own syncs, which are all sent. */
		db_lose(db, now_ms, db->doubtful || apart || !by_call);
		return;
	}
	if (db->failed && !apart && db->n_calls - db->n_done > 1) {
		/* One call raised and took its neighbours with it. */
		for (i = db->n_done; i < db->n_calls; i++)
			db_call_forget(db->calls[i]);
		db->apart = true;
		batch_send(db, now_ms, db->n_done);
		return;
	}
	if (db->failed && db->next > 0)
		db_call_forget(db->calls[db->next - 1]);
	settle(db);
	db->failed = false;
	db->due_ms = now_ms + db->patience_ms;
	if (db->n_done < db->n_calls)
		return;
	if (db->again) {
		/* Some are to be made again, after a pause. */
		db_tell_outage(db, "a call failed", db->sqlstate);
		db_lose(db, now_ms, false);
		return;
	}
	db->pause_ms = 0;
	db->told = TOLD_NOTHING;
	db->state = STATE_IDLE;
	db->finished = true;
}
