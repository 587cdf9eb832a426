/* test_db_set: calls that give any number of rows. */
#include "db_fixture.h"

/* A row of the outbox for each of these keys, due in that order. */
static void
put_outbox(int n)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "insert into relay.outbox (row_key, for_sender, owner, token,"
	    " wrap, expires_at, put_at, due_at, generation)"
	    " select lpad(i::text, 32, '0')::uuid, i %% 2 = 0,"
	    " lpad((10 + i)::text, 32, '0')::uuid, 'token', '',"
	    " '2100-01-01Z', '2000-01-01Z', now() - make_interval(0, 0, 0, i),"
	    " 40 + i from generate_series(1, %d) as i",
	    n);
	(void)ask(sql);
}

static void
put_lease(struct db_call *c, int32_t limit)
{
	struct uuid none = uuid(0, 0);

	db_call_end(c);
	db_call_start(c, DB_OUTBOX_LEASE, &none);
	db_call_int4(c, limit);
	db_call_int4(c, 60);
}

static void
check_row(struct db_call *c, int row, unsigned char key)
{
	struct uuid expected = uuid(0, key), got;
	int64_t expires_at, put_at;
	int32_t generation;
	int16_t attempts;
	const void *token;
	bool for_sender;
	size_t len;

	db_row_at(c, row);
	ck_assert(db_row_uuid(c, 0, &got) == STATUS_OK);
	ck_assert_int_eq(uuid_compare(&got, &expected), 0);
	ck_assert(db_row_bool(c, 1, &for_sender) == STATUS_OK);
	ck_assert(for_sender == (key % 2 == 0));
	ck_assert(db_row_int4(c, 2, &generation) == STATUS_OK);
	ck_assert_int_eq(generation, 40 + key);
	ck_assert(db_row_uuid(c, 3, &got) == STATUS_OK);
	/* Decimal digits, read as hexadecimal ones. */
	ck_assert_int_eq(got.b[15], 0x10 + key);
	ck_assert(db_row_bytes(c, 4, &token, &len) == STATUS_OK);
	ck_assert_uint_eq(len, 5);
	ck_assert(db_row_bytes(c, 5, &token, &len) == STATUS_OK);
	ck_assert_uint_eq(len, 0);
	ck_assert(db_row_int2(c, 6, &attempts) == STATUS_OK);
	ck_assert_int_eq(attempts, 1);
	ck_assert(db_row_time(c, 7, &expires_at) == STATUS_OK);
	ck_assert_int_eq(expires_at, INT64_C(4102444800));
	ck_assert(db_row_time(c, 8, &put_at) == STATUS_OK);
	ck_assert_int_eq(put_at, INT64_C(946684800));
}

/* Any number of rows, none among them, by one call of many. */
START_TEST(rows_of_a_set)
{
	open_client(DB_NOTIFIER, "", PATIENCE_MS);
	put_outbox(5);
	put_lease(&calls[0], 3);
	put_lease(&calls[1], 1);
	put_lease(&calls[2], 10);
	put_lease(&calls[3], 10);
	make_calls(4);
	ck_assert_int_eq(calls[3].status, STATUS_OK);
	ck_assert_int_eq(db_rows(&calls[0]), 3);
	ck_assert_int_eq(db_rows(&calls[1]), 1);
	ck_assert_int_eq(db_rows(&calls[2]), 1);
	ck_assert_int_eq(db_rows(&calls[3]), 0);
	check_row(&calls[0], 0, 5);
	check_row(&calls[0], 2, 3);
	check_row(&calls[0], 1, 4);
	check_row(&calls[1], 0, 2);
	check_row(&calls[2], 0, 1);
}
END_TEST

/* The raising neighbour of a set, which is then made again alone. */
START_TEST(set_beside_a_raising_call)
{
	open_client(DB_NOTIFIER, "", PATIENCE_MS);
	put_outbox(2);
	put_lease(&calls[0], 10);
	put_lease(&calls[1], 0);
	put_lease(&calls[2], 10);
	make_calls(3);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	ck_assert_int_eq(calls[1].status, STATUS_BUG);
	ck_assert_int_eq(calls[2].status, STATUS_OK);
	/* What was rolled back is leased once, by who comes first. */
	ck_assert_int_eq(db_rows(&calls[0]), 2);
	check_row(&calls[0], 0, 2);
	ck_assert_int_eq(db_rows(&calls[2]), 0);
}
END_TEST

Suite *
db_set_suite(void)
{
	Suite *s = suite_create("db_set");
	TCase *tc = tcase_create("db_set");

	tcase_set_timeout(tc, 3 * GIVE_UP_MS / 1000);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, rows_of_a_set);
	tcase_add_test(tc, set_beside_a_raising_call);
	suite_add_tcase(s, tc);
	return (s);
}
