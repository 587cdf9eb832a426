/* test_db_ring: what is notified, and rings beside a batch. */
#include "db_fixture.h"

#define CHANNEL "credrelay_mailbox"

static char heard_text[256]; /* each payload behind a blank; "-": missed some */

static void
hear(void *arg, const char *payload)
{
	ck_assert_ptr_eq(arg, heard_text);
	ck_assert_uint_lt(strlen(heard_text) + 12, sizeof(heard_text));
	(void)strcat(heard_text, " ");
	(void)strncat(heard_text, payload == NULL ? "-" : payload, 10);
}

static void
setup_listening(void)
{
	setup();
	heard_text[0] = '\0';
}

/* Turns until it has heard all this, and then forgets it. */
static void
expect(const char *expected)
{
	int64_t end = clock_ms() + GIVE_UP_MS;

	while (strcmp(heard_text, expected) != 0) {
		ck_assert_msg(clock_ms() < end, "heard \"%s\", not \"%s\"",
		    heard_text, expected);
		turn();
	}
	heard_text[0] = '\0';
}

static void
notify(const char *channel, const char *payload)
{
	char sql[256];

	(void)snprintf(
	    sql, sizeof(sql), "select pg_notify('%s', '%s')", channel, payload);
	(void)ask(sql);
}

static void
open_listening(enum db_client client)
{
	open_client(client, "", PATIENCE_MS);
	db_listen(db, CHANNEL, hear, heard_text);
	ck_assert_str_eq(heard_text, "");
	wait_ready();
	/* Before it, everything was missed. */
	expect(" -");
}

static void
put_ring(struct db_call *c, const char *mailboxes, bool outbox)
{
	struct uuid none = uuid(0, 0);

	db_call_end(c);
	db_call_start(c, DB_RING, &none);
	db_call_text(c, mailboxes);
	db_call_bool(c, outbox);
}

/* Whichever client listens; other channels are not its own. */
START_TEST(notified)
{
	open_listening((enum db_client)_i);
	notify(CHANNEL, "0123abcd");
	notify("credrelay_outbox", "other");
	notify(CHANNEL, "");
	notify(CHANNEL, "89abcdef");
	expect(" 0123abcd  89abcdef");
	ck_assert(db_ready(db));
	ck_assert(db_due_ms(db) == INT64_MAX);
}
END_TEST

/* What listens for all is no worker: it has nothing prepared. */
START_TEST(bell_prepares_nothing)
{
	struct uuid none = uuid(0, 0);

	open_listening(DB_BELL);
	db_call_start(&calls[0], DB_READY, &none);
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_BUG);
}
END_TEST

/* Without db_listen nothing is heard, and nothing breaks. */
START_TEST(not_listening)
{
	open_db("", PATIENCE_MS);
	wait_ready();
	notify(CHANNEL, "0123abcd");
	put_create(&calls[0], 1);
	make_calls(1);
	check_outcome(&calls[0], DB_OK);
	ck_assert_str_eq(heard_text, "");
}
END_TEST

/* The connection is made anew: it says that it has missed some. */
START_TEST(lost_and_found)
{
	int i;

	open_listening((enum db_client)_i);
	for (i = 0; i < 3; i++) {
		(void)ask("select pg_terminate_backend(pid)"
			  " from pg_stat_activity"
			  " where usename in ('relay_worker',"
			  " 'relay_notifier')");
		expect(" -");
		notify(CHANNEL, "0123abcd");
		expect(" 0123abcd");
	}
}
END_TEST

/* While a batch is under way it is heard with its answers, or after them. */
START_TEST(notified_amid_a_batch)
{
	unsigned char i;

	open_listening(DB_WORKER);
	for (i = 0; i < 10; i++)
		put_create(&calls[i], (unsigned char)(i + 1));
	db_send(db, pointers, 10, clock_ms());
	notify(CHANNEL, "0123abcd");
	wait_finished();
	for (i = 0; i < 10; i++)
		check_outcome(&calls[i], DB_OK);
	expect(" 0123abcd");
}
END_TEST

