/* test_db_row: rows of PostgreSQL's binary forms, read from a call. */
#include <check.h>
#include <signal.h>
#include <string.h>

#include <libpq-fe.h>

#include "db_call.h"
#include "db_times.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct uuid key = { "sixteen bytes.." };

/* A row as libpq would bring it; a length of -1 is null. */
static void
put_row(struct db_call *c, int columns, const char *const values[],
    const int lengths[])
{
	static char name[] = "column";
	PGresAttDesc attributes[5] = { { 0 } };
	PGresult *row = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	char copy[64];
	int i;

	ck_assert_ptr_nonnull(row);
	for (i = 0; i < columns; i++) {
		attributes[i].name = name;
		attributes[i].format = 1;
	}
	ck_assert_int_eq(PQsetResultAttrs(row, columns, attributes), 1);
	for (i = 0; i < columns; i++) {
		if (lengths[i] > 0)
			memcpy(copy, values[i], (size_t)lengths[i]);
		ck_assert_int_eq(PQsetvalue(row, 0, i, copy, lengths[i]), 1);
	}
	db_call_start(c, DB_READ, &key);
	c->row = row;
	c->status = STATUS_OK;
}

static void
put_value(struct db_call *c, const char *value, int len)
{
	put_row(c, 1, &value, &len);
}

static const struct {
	const char *text;
	enum db_outcome outcome;
	enum status status;
} outcomes[] = {
	{ "ok", DB_OK, STATUS_OK },
	{ "repeated", DB_REPEATED, STATUS_OK },
	{ "not_found", DB_NOT_FOUND, STATUS_OK },
	{ "ended", DB_ENDED, STATUS_OK },
	{ "conflict", DB_CONFLICT, STATUS_OK },
	{ "unbound", DB_UNBOUND, STATUS_OK },
	{ "forbidden", DB_FORBIDDEN, STATUS_OK },
	{ "stale", DB_STALE, STATUS_OK },
	{ "too_soon", DB_TOO_SOON, STATUS_OK },
	{ "unchanged", DB_UNCHANGED, STATUS_OK },
	{ "", DB_OK, STATUS_BUG },
	{ "o", DB_OK, STATUS_BUG },
	{ "okay", DB_OK, STATUS_BUG },
	{ "OK", DB_OK, STATUS_BUG },
};

START_TEST(row_outcome)
{
	enum db_outcome outcome = DB_OUTCOMES;
	struct db_call c;

	put_value(&c, outcomes[_i].text, (int)strlen(outcomes[_i].text));
	ck_assert(db_row_outcome(&c, &outcome) == outcomes[_i].status);
	ck_assert_int_eq(outcome,
	    outcomes[_i].status == STATUS_OK ? outcomes[_i].outcome :
					       DB_OUTCOMES);
	db_call_end(&c);
}
END_TEST

START_TEST(row_of_all_types)
{
	static const char *const values[] = { "ok", "\x80\0\0\1",
		"\0\0\0\0\0\0\1\0", "a\0b", NULL };
	static const int lengths[] = { 2, 4, 8, 3, -1 };
	struct db_call c;
	const void *bytes;
	int32_t int4;
	int64_t int8;
	size_t len;

	put_row(&c, 5, values, lengths);
	ck_assert(db_row_int4(&c, 1, &int4) == STATUS_OK);
	ck_assert_int_eq(int4, INT32_MIN + 1);
	ck_assert(db_row_int8(&c, 2, &int8) == STATUS_OK);
	ck_assert_int_eq(int8, 256);
	ck_assert(db_row_bytes(&c, 3, &bytes, &len) == STATUS_OK);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(bytes, "a\0b", 3);
	ck_assert(!db_row_null(&c, 3));
	ck_assert(db_row_null(&c, 4));
	db_call_end(&c);
	ck_assert_ptr_null(c.row);
}
END_TEST

START_TEST(row_of_the_notifiers_types)
{
	static const char *const values[] = { "\1", "\0", "\xff\xfe",
		"sixteen bytes..", NULL };
	static const int lengths[] = { 1, 1, 2, 16, -1 };
	struct db_call c;
	struct uuid uuid;
	int16_t int2;
	bool truth;

	put_row(&c, 5, values, lengths);
	ck_assert(db_row_bool(&c, 0, &truth) == STATUS_OK && truth);
	ck_assert(db_row_bool(&c, 1, &truth) == STATUS_OK && !truth);
	ck_assert(db_row_int2(&c, 2, &int2) == STATUS_OK);
	ck_assert_int_eq(int2, -2);
	ck_assert(db_row_uuid(&c, 3, &uuid) == STATUS_OK);
	ck_assert_int_eq(uuid_compare(&uuid, &key), 0);
	truth = true;
	int2 = 42;
	ck_assert(db_row_bool(&c, 4, &truth) == STATUS_BUG && truth);
	ck_assert(db_row_bool(&c, 2, &truth) == STATUS_BUG && truth);
	ck_assert(db_row_int2(&c, 4, &int2) == STATUS_BUG);
	ck_assert(db_row_int2(&c, 0, &int2) == STATUS_BUG);
	ck_assert_int_eq(int2, 42);
	ck_assert(db_row_uuid(&c, 4, &uuid) == STATUS_BUG);
	ck_assert(db_row_uuid(&c, 2, &uuid) == STATUS_BUG);
	ck_assert_int_eq(uuid_compare(&uuid, &key), 0);
	db_call_end(&c);
}
END_TEST

