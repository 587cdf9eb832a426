/*
 * test_db: calls against a real PostgreSQL with the relay's schema.
 *
 * tests/unit/run-db starts one and says by PGHOST, PGPORT, PGDATABASE and
 * PGUSER (a superuser) where it is; without these the test is skipped.
 */
#include "db_fixture.h"
#include "tap.h"

/* Every statement is prepared against the real schema when this is ready. */
START_TEST(connect_and_ask)
{
	struct uuid none = uuid(0, 0);
	int32_t version, oldest;

	open_db("", PATIENCE_MS);
	db_call_start(&calls[0], DB_READY, &none);
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	ck_assert(db_row_int4(&calls[0], 0, &version) == STATUS_OK);
	ck_assert_int_ge(version, 1);
	ck_assert(db_row_null(&calls[0], 2) ||
	    db_row_int4(&calls[0], 2, &oldest) == STATUS_OK);
	ck_assert(db_due_ms(db) == INT64_MAX);
}
END_TEST

START_TEST(values_come_back)
{
	const void *bytes;
	int64_t version, expires_at;
	size_t len;

	open_db("", PATIENCE_MS);
	put_create(&calls[0], 9);
	make_calls(1);
	check_outcome(&calls[0], DB_OK);
	ck_assert(db_row_time(&calls[0], 1, &expires_at) == STATUS_OK);
	ck_assert_int_ge(expires_at, (int64_t)time(NULL) + 3600 - 60);
	ck_assert_int_le(expires_at, (int64_t)time(NULL) + 3600);
	db_call_end(&calls[0]);
	put_read(&calls[0], 9, true);
	make_calls(1);
	check_outcome(&calls[0], DB_OK);
	ck_assert(db_row_int8(&calls[0], 2, &version) == STATUS_OK);
	ck_assert_int_eq(version, 1000);
	ck_assert(db_row_bytes(&calls[0], 3, &bytes, &len) == STATUS_OK);
	ck_assert_uint_eq(len, 8);
	ck_assert_mem_eq(bytes, "pay\0load", 8);
	ck_assert(db_row_null(&calls[0], 4));
}
END_TEST

/* The arrays of If-Match: null, empty, one that matches, one that does not. */
START_TEST(arrays)
{
	static const int64_t some[] = { 5, 1000, INT64_MAX };
	static const int64_t others[] = { 5, 6 };

	open_db("", PATIENCE_MS);
	put_create(&calls[0], 9);
	make_calls(1);
	db_call_end(&calls[0]);
	put_update(&calls[0], 9, others, 2);
	put_update(&calls[1], 9, others, 0);
	put_update(&calls[2], 9, some, 3);
	put_update(&calls[3], 9, NULL, 0);
	make_calls(4);
	check_outcome(&calls[0], DB_STALE);
	check_outcome(&calls[1], DB_STALE);
	check_outcome(&calls[2], DB_OK);
	check_outcome(&calls[3], DB_REPEATED);
}
END_TEST

/* One batch is one transaction. */
START_TEST(batch_is_one_transaction)
{
	unsigned char i;

	open_db("", PATIENCE_MS);
	for (i = 0; i < MOST; i++)
		put_create(&calls[i], (unsigned char)(i + 1));
	make_calls(MOST);
	for (i = 0; i < MOST; i++)
		check_outcome(&calls[i], DB_OK);
	ck_assert_str_eq(ask("select count(distinct xmin::text) || ' ' ||"
			     " count(*) from relay.mailbox"),
	    "1 40");
}
END_TEST

