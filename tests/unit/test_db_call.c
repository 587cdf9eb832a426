/* test_db_call: statements, and parameters as PostgreSQL's binary forms. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "db_call.h"
#include "db_times.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct uuid key = { "sixteen bytes.." };

/* The last parameter's bytes. */
static void
check_param(const struct db_call *c, const char *expected, size_t len)
{
	int i = c->n_params - 1;

	ck_assert_int_ge(i, 0);
	ck_assert_int_eq(c->lengths[i], (int)len);
	ck_assert_uint_eq(c->offsets[i] + len, c->bytes.len);
	ck_assert_mem_eq(c->bytes.data + c->offsets[i], expected, len);
}

#define CHECK_PARAM(call, text) check_param(call, text, sizeof(text) - 1)

START_TEST(start_is_empty)
{
	struct db_call c;

	memset(&c, 0xff, sizeof(c));
	db_call_start(&c, DB_READ, &key);
	ck_assert_int_eq(c.statement, DB_READ);
	ck_assert_int_eq(uuid_compare(&c.key, &key), 0);
	ck_assert_int_eq(c.n_params, 0);
	ck_assert_uint_eq(c.bytes.len, 0);
	ck_assert(c.status == STATUS_OUTAGE);
	ck_assert(!c.uncertain);
	ck_assert_ptr_null(c.row);
	db_call_end(&c);
}
END_TEST

START_TEST(scalars)
{
	struct db_call c;

	db_call_start(&c, DB_CREATE, &key);
	db_call_bool(&c, true);
	CHECK_PARAM(&c, "\1");
	db_call_bool(&c, false);
	CHECK_PARAM(&c, "\0");
	db_call_int2(&c, 0x0102);
	CHECK_PARAM(&c, "\1\2");
	db_call_int2(&c, -2);
	CHECK_PARAM(&c, "\xff\xfe");
	db_call_int4(&c, 0x01020304);
	CHECK_PARAM(&c, "\1\2\3\4");
	db_call_int4(&c, INT32_MIN);
	CHECK_PARAM(&c, "\x80\0\0\0");
	db_call_int8(&c, INT64_C(0x0102030405060708));
	CHECK_PARAM(&c, "\1\2\3\4\5\6\7\10");
	db_call_int8(&c, -1);
	CHECK_PARAM(&c, "\xff\xff\xff\xff\xff\xff\xff\xff");
	db_call_uuid(&c, &key);
	CHECK_PARAM(&c, "sixteen bytes..\0");
	db_call_text(&c, "text");
	CHECK_PARAM(&c, "text");
	db_call_text(&c, "");
	CHECK_PARAM(&c, "");
	ck_assert_int_eq(c.n_params, 11);
	db_call_end(&c);
}
END_TEST

START_TEST(time_param)
{
	struct db_call c;

	db_call_start(&c, DB_CREATE, &key);
	db_call_time(&c, times[_i].unix_seconds);
	check_param(&c, times[_i].wire, 8);
	db_call_end(&c);
}
END_TEST

START_TEST(bytes_and_nulls)
{
	struct db_call c;
	char *large = calloc(1, 100000);

	ck_assert_ptr_nonnull(large);
	memset(large, 'x', 100000);
	db_call_start(&c, DB_CREATE, &key);
	db_call_bytes(&c, "a\0b", 3);
	CHECK_PARAM(&c, "a\0b");
	db_call_bytes(&c, "", 0);
	CHECK_PARAM(&c, "");
	db_call_null(&c);
	ck_assert_int_eq(c.lengths[2], -1);
	db_call_bytes(&c, large, 100000);
	check_param(&c, large, 100000);
	db_call_null(&c);
	ck_assert_int_eq(c.lengths[4], -1);
	ck_assert_int_eq(c.n_params, 5);
	/* The earlier ones have stayed where they were. */
	ck_assert_mem_eq(c.bytes.data + c.offsets[0], "a\0b", 3);
	db_call_end(&c);
	ck_assert_ptr_null(c.bytes.data);
	free(large);
}
END_TEST