/* A ring by itself, heard by the connection that rings, too. */
START_TEST(ring_alone)
{
	static const char *const mailboxes[] = { "0123abcd", "*", "" };

	open_listening(DB_WORKER);
	put_ring(&calls[0], mailboxes[_i], true);
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	ck_assert(db_ready(db));
	notify(CHANNEL, "end");
	expect(_i == 0 ? " 0123abcd end" : _i == 1 ? " * end" : " end");
}
END_TEST

/* The ring is first; behind it three calls, of which `bad` raises. */
static void
send_with_ring(const char *mailboxes, int bad)
{
	unsigned char i;

	put_ring(&calls[0], mailboxes, false);
	for (i = 1; i <= 3; i++) {
		db_call_end(&calls[i]);
		if (i == bad)
			put_read(&calls[i], i, false);
		else
			put_create(&calls[i], i);
	}
	make_calls(4);
}

static void
check_batch(int bad)
{
	int i;

	for (i = 1; i <= 3; i++) {
		if (i == bad)
			ck_assert_int_eq(calls[i].status, STATUS_BUG);
		else
			check_outcome(&calls[i], DB_OK);
		ck_assert(!calls[i].uncertain);
	}
	ck_assert_str_eq(
	    ask("select count(*) from relay.mailbox"), bad == 0 ? "3" : "2");
}

/*
 * It has a transaction of its own, in which nothing of the batch is: the rows
 * are of one, and it is not the first since.
 */
START_TEST(ring_is_apart)
{
	open_listening(DB_WORKER);
	send_with_ring("0123abcd", 0);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	check_batch(0);
	ck_assert_str_eq(
	    ask("select count(distinct xmin::text) from relay.mailbox"), "1");
	expect(" 0123abcd");
	ck_assert(db_ready(db));
}
END_TEST

/* One that raises spoils neither the batch nor the connection. */
START_TEST(raising_ring)
{
	open_listening(DB_WORKER);
	send_with_ring("nonsense", 0);
	ck_assert_int_eq(calls[0].status, STATUS_BUG);
	ck_assert_ptr_null(calls[0].row);
	check_batch(0);
	ck_assert_str_eq(
	    ask("select count(distinct xmin::text) from relay.mailbox"), "1");
	ck_assert(db_ready(db));
	put_ring(&calls[0], "0123abcd", false);
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	expect(" 0123abcd");
}
END_TEST

/* Nor does a call that raises have it rung twice. */
START_TEST(raising_call_beside_a_ring)
{
	open_listening(DB_WORKER);
	send_with_ring("0123abcd", _i);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	check_batch(_i);
	ck_assert(db_ready(db));
	notify(CHANNEL, "end");
	expect(" 0123abcd end");
}
END_TEST

/* Both raise, and each is told apart. */
START_TEST(raising_call_beside_a_raising_ring)
{
	open_listening(DB_WORKER);
	send_with_ring("nonsense", _i);
	ck_assert_int_eq(calls[0].status, STATUS_BUG);
	check_batch(_i);
	ck_assert(db_ready(db));
}
END_TEST

/* A ring that runs into what an outage is, until it is mended. */
static void
break_ring(void)
{
	(void)ask("alter function relay_api.ring(text, boolean)"
		  " rename to ring_kept");
	(void)ask("create function relay_api.ring(text, boolean)"
		  " returns void language plpgsql as $$ begin"
		  " raise exception using errcode = '57014'; end $$");
}

static void
mend_ring(void)
{
	if (strcmp(ask("select to_regprocedure("
		       "'relay_api.ring_kept(text, boolean)') is not null"),
		"t") != 0)
		return;
	(void)ask("drop function relay_api.ring(text, boolean)");
	(void)ask("alter function relay_api.ring_kept(text, boolean)"
		  " rename to ring");
}

static void
teardown_mending(void)
{
	mend_ring();
	teardown();
}