/* One call raises, first, in the middle or last: the others are made. */
START_TEST(raising_call_is_apart)
{
	static const unsigned char places[] = { 0, 4, 9 };
	unsigned char i, bad = places[_i];

	open_db("", PATIENCE_MS);
	for (i = 0; i < 10; i++) {
		if (i == bad)
			put_read(&calls[i], (unsigned char)(i + 1), false);
		else
			put_create(&calls[i], (unsigned char)(i + 1));
	}
	make_calls(10);
	for (i = 0; i < 10; i++) {
		if (i == bad) {
			ck_assert_int_eq(calls[i].status, STATUS_BUG);
			ck_assert_ptr_null(calls[i].row);
		} else
			check_outcome(&calls[i], DB_OK);
		ck_assert(!calls[i].uncertain);
	}
	ck_assert_str_eq(ask("select count(*) from relay.mailbox"), "9");
	/* The connection is as good as before. */
	db_call_end(&calls[0]);
	put_read(&calls[0], 5 + (bad == 4), true);
	make_calls(1);
	check_outcome(&calls[0], DB_OK);
}
END_TEST

START_TEST(raising_call_alone)
{
	open_db("", PATIENCE_MS);
	put_read(&calls[0], 1, false);
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_BUG);
	ck_assert(!calls[0].uncertain);
	ck_assert(db_ready(db));
}
END_TEST

START_TEST(killed_while_idle)
{
	int64_t end = clock_ms() + GIVE_UP_MS;

	open_db("", PATIENCE_MS);
	wait_ready();
	ck_assert_str_eq(ask(kill_worker), "t");
	while (db_ready(db) && clock_ms() < end)
		turn();
	ck_assert(!db_ready(db));
	ck_assert_int_eq(db_health(db), DB_UNREACHABLE);
	ck_assert(!db_finished(db));
	put_create(&calls[0], 1);
	make_calls(1);
	check_outcome(&calls[0], DB_OK);
}
END_TEST

/* Waits until the worker waits for a row that the superuser holds. */
static void
send_and_block(void)
{
	int64_t end = clock_ms() + GIVE_UP_MS;

	put_create(&calls[0], 1);
	make_calls(1);
	db_call_end(&calls[0]);
	(void)ask("begin");
	(void)ask("select 1 from relay.mailbox for update");
	put_update(&calls[0], 1, NULL, 0);
	put_create(&calls[1], 2);
	db_send(db, pointers, 2, clock_ms());
	do {
		ck_assert_msg(clock_ms() < end, "it never waited");
		db_turn(db, clock_ms(), true);
	} while (
	    strcmp(ask("select count(*) from pg_locks as l"
		       " join pg_stat_activity as a using (pid)"
		       " where a.usename = 'relay_worker' and not l.granted"),
		"0") == 0);
	ck_assert(!db_finished(db));
}

static void
check_uncertain_then_recover(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(calls[i].status, STATUS_OUTAGE);
		ck_assert_ptr_null(calls[i].row);
		ck_assert(calls[i].uncertain);
	}
	ck_assert_int_eq(db_health(db), DB_UNREACHABLE);
	(void)ask("rollback");
	/* The same calls again, as the worker does it. */
	make_calls(2);
	check_outcome(&calls[0], DB_OK);
	check_outcome(&calls[1], DB_OK);
	ck_assert(calls[0].uncertain && calls[1].uncertain);
	ck_assert_str_eq(ask("select count(*) from relay.mailbox"), "2");
}

START_TEST(killed_amid_a_batch)
{
	open_db("", PATIENCE_MS);
	send_and_block();
	ck_assert_str_eq(ask(kill_worker), "t");
	wait_finished();
	check_uncertain_then_recover();
}
END_TEST

/* Patience ends by the clock that the caller gives. */
START_TEST(patience_ends)
{
	open_db("", PATIENCE_MS);
	send_and_block();
	db_turn(db, db_due_ms(db) - 1, true);
	ck_assert(!db_finished(db));
	db_turn(db, db_due_ms(db), true);
	ck_assert(db_finished(db));
	/* What is given up may still be waiting for the row. */
	(void)ask(kill_worker);
	check_uncertain_then_recover();
}
END_TEST

/* The worker's backend waits for something of this name. */
static bool
waits_for(const char *event)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
	    "select count(*) from"
	    " pg_stat_activity where usename = 'relay_worker'"
	    " and wait_event = '%s'",
	    event);
	return (strcmp(ask(sql), "0") != 0);
}