START_TEST(empty_array)
{
	struct db_call c;

	db_call_start(&c, DB_DELETE, &key);
	db_call_int8s(&c, NULL, 0);
	/* no dimension, no nulls, of type 20 (int8) */
	CHECK_PARAM(&c,
	    "\0\0\0\0"
	    "\0\0\0\0"
	    "\0\0\0\x14");
	db_call_end(&c);
}
END_TEST

START_TEST(array_of_two)
{
	static const int64_t two[] = { 1, -1 };
	struct db_call c;

	db_call_start(&c, DB_DELETE, &key);
	db_call_uuid(&c, &key);
	db_call_int8s(&c, two, 2);
	/* one dimension, of two elements from 1 on; each has its length */
	CHECK_PARAM(&c,
	    "\0\0\0\1"
	    "\0\0\0\0"
	    "\0\0\0\x14"
	    "\0\0\0\2"
	    "\0\0\0\1"
	    "\0\0\0\x8"
	    "\0\0\0\0\0\0\0\1"
	    "\0\0\0\x8"
	    "\xff\xff\xff\xff\xff\xff\xff\xff");
	db_call_end(&c);
}
END_TEST

START_TEST(full_array)
{
	int64_t values[32];
	struct db_call c;
	int i;

	for (i = 0; i < 32; i++)
		values[i] = i;
	db_call_start(&c, DB_DELETE, &key);
	db_call_int8s(&c, values, 32);
	ck_assert_int_eq(c.n_params, 1);
	ck_assert_int_eq(c.lengths[0], 20 + 32 * 12);
	for (i = 0; i < 32; i++) {
		ck_assert_mem_eq(
		    c.bytes.data + 20 + 12 * i, "\0\0\0\x8\0\0\0\0\0\0\0", 11);
		ck_assert_int_eq(c.bytes.data[20 + 12 * i + 11], i);
	}
	db_call_end(&c);
}
END_TEST

/* More parameters than the function has are a bug, and end the process. */
START_TEST(one_parameter_too_many)
{
	struct db_call c;
	int i, n;

	(void)db_statement_types((enum db_statement)_i, &n);
	db_call_start(&c, (enum db_statement)_i, &key);
	for (i = 0; i < n; i++)
		db_call_null(&c);
	db_call_null(&c);
}
END_TEST

/* A statement's text calls its function, with each of its parameters. */
START_TEST(statement)
{
	enum db_statement s = (enum db_statement)_i;
	const unsigned *types;
	char text[64];
	int i, n;

	types = db_statement_types(s, &n);
	ck_assert_int_ge(n, 0);
	ck_assert_int_le(n, DB_PARAMS);
	/* Its columns by name, or the one value that it returns. */
	(void)snprintf(
	    text, sizeof(text), " relay_api.%s(", db_statement_name(s));
	ck_assert_ptr_nonnull(strstr(db_statement_sql(s), text));
	ck_assert(strncmp(db_statement_sql(s), "select ", 7) == 0);
	for (i = 1; i <= n; i++) {
		(void)snprintf(text, sizeof(text), "%s$%d%s",
		    i == 1 ? "(" : ",", i, i == n ? ")" : ",");
		ck_assert_msg(strstr(db_statement_sql(s), text) != NULL,
		    "%s: no %s", db_statement_sql(s), text);
		ck_assert_uint_ne(types[i - 1], 0);
	}
	(void)snprintf(text, sizeof(text), "$%d", n + 1);
	ck_assert_ptr_null(strstr(db_statement_sql(s), text));
	for (i = n; i < DB_PARAMS; i++)
		ck_assert_uint_eq(types[i], 0);
	for (i = 0; i < _i; i++)
		ck_assert_str_ne(db_statement_name(s),
		    db_statement_name((enum db_statement)i));
}
END_TEST

