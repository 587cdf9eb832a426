/* db_fixture.h: a connection to a real PostgreSQL, and a superuser's beside it. */
#ifndef CREDRELAY_DB_FIXTURE_H
#define CREDRELAY_DB_FIXTURE_H

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libpq-fe.h>

#include "db.h"
#include "log.h"

enum { PATIENCE_MS = 10000, GIVE_UP_MS = 30000, MOST = 40 };

static struct db *db;
static PGconn *admin; /* the superuser's own connection */
static struct db_call calls[MOST], *pointers[MOST];

static inline int64_t
clock_ms(void)
{
	struct timespec t;

	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return ((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* As the superuser; the first value of the first row, "" when there is none. */
static inline const char *
ask(const char *sql)
{
	static char value[64];
	PGresult *res = PQexec(admin, sql);

	ck_assert_msg(PQresultStatus(res) == PGRES_TUPLES_OK ||
		PQresultStatus(res) == PGRES_COMMAND_OK,
	    "%s: %s", sql, PQerrorMessage(admin));
	(void)snprintf(value, sizeof(value), "%s",
	    PQntuples(res) > 0 ? PQgetvalue(res, 0, 0) : "");
	PQclear(res);
	return (value);
}

static inline void
open_client(enum db_client client, const char *more, int64_t patience_ms)
{
	char conninfo[1024];

	(void)snprintf(conninfo, sizeof(conninfo),
	    "host=%s port=%s dbname=%s user=%s %s", getenv("PGHOST"),
	    getenv("PGPORT"), getenv("PGDATABASE"),
	    client == DB_NOTIFIER ? "relay_notifier" : "relay_worker", more);
	ck_assert(db_open(conninfo, patience_ms, client, &db) == STATUS_OK);
}

static inline void
open_db(const char *more, int64_t patience_ms)
{
	open_client(DB_WORKER, more, patience_ms);
}

static inline void
setup(void)
{
	size_t i;

	log_open("test_db", LOG_TO_STDERR, LOG_LEVEL_ERROR);
	admin = PQconnectdb("application_name=test_db");
	ck_assert_msg(
	    PQstatus(admin) == CONNECTION_OK, "%s", PQerrorMessage(admin));
	(void)ask("set synchronous_commit = local");
	(void)ask("truncate relay.mailbox, relay.outbox");
	for (i = 0; i < MOST; i++)
		pointers[i] = &calls[i];
}

static inline void
teardown(void)
{
	size_t i;

	for (i = 0; i < MOST; i++)
		db_call_end(&calls[i]);
	db_close(db);
	PQfinish(admin);
}

/* One step of the worker's loop: waits for the connection, then turns. */
static inline void
turn(void)
{
	struct pollfd p = { .fd = db_fd(db), .events = db_events(db) };
	int64_t now = clock_ms(), due = db_due_ms(db);

	if (due > now &&
	    poll(&p, p.fd == -1 ? 0 : 1,
		due - now < 100 ? (int)(due - now) : 100) == -1)
		ck_abort_msg("poll");
	db_turn(db, clock_ms(), true);
}

static inline void
wait_ready(void)
{
	int64_t end = clock_ms() + GIVE_UP_MS;

	while (!db_ready(db)) {
		ck_assert_msg(clock_ms() < end, "it never got ready");
		turn();
	}
	ck_assert_int_eq(db_health(db), DB_CONNECTED);
}

static inline void
wait_finished(void)
{
	int64_t end = clock_ms() + GIVE_UP_MS;

	while (!db_finished(db)) {
		ck_assert_msg(clock_ms() < end, "the batch never ended");
		turn();
	}
}

static inline void
make_calls(size_t n)
{
	wait_ready();
	db_send(db, pointers, n, clock_ms());
	wait_finished();
	ck_assert(!db_finished(db));
}

static inline struct uuid
uuid(unsigned char first, unsigned char last)
{
	struct uuid u = { { 0 } };

	u.b[0] = first;
	u.b[15] = last;
	return (u);
}

/* A mailbox of this key, whose sender is uuid(1, 1), with all rights. */
static inline void
put_create(struct db_call *c, unsigned char key)
{
	struct uuid row = uuid(key, 0), sender = uuid(1, 1);

	db_call_start(c, DB_CREATE, &row);
	db_call_uuid(c, &row);
	db_call_uuid(c, &sender);
	db_call_uuid(c, &row);
	db_call_int2(c, 7);
	db_call_null(c);
	db_call_int4(c, 3600);
	db_call_int4(c, 7200);
	db_call_int8(c, 1000);
	db_call_bytes(c, "pay\0load", 8);
	db_call_null(c);
	db_call_null(c);
}

/* `claimed` false: a null that makes the function raise. */
static inline void
put_read(struct db_call *c, unsigned char key, bool claimed)
{
	struct uuid row = uuid(key, 0), claim = uuid(1, 1);

	db_call_start(c, DB_READ, &row);
	db_call_uuid(c, &row);
	if (claimed)
		db_call_uuid(c, &claim);
	else
		db_call_null(c);
	db_call_bool(c, false);
	db_call_null(c);
}

static inline void
put_update(
    struct db_call *c, unsigned char key, const int64_t *versions, size_t n)
{
	struct uuid row = uuid(key, 0), claim = uuid(1, 1);
	struct uuid request = uuid(2, key);

	db_call_start(c, DB_UPDATE, &row);
	db_call_uuid(c, &row);
	db_call_uuid(c, &claim);
	db_call_uuid(c, &request);
	if (versions == NULL)
		db_call_null(c);
	else
		db_call_int8s(c, versions, n);
	db_call_bytes(c, "new", 3);
	db_call_bool(c, true);
	db_call_bytes(c, "token", 5);
	db_call_null(c);
}

static inline void
check_outcome(const struct db_call *c, enum db_outcome expected)
{
	enum db_outcome outcome;

	ck_assert_int_eq(c->status, STATUS_OK);
	ck_assert(db_row_outcome(c, &outcome) == STATUS_OK);
	ck_assert_int_eq(outcome, expected);
}

/* Ends the worker's backend. */
static const char kill_worker[] =
    "select pg_terminate_backend(pid)"
    " from pg_stat_activity where usename = 'relay_worker'";

/* The tests of test_db_<name>.c, which run in one program. */
Suite	*db_ring_suite(void);
Suite	*db_set_suite(void);
Suite	*db_gather_suite(void);

#endif