/*
 * The wait for a standby is cut short: committed here, and nobody knows
 * whether elsewhere.  The first commits may come before the server has heard
 * of its standby.
 */
START_TEST(commit_in_doubt)
{
	unsigned char key = 0;

	open_db("", PATIENCE_MS);
	wait_ready();
	(void)ask("alter system set synchronous_standby_names = 'nobody'");
	(void)ask("select pg_reload_conf()");
	do {
		ck_assert_uint_lt(++key, 250);
		db_call_end(&calls[0]);
		put_create(&calls[0], key);
		db_send(db, pointers, 1, clock_ms());
		while (!db_finished(db) && !waits_for("SyncRep"))
			turn();
	} while (db_ready(db));
	(void)ask("alter system reset synchronous_standby_names");
	(void)ask("select pg_cancel_backend(pid) from pg_stat_activity"
		  " where usename = 'relay_worker'");
	wait_finished();
	(void)ask("select pg_reload_conf()");
	ck_assert_int_eq(calls[0].status, STATUS_OUTAGE);
	ck_assert(calls[0].uncertain);
	ck_assert_ptr_null(calls[0].row);
	make_calls(1);
	check_outcome(&calls[0], DB_REPEATED);
}
END_TEST

/* A primary that became a standby takes no writes: come again later. */
START_TEST(read_only_is_an_outage)
{
	open_db("target_session_attrs=any"
		" options='-c default_transaction_read_only=on'",
	    PATIENCE_MS);
	put_create(&calls[0], 1);
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_OUTAGE);
	ck_assert(!calls[0].uncertain);
	ck_assert(!db_ready(db));
}
END_TEST

/* And by default no such server is connected to at all. */
START_TEST(read_only_is_not_taken)
{
	int i;

	open_db("options='-c default_transaction_read_only=on'", PATIENCE_MS);
	for (i = 0; i < 20; i++) {
		turn();
		ck_assert(!db_ready(db));
	}
	ck_assert_int_eq(db_health(db), DB_UNREACHABLE);
}
END_TEST

START_TEST(schema_is_missing)
{
	int64_t end = clock_ms() + GIVE_UP_MS;

	/* The later dbname counts. */
	open_db("dbname=template1", PATIENCE_MS);
	while (db_health(db) != DB_SCHEMA_MISSING) {
		ck_assert_msg(clock_ms() < end, "it was never missed");
		turn();
		ck_assert(!db_ready(db));
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("db");
	TCase *tc = tcase_create("db");

	tcase_set_timeout(tc, 3 * GIVE_UP_MS / 1000);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, connect_and_ask);
	tcase_add_test(tc, values_come_back);
	tcase_add_test(tc, arrays);
	tcase_add_test(tc, batch_is_one_transaction);
	tcase_add_loop_test(tc, raising_call_is_apart, 0, 3);
	tcase_add_test(tc, raising_call_alone);
	tcase_add_test(tc, killed_while_idle);
	tcase_add_test(tc, killed_amid_a_batch);
	tcase_add_test(tc, patience_ends);
	tcase_add_test(tc, commit_in_doubt);
	tcase_add_test(tc, read_only_is_an_outage);
	tcase_add_test(tc, read_only_is_not_taken);
	tcase_add_test(tc, schema_is_missing);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	SRunner *sr;

	if (getenv("PGHOST") == NULL || getenv("PGPORT") == NULL ||
	    getenv("PGDATABASE") == NULL || getenv("PGUSER") == NULL) {
		(void)printf("1..0 # SKIP no PGHOST, PGPORT, PGDATABASE,"
			     " PGUSER: see tests/unit/run-db\n");
		return (EXIT_SUCCESS);
	}
	sr = srunner_create(suite());
	srunner_add_suite(sr, db_ring_suite());
	srunner_add_suite(sr, db_set_suite());
	srunner_add_suite(sr, db_gather_suite());
	return (tap_run(sr));
}