/*
 * Each statement belongs to one client, and only a lease and what stands for
 * many calls give any number of rows.  What listens for all has nothing to prepare.
 */
START_TEST(statement_of)
{
	enum db_statement s = (enum db_statement)_i;
	bool notifier = s >= DB_OUTBOX_LEASE;

	ck_assert(db_statement_is_of(s, DB_WORKER) == !notifier);
	ck_assert(db_statement_is_of(s, DB_NOTIFIER) == notifier);
	ck_assert(!db_statement_is_of(s, DB_BELL));
	ck_assert(db_statement_has_rows(s) ==
	    (s == DB_OUTBOX_LEASE || s == DB_READ_MANY || s == DB_CREATE_MANY ||
		s == DB_UPDATE_MANY));
}
END_TEST

static const struct {
	enum db_statement statement;
	int n;
	const char *columns; /* in this order; the answers count on it */
} shapes[] = {
	{ DB_CREATE, 11, "select outcome, expires_at, token from" },
	{ DB_READ, 4,
	    "select outcome, expires_at, version, payload, display from" },
	{ DB_CHECK, 3,
	    "select outcome, expires_at, version, payload, display from" },
	{ DB_UPDATE, 8, "select outcome, version, token, pushed from" },
	{ DB_RELINQUISH, 4, "select outcome from" },
	{ DB_DELETE, 4, "select outcome, pushed from" },
	{ DB_PREVIEW, 1,
	    "select outcome, expires_at, null::int8, null::bytea, display" },
	{ DB_READ_MANY, 2,
	    "select outcome, expires_at, version, payload, display, place" },
	{ DB_CREATE_MANY, 11, "select outcome, expires_at, token, place from" },
	{ DB_UPDATE_MANY, 7,
	    "select outcome, version, token, pushed, place from" },
	{ DB_READY, 0, "select schema_version, purged_at, oldest_expired" },
	{ DB_AWAIT_SAFE, 0, "select relay_api.await_safe()" },
	{ DB_RING, 2, "select relay_api." },
	{ DB_OUTBOX_LEASE, 2,
	    "select row_key, for_sender, generation, owner, token, wrap,"
	    " attempts, expires_at, put_at from" },
	{ DB_OUTBOX_DONE, 6, "select relay_api." },
	{ DB_CREDENTIAL_TAKE, 1, "select sealed, renew, valid_seconds from" },
	{ DB_CREDENTIAL_PUT, 4, "select relay_api." },
};

START_TEST(shape)
{
	int n;

	ck_assert_uint_eq(LEN(shapes), DB_STATEMENTS);
	ck_assert_int_eq(shapes[_i].statement, _i);
	(void)db_statement_types(shapes[_i].statement, &n);
	ck_assert_int_eq(n, shapes[_i].n);
	ck_assert_ptr_eq(
	    strstr(db_statement_sql(shapes[_i].statement), shapes[_i].columns),
	    db_statement_sql(shapes[_i].statement));
}
END_TEST

START_TEST(end_of_a_zeroed_call)
{
	struct db_call c = { 0 };

	db_call_end(&c);
	db_call_end(&c);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("db_call");
	TCase *tc = tcase_create("db_call");

	tcase_add_test(tc, start_is_empty);
	tcase_add_test(tc, scalars);
	tcase_add_loop_test(tc, time_param, 0, LEN(times));
	tcase_add_test(tc, bytes_and_nulls);
	tcase_add_test(tc, empty_array);
	tcase_add_test(tc, array_of_two);
	tcase_add_test(tc, full_array);
	tcase_add_loop_test_raise_signal(
	    tc, one_parameter_too_many, SIGABRT, 0, DB_STATEMENTS);
	tcase_add_loop_test(tc, statement, 0, DB_STATEMENTS);
	tcase_add_loop_test(tc, statement_of, 0, DB_STATEMENTS);
	tcase_add_loop_test(tc, shape, 0, LEN(shapes));
	tcase_add_test(tc, end_of_a_zeroed_call);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
