/* db.c: the worker's one connection to PostgreSQL. */
#include "db.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "db_conninfo.h"
#include "db_state.h"
#include "log.h"
#include "mem.h"

/* How long an attempt to connect may take before another host is tried. */
enum { CONNECT_PATIENCE_MS = 3000, PAUSE_FIRST_MS = 50, PAUSE_MOST_MS = 500 };

/*
 * A warning at a commit means that the wait for a synchronous standby was
 * cut short: it is committed here, and nobody knows whether elsewhere.
 */
static void
take_notice(void *arg, const PGresult *notice)
{
	struct db *db = arg;
	const char *severity =
	    PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity != NULL && strcmp(severity, "WARNING") == 0)
		db->doubtful = true;
}

/* The schema, or our right to it, is not there: a deployment under way. */
static bool
is_schema_missing(const char *sqlstate)
{
	return (strcmp(sqlstate, "42883") == 0 || /* no such function */
	    strcmp(sqlstate, "3F000") == 0 ||	  /* no such schema */
	    strcmp(sqlstate, "42703") == 0 ||	  /* no such column */
	    strcmp(sqlstate, "42501") == 0);	  /* not granted */
}

static void
keep_sqlstate(struct db *db, const PGresult *res)
{
	const char *code = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	/* libpq's own errors have none: the connection broke. */
	if (code == NULL || strlen(code) != 5)
		code = "08006";
	db->failed = true;
	memcpy(db->sqlstate, code, sizeof(db->sqlstate));
}

enum status
db_open(const char *conninfo, int64_t patience_ms, enum db_client client,
    struct db **out)
{
	struct db_conninfo *parsed;
	struct db *db;

	if (db_conninfo_parse(conninfo, &parsed) != STATUS_OK)
		return (STATUS_INVALID);
	db = mem_alloc(sizeof(*db));
	db->conninfo = parsed;
	db->patience_ms = patience_ms;
	db->client = client;
	db->health = DB_UNREACHABLE;
	db->state = STATE_PAUSE;
	*out = db;
	return (STATUS_OK);
}

void
db_listen(struct db *db, const char *channel,
    void (*heard)(void *arg, const char *payload), void *arg)
{
	db->channel = channel;
	db->heard = heard;
	db->heard_arg = arg;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	db_conninfo_free(db->conninfo);
	free(db);
}

int
db_fd(const struct db *db)
{
	return (db->conn == NULL ? -1 : PQsocket(db->conn));
}

short
db_events(const struct db *db)
{
	if (db->state == STATE_CONNECTING)
		return (
		    db->polling == PGRES_POLLING_WRITING ? POLLOUT : POLLIN);
	/* PQflush sent what it could; anything left waits for POLLOUT. */
	if (db->conn != NULL && PQflush(db->conn) == 1)
		return (POLLIN | POLLOUT);
	return (POLLIN);
}

int64_t
db_due_ms(const struct db *db)
{
	return (db->state == STATE_IDLE ? INT64_MAX : db->due_ms);
}

bool
db_ready(const struct db *db)
{
	return (db->state == STATE_IDLE);
}

enum db_health
db_health(const struct db *db)
{
	return (db->health);
}

bool
db_finished(struct db *db)
{
	bool finished = db->finished;

	db->finished = false;
	return (finished);
}

void
db_tell_outage(struct db *db, const char *what, const char *why)
{
	if (db->told == TOLD_NOTHING) {
		log_warning("database: %s: %s", what, why);
		db->told = TOLD_OUTAGE;
	}
}

/*
 * Why no connection came about is libpq's to say: it names hosts and roles,
 * which are the operator's own, and on several lines, which become one.
 */
static void
tell_no_connection(struct db *db)
{
	char text[400], *p;

	(void)snprintf(text, sizeof(text), "%s", PQerrorMessage(db->conn));
	for (p = text; *p != '\0'; p++) {
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	}
	while (p > text && p[-1] == ' ')
		*--p = '\0';
	db_tell_outage(db, "cannot connect", text);
}

static void
connect_start(struct db *db, int64_t now_ms)
{
	db->due_ms = now_ms + CONNECT_PATIENCE_MS;
	db->conn = PQconnectStartParams(db_conninfo_keywords(db->conninfo),
	    db_conninfo_values(db->conninfo), 0);
	if (db->conn == NULL || PQstatus(db->conn) == CONNECTION_BAD) {
		tell_no_connection(db);
		db_lose(db, now_ms, false);
		return;
	}
	PQsetNoticeReceiver(db->conn, take_notice, db);
	db->polling = PGRES_POLLING_WRITING;
	db->state = STATE_CONNECTING;
}

static int
listen_start(struct db *db)
{
	char sql[80];

	if (db->channel == NULL)
		return (1);
	(void)snprintf(sql, sizeof(sql), "listen %s", db->channel);
	return (PQsendQueryParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 0));
}

/* Sends every statement to be prepared: the first pipeline of a connection. */
static void
prepare_start(struct db *db, int64_t now_ms)
{
	const unsigned *types;
	int i, n, ok;

	ok = PQsetnonblocking(db->conn, 1) == 0 &&
	    PQenterPipelineMode(db->conn) == 1 && listen_start(db) == 1;
	for (i = 0; ok && i < DB_STATEMENTS; i++) {
		if (!db_statement_is_of((enum db_statement)i, db->client))
			continue;
		types = db_statement_types((enum db_statement)i, &n);
		ok = PQsendPrepare(db->conn,
			 db_statement_name((enum db_statement)i),
			 db_statement_sql((enum db_statement)i), n, types) == 1;
	}
	if (!ok || PQpipelineSync(db->conn) != 1) {
		db_lose(db, now_ms, false);
		return;
	}
	db->failed = false;
	db->state = STATE_PREPARING;
}