/* The batch is done; only the ring is to be made again. */
START_TEST(ring_in_an_outage)
{
	break_ring();
	(void)ask("grant execute on function relay_api.ring(text, boolean)"
		  " to relay_worker");
	open_listening(DB_WORKER);
	send_with_ring("0123abcd", _i);
	ck_assert_int_eq(calls[0].status, STATUS_OUTAGE);
	ck_assert(!calls[0].uncertain);
	ck_assert_ptr_null(calls[0].row);
	check_batch(_i);
	mend_ring();
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	/* The connection was made anew in between. */
	expect(" - 0123abcd");
}
END_TEST

/* Alone, it is an outage like any call's. */
START_TEST(ring_alone_in_an_outage)
{
	break_ring();
	(void)ask("grant execute on function relay_api.ring(text, boolean)"
		  " to relay_worker");
	open_listening(DB_WORKER);
	put_ring(&calls[0], "0123abcd", false);
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_OUTAGE);
	ck_assert(!db_ready(db));
	mend_ring();
	make_calls(1);
	ck_assert_int_eq(calls[0].status, STATUS_OK);
}
END_TEST

static bool
is_blocked(void)
{
	return (strcmp(ask("select count(*) from pg_locks as l"
			   " join pg_stat_activity as a using (pid)"
			   " where a.usename = 'relay_worker'"
			   " and not l.granted"),
		    "0") != 0);
}

/* The connection is lost while the batch is under way: the ring is done. */
START_TEST(batch_in_an_outage)
{
	int64_t end = clock_ms() + GIVE_UP_MS;

	open_listening(DB_WORKER);
	put_create(&calls[0], 1);
	make_calls(1);
	(void)ask("begin");
	(void)ask("select 1 from relay.mailbox for update");
	put_ring(&calls[0], "0123abcd", false);
	put_update(&calls[1], 1, NULL, 0);
	put_create(&calls[2], 2);
	db_send(db, pointers, 3, clock_ms());
	while (!is_blocked()) {
		ck_assert_msg(clock_ms() < end, "it never waited");
		turn();
	}
	ck_assert_str_eq(ask(kill_worker), "t");
	wait_finished();
	ck_assert_int_eq(calls[0].status, STATUS_OK);
	ck_assert(!calls[0].uncertain);
	ck_assert_int_eq(calls[1].status, STATUS_OUTAGE);
	ck_assert_int_eq(calls[2].status, STATUS_OUTAGE);
	ck_assert(calls[1].uncertain && calls[2].uncertain);
	(void)ask("rollback");
	pointers[0] = &calls[1];
	pointers[1] = &calls[2];
	make_calls(2);
	check_outcome(&calls[1], DB_OK);
	check_outcome(&calls[2], DB_OK);
}
END_TEST

Suite *
db_ring_suite(void)
{
	Suite *s = suite_create("db_ring");
	TCase *tc = tcase_create("db_ring");

	tcase_set_timeout(tc, 3 * GIVE_UP_MS / 1000);
	tcase_add_checked_fixture(tc, setup_listening, teardown_mending);
	tcase_add_loop_test(tc, notified, DB_WORKER, DB_NOTIFIER + 1);
	tcase_add_test(tc, bell_prepares_nothing);
	tcase_add_test(tc, not_listening);
	tcase_add_loop_test(tc, lost_and_found, DB_WORKER, DB_NOTIFIER + 1);
	tcase_add_test(tc, notified_amid_a_batch);
	tcase_add_loop_test(tc, ring_alone, 0, 3);
	tcase_add_test(tc, ring_is_apart);
	tcase_add_test(tc, raising_ring);
	tcase_add_loop_test(tc, raising_call_beside_a_ring, 1, 4);
	tcase_add_loop_test(tc, raising_call_beside_a_raising_ring, 1, 4);
	tcase_add_loop_test(tc, ring_in_an_outage, 0, 4);
	tcase_add_test(tc, ring_alone_in_an_outage);
	tcase_add_test(tc, batch_in_an_outage);
	suite_add_tcase(s, tc);
	return (s);
}