/* Rows are read one at a time, the first until another is chosen. */
START_TEST(rows_of_a_set)
{
	static const char *const three[] = { "\1", "\2", NULL };
	struct db_call c;
	const void *bytes;
	PGresult *rows;
	size_t len;
	int i;

	put_value(&c, "\0", 1);
	rows = c.row;
	for (i = 0; i < 3; i++) {
		char copy[2] = { (char)(i + 1), 0 };

		ck_assert_int_eq(
		    PQsetvalue(rows, i + 1, 0, copy, three[i] == NULL ? -1 : 1),
		    1);
	}
	ck_assert_int_eq(db_rows(&c), 4);
	for (i = 0; i < 3; i++) {
		ck_assert(db_row_bytes(&c, 0, &bytes, &len) == STATUS_OK);
		ck_assert_int_eq(*(const char *)bytes, i);
		db_row_at(&c, i + 1);
	}
	ck_assert(db_row_null(&c, 0));
	ck_assert(db_row_bytes(&c, 0, &bytes, &len) == STATUS_BUG);
	db_row_at(&c, 1);
	ck_assert(!db_row_null(&c, 0));
	/* Made again, it begins with the first once more. */
	db_call_forget(&c);
	ck_assert_int_eq(c.at, 0);
	db_call_end(&c);
}
END_TEST

START_TEST(no_such_row)
{
	struct db_call c;

	put_value(&c, "x", 1);
	db_row_at(&c, _i == 0 ? 1 : -1);
}
END_TEST

/* Null, missing or of another length: a bug, and nothing is set. */
START_TEST(row_of_wrong_columns)
{
	static const char *const values[] = { NULL, "123", "12345", "" };
	static const int lengths[] = { -1, 3, 5, 0 };
	enum db_outcome outcome = DB_OUTCOMES;
	const void *bytes = &key;
	int64_t int8 = 42, when = 42;
	int32_t int4 = 42;
	struct db_call c;
	size_t len = 42;
	int i;

	put_row(&c, 4, values, lengths);
	for (i = 0; i < 5; i++) {
		ck_assert(db_row_int4(&c, i, &int4) == STATUS_BUG);
		ck_assert(db_row_int8(&c, i, &int8) == STATUS_BUG);
		ck_assert(db_row_time(&c, i, &when) == STATUS_BUG);
	}
	ck_assert(db_row_outcome(&c, &outcome) == STATUS_BUG);
	ck_assert(db_row_bytes(&c, 0, &bytes, &len) == STATUS_BUG);
	ck_assert(db_row_bytes(&c, 4, &bytes, &len) == STATUS_BUG);
	ck_assert(db_row_null(&c, 4));
	ck_assert_int_eq(int4 + int8 + when, 3 * 42);
	ck_assert_ptr_eq(bytes, &key);
	ck_assert_uint_eq(len, 42);
	ck_assert_int_eq(outcome, DB_OUTCOMES);
	/* An empty value is one. */
	ck_assert(db_row_bytes(&c, 3, &bytes, &len) == STATUS_OK);
	ck_assert_uint_eq(len, 0);
	db_call_end(&c);
}
END_TEST

START_TEST(row_time)
{
	struct db_call c;
	int64_t when = 42;

	put_value(&c, times[_i].wire, 8);
	ck_assert(db_row_time(&c, 0, &when) == STATUS_OK);
	ck_assert_msg(when == times[_i].unix_seconds, "%s", times[_i].when);
	db_call_end(&c);
}
END_TEST

/* A part of a second is dropped downwards, also before the epoch. */
START_TEST(row_time_is_rounded_down)
{
	struct db_call c;
	int64_t when;

	put_value(&c, "\0\0\0\0\0\x0f\x42\x3f", 8);
	ck_assert(db_row_time(&c, 0, &when) == STATUS_OK);
	ck_assert_int_eq(when, 946684800);
	db_call_end(&c);
	put_value(&c, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
	ck_assert(db_row_time(&c, 0, &when) == STATUS_OK);
	ck_assert_int_eq(when, 946684799);
	db_call_end(&c);
}
END_TEST

START_TEST(forget_keeps_the_parameters)
{
	struct db_call c;

	put_value(&c, "ok", 2);
	db_call_uuid(&c, &key);
	db_call_forget(&c);
	ck_assert_ptr_null(c.row);
	ck_assert_int_eq(c.n_params, 1);
	ck_assert_int_eq(c.lengths[0], 16);
	ck_assert_mem_eq(c.bytes.data + c.offsets[0], &key, sizeof(key));
	db_call_forget(&c);
	db_call_end(&c);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("db_row");
	TCase *tc = tcase_create("db_row");

	tcase_add_loop_test(tc, row_outcome, 0, LEN(outcomes));
	tcase_add_test(tc, row_of_all_types);
	tcase_add_test(tc, row_of_the_notifiers_types);
	tcase_add_test(tc, rows_of_a_set);
	tcase_add_loop_test_raise_signal(tc, no_such_row, SIGABRT, 0, 2);
	tcase_add_test(tc, row_of_wrong_columns);
	tcase_add_loop_test(tc, row_time, 0, LEN(times));
	tcase_add_test(tc, row_time_is_rounded_down);
	tcase_add_test(tc, forget_keeps_the_parameters);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