/*
 * libpq takes a call as the word that the socket is ready, and waits for it
 * if it is not: so nobody may call before.
 */
static bool
is_socket_ready(const struct db *db)
{
	struct pollfd p = { .fd = PQsocket(db->conn), .events = db_events(db) };

	return (poll(&p, 1, 0) != 0);
}

static void
connect_turn(struct db *db, int64_t now_ms)
{
	if (!is_socket_ready(db))
		return;
	db->polling = PQconnectPoll(db->conn);
	if (db->polling == PGRES_POLLING_OK) {
		prepare_start(db, now_ms);
	} else if (db->polling == PGRES_POLLING_FAILED) {
		/* libpq passes over who refuses, not over who hangs up. */
		db_conninfo_next_host(db->conninfo);
		tell_no_connection(db);
		db_lose(db, now_ms, false);
	}
}

static void
prepare_end(struct db *db, int64_t now_ms)
{
	if (db->failed) {
		db_tell_outage(
		    db, "cannot prepare the statements", db->sqlstate);
		db_lose(db, now_ms, false);
		if (is_schema_missing(db->sqlstate))
			db->health = DB_SCHEMA_MISSING;
		return;
	}
	if (db->told == TOLD_OUTAGE) {
		log_notice("database: connected");
		db->told = TOLD_CONNECTED;
	}
	db->health = DB_CONNECTED;
	db->state = STATE_IDLE;
	if (db->client == DB_BELL)
		db->told = TOLD_NOTHING; /* no batch will ever say so */
	if (db->channel != NULL)
		db->heard(db->heard_arg, NULL);
}

/*
 * Gives the connection up.  What of a batch was not yet known to be done is to
 * be called again.  The first attempt to reconnect follows at once, the later
 * ones after a pause that grows until a batch has succeeded.
 */
void
db_lose(struct db *db, int64_t now_ms, bool uncertain)
{
	size_t i;

	if (db->state == STATE_BATCH) {
		for (i = db->n_done; i < db->n_calls; i++) {
			db_call_forget(db->calls[i]);
			db->calls[i]->status = STATUS_OUTAGE;
			db->calls[i]->uncertain |= uncertain;
		}
		db->finished = true;
		db->n_calls = db->n_done = db->next = 0; /* no longer ours */
	}
	PQfinish(db->conn);
	db->conn = NULL;
	db->health = DB_UNREACHABLE;
	db->state = STATE_PAUSE;
	db->due_ms = now_ms + db->pause_ms;
	db->pause_ms = db->pause_ms == 0 ? PAUSE_FIRST_MS : db->pause_ms * 2;
	if (db->pause_ms > PAUSE_MOST_MS)
		db->pause_ms = PAUSE_MOST_MS;
}

/* Takes one result; NULL ends the results of one call. */
static void
take_result(struct db *db, PGresult *res, int64_t now_ms)
{
	struct db_call *c;

	switch (res == NULL ? PGRES_EMPTY_QUERY : PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
		/* Behind the last call of a sync: DB_AWAIT_SAFE's. */
		c = db->state == STATE_BATCH && db->next < db_sync_end(db) ?
		    db->calls[db->next] :
		    NULL;
		if (c != NULL && c->row == NULL &&
		    (PQntuples(res) == 1 ||
			db_statement_has_rows(c->statement))) {
			c->row = res;
			return;
		}
		break;
	case PGRES_FATAL_ERROR:
		keep_sqlstate(db, res);
		break;
	case PGRES_PIPELINE_SYNC:
		PQclear(res);
		if (db->state == STATE_PREPARING)
			prepare_end(db, now_ms);
		else
			db_batch_sync(db, now_ms);
		return;
	case PGRES_EMPTY_QUERY:
		/* A failed commit has a NULL too, behind its call's own. */
		if (db->next < db_sync_end(db))
			db->next++;
		break;
	default:
		break; /* prepared, or aborted after another's error */
	}
	PQclear(res);
}

static void
hear(struct db *db)
{
	PGnotify *notice;

	while ((notice = PQnotifies(db->conn)) != NULL) {
		db->heard(db->heard_arg, notice->extra);
		PQfreemem(notice);
	}
}

void
db_turn(struct db *db, int64_t now_ms, bool woken)
{
	if (db->state == STATE_PAUSE && now_ms >= db->due_ms)
		connect_start(db, now_ms);
	else if (db->state == STATE_CONNECTING && now_ms < db->due_ms)
		connect_turn(db, now_ms);
	else if (db->conn != NULL && woken &&
	    (PQflush(db->conn) == -1 || PQconsumeInput(db->conn) == 0)) {
		db_tell_outage(db, "connection lost",
		    db->failed ? db->sqlstate : "closed by the server");
		db_lose(db, now_ms, true);
	}
	while ((db->state == STATE_PREPARING || db->state == STATE_BATCH) &&
	    !PQisBusy(db->conn) && PQstatus(db->conn) == CONNECTION_OK)
		take_result(db, PQgetResult(db->conn), now_ms);
	if (db->channel != NULL && db->state >= STATE_IDLE)
		hear(db);
	if (db->state >= STATE_PREPARING &&
	    PQstatus(db->conn) != CONNECTION_OK) {
		db_tell_outage(db, "connection lost", "closed by the server");
		db_lose(db, now_ms, true);
	}
	if (db->state != STATE_IDLE && db->state != STATE_PAUSE &&
	    now_ms >= db->due_ms) {
		/* Closing, never cancelling: a cancelled commit lies. */
		db_tell_outage(db, "no answer", "gave it up");
		db_conninfo_next_host(db->conninfo);
		db_lose(db, now_ms, true);
	}
}
