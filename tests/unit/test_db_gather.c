/* test_db_gather: calls of a batch that are alike, as one call. */
#include "db_fixture.h"
#include "db_gather.h"

static struct db_gather gather;

static void
put_preview(struct db_call *c, unsigned char key)
{
	struct uuid row = uuid(key, 0);

	db_call_start(c, DB_PREVIEW, &row);
	db_call_uuid(c, &row);
}

/* By one who is not the sender. */
static void
put_stranger(struct db_call *c, unsigned char key)
{
	struct uuid row = uuid(key, 0), claim = uuid(1, 2);

	db_call_start(c, DB_READ, &row);
	db_call_uuid(c, &row);
	db_call_uuid(c, &claim);
	db_call_bool(c, false);
	db_call_null(c);
}

/* Whether the wait of the sender or of a stranger is over. */
static void
put_check(struct db_call *c, unsigned char key, bool by_sender)
{
	struct uuid row = uuid(key, 0), claim = uuid(1, by_sender ? 1 : 2);
	static const int64_t seen = 1000;

	db_call_start(c, DB_CHECK, &row);
	db_call_uuid(c, &row);
	db_call_uuid(c, &claim);
	db_call_int8s(c, &seen, 1);
}

/* Makes `n` calls as a worker does; how many that were. */
static size_t
make_gathered(size_t n)
{
	size_t i;

	for (i = 0; i < MOST; i++)
		pointers[i] = &calls[i];
	n = db_gather(&gather, pointers, n);
	make_calls(n);
	db_gather_share(&gather);
	return (n);
}

static void
create_two(void)
{
	open_db("", PATIENCE_MS);
	put_create(&calls[0], 1);
	put_create(&calls[1], 2);
	make_calls(2);
	db_call_end(&calls[0]);
	db_call_end(&calls[1]);
}

static void
gather_teardown(void)
{
	teardown();
	db_gather_end(&gather);
}

START_TEST(each_has_its_own_row)
{
	const void *payload;
	size_t len;

	create_two();
	put_read(&calls[0], 1, true);
	put_preview(&calls[1], 2);
	put_update(&calls[2], 2, NULL, 0);
	put_read(&calls[3], 3, true);
	put_preview(&calls[4], 3);
	ck_assert_uint_eq(make_gathered(5), 2);
	check_outcome(&calls[0], DB_OK);
	ck_assert(db_row_bytes(&calls[0], 3, &payload, &len) == STATUS_OK);
	ck_assert_mem_eq(payload, "pay\0load", 8);
	check_outcome(&calls[1], DB_OK);
	ck_assert(db_row_null(&calls[1], 2));
	ck_assert(db_row_null(&calls[1], 3));
	check_outcome(&calls[2], DB_OK);
	check_outcome(&calls[3], DB_NOT_FOUND);
	check_outcome(&calls[4], DB_NOT_FOUND);
}
END_TEST

START_TEST(who_is_to_be_bound_is_alone)
{
	create_two();
	put_stranger(&calls[0], 1);
	put_read(&calls[1], 1, true);
	ck_assert_uint_eq(make_gathered(2), 1);
	ck_assert_int_eq(calls[0].status, STATUS_OUTAGE);
	ck_assert(calls[0].alone && !calls[0].uncertain);
	check_outcome(&calls[1], DB_OK);
	db_gather_end(&gather);
	/* With two others it is still made for itself. */
	db_call_forget(&calls[1]);
	put_preview(&calls[2], 1);
	ck_assert_uint_eq(make_gathered(3), 2);
	check_outcome(&calls[0], DB_OK);
	check_outcome(&calls[1], DB_OK);
	check_outcome(&calls[2], DB_OK);
}
END_TEST

/* Ends of waits are looked at like reads; none binds, alone or not. */
START_TEST(ends_of_waits)
{
	create_two();
	put_check(&calls[0], 1, true);
	put_check(&calls[1], 1, false);
	put_check(&calls[2], 3, true);
	put_read(&calls[3], 2, true);
	ck_assert_uint_eq(make_gathered(4), 1);
	check_outcome(&calls[0], DB_OK);
	ck_assert(calls[1].alone && !calls[1].uncertain);
	check_outcome(&calls[2], DB_NOT_FOUND);
	check_outcome(&calls[3], DB_OK);
	db_gather_end(&gather);
	db_call_forget(&calls[0]);
	ck_assert_uint_eq(make_gathered(2), 2);
	check_outcome(&calls[0], DB_UNCHANGED);
	check_outcome(&calls[1], DB_UNBOUND);
}
END_TEST

/* One read, one that sets a token, one that may have been done. */
START_TEST(what_is_not_gathered)
{
	struct uuid row = uuid(1, 0), claim = uuid(1, 1);

	create_two();
	put_read(&calls[0], 1, true);
	put_read(&calls[1], 2, true);
	calls[1].uncertain = true;
	db_call_start(&calls[2], DB_READ, &row);
	db_call_uuid(&calls[2], &row);
	db_call_uuid(&calls[2], &claim);
	db_call_bool(&calls[2], true);
	db_call_bytes(&calls[2], "token", 5);
	ck_assert_uint_eq(db_gather(&gather, pointers, 3), 3);
	ck_assert_ptr_eq(pointers[0], &calls[0]);
	db_gather_share(&gather); /* does nothing */
	ck_assert(!calls[0].alone);
}
END_TEST

/* The connection breaks: all are to be made again, gathered as before. */
START_TEST(outage)
{
	create_two();
	put_read(&calls[0], 1, true);
	put_preview(&calls[1], 2);
	(void)ask("begin; lock relay.mailbox");
	wait_ready();
	ck_assert_uint_eq(db_gather(&gather, pointers, 2), 1);
	db_send(db, pointers, 1, clock_ms());
	turn();
	(void)ask(kill_worker);
	wait_finished();
	(void)ask("rollback");
	db_gather_share(&gather);
	ck_assert_int_eq(calls[0].status, STATUS_OUTAGE);
	ck_assert_int_eq(calls[1].status, STATUS_OUTAGE);
	ck_assert(!calls[0].alone && !calls[1].alone);
	db_gather_end(&gather);
	ck_assert_uint_eq(make_gathered(2), 1);
	check_outcome(&calls[0], DB_OK);
	check_outcome(&calls[1], DB_OK);
}
END_TEST

static void
check_update(const struct db_call *c, enum db_outcome outcome, int64_t expected)
{
	int64_t version;

	check_outcome(c, outcome);
	ck_assert_int_eq(db_row_int8(c, 1, &version), STATUS_OK);
	ck_assert_int_eq(version, expected);
}

/* Neighbours of a kind; a read between them locks nothing, and goes first. */
START_TEST(writes_keep_their_order)
{
	create_two();
	put_update(&calls[0], 1, NULL, 0);
	put_read(&calls[1], 1, true);
	put_update(&calls[2], 2, NULL, 0);
	put_create(&calls[3], 3);
	put_create(&calls[4], 4);
	put_update(&calls[5], 5, NULL, 0);
	put_preview(&calls[6], 5);
	put_create(&calls[7], 6);
	ck_assert_uint_eq(db_gather(&gather, pointers, 8), 5);
	ck_assert_int_eq(pointers[0]->statement, DB_READ_MANY);
	ck_assert_int_eq(pointers[1]->statement, DB_UPDATE_MANY);
	ck_assert_int_eq(pointers[2]->statement, DB_CREATE_MANY);
	ck_assert_ptr_eq(pointers[3], &calls[5]);
	ck_assert_ptr_eq(pointers[4], &calls[7]);
	make_calls(5);
	db_gather_share(&gather);
	check_update(&calls[0], DB_OK, 1001);
	check_outcome(&calls[1], DB_OK);
	check_update(&calls[2], DB_OK, 1001);
	check_outcome(&calls[3], DB_OK);
	ck_assert(db_row_null(&calls[3], 2));
	check_outcome(&calls[4], DB_OK);
	check_outcome(&calls[5], DB_NOT_FOUND);
	check_outcome(&calls[6], DB_NOT_FOUND);
	check_outcome(&calls[7], DB_OK);
}
END_TEST

/* A read that is alone may lock its row, and so comes in its turn. */
START_TEST(one_read_stays)
{
	create_two();
	put_update(&calls[0], 1, NULL, 0);
	put_stranger(&calls[1], 2);
	put_update(&calls[2], 3, NULL, 0);
	ck_assert_uint_eq(db_gather(&gather, pointers, 3), 3);
	ck_assert_ptr_eq(pointers[0], &calls[0]);
	ck_assert_ptr_eq(pointers[1], &calls[1]);
	ck_assert_ptr_eq(pointers[2], &calls[2]);
}
END_TEST

/* Makes those again that were left. */
static void
make_left(size_t n)
{
	size_t i, left = 0;

	for (i = 0; i < n; i++) {
		ck_assert_int_eq(
		    calls[i].alone, calls[i].status == STATUS_OUTAGE);
		if (calls[i].alone)
			pointers[left++] = &calls[i];
	}
	db_gather_end(&gather);
	ck_assert_uint_eq(db_gather(&gather, pointers, left), left);
	make_calls(left);
}

/* Of those of one mailbox the first is done, and the next one sees it. */
START_TEST(of_one_mailbox)
{
	create_two();
	put_create(&calls[0], 1);
	put_create(&calls[1], 3);
	put_create(&calls[2], 3);
	put_update(&calls[3], 3, NULL, 0);
	put_update(&calls[4], 3, NULL, 0);
	ck_assert_uint_eq(make_gathered(5), 2);
	check_outcome(&calls[1], DB_OK);
	check_update(&calls[3], DB_OK, 1001);
	make_left(5);
	check_outcome(&calls[0], DB_REPEATED);
	check_outcome(&calls[2], DB_REPEATED);
	check_update(&calls[4], DB_REPEATED, 1001);
}
END_TEST

/* A condition, what may have been done, what is long. */
START_TEST(writes_apart)
{
	static const int64_t version = 1000;
	static char text[10000];

	create_two();
	put_update(&calls[0], 1, &version, 1);
	put_update(&calls[1], 2, NULL, 0);
	put_create(&calls[2], 3);
	calls[2].uncertain = true;
	put_create(&calls[3], 4);
	put_update(&calls[4], 5, NULL, 0);
	db_call_end(&calls[4]);
	db_call_start(&calls[4], DB_UPDATE, &calls[1].key);
	db_call_uuid(&calls[4], &calls[1].key);
	db_call_uuid(&calls[4], &calls[1].key);
	db_call_uuid(&calls[4], &calls[1].key);
	db_call_null(&calls[4]);
	db_call_bytes(&calls[4], text, sizeof(text));
	put_update(&calls[5], 6, NULL, 0);
	ck_assert_uint_eq(db_gather(&gather, pointers, 6), 6);
	ck_assert_ptr_eq(pointers[0], &calls[0]);
	ck_assert_ptr_eq(pointers[5], &calls[5]);
}
END_TEST

/* The row of key 2 cannot be made, for a reason that passes. */
static const char trap[] =
    "create function public.trap() returns trigger language plpgsql as $$ begin"
    " if new.row_key = '02000000-0000-0000-0000-000000000000' then"
    " raise disk_full; end if; return new; end $$;"
    " create trigger trap before insert on relay.mailbox for each row"
    " execute function public.trap()";
static const char untrap[] = "drop function public.trap() cascade";

/* What one of many raises: the others do not suffer from it. */
START_TEST(a_raise)
{
	size_t i;

	open_db("", PATIENCE_MS);
	(void)ask(trap);
	for (i = 0; i < 3; i++)
		put_create(&calls[i], (unsigned char)(i + 1));
	ck_assert_uint_eq(make_gathered(3), 1);
	ck_assert_int_eq(db_health(db), DB_CONNECTED);
	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(calls[i].status, STATUS_OUTAGE);
		ck_assert(calls[i].alone && !calls[i].uncertain);
	}
	db_gather_end(&gather);
	ck_assert_uint_eq(make_gathered(3), 3);
	(void)ask(untrap);
	check_outcome(&calls[0], DB_OK);
	ck_assert_int_eq(calls[1].status, STATUS_OUTAGE);
	check_outcome(&calls[2], DB_OK);
}
END_TEST

/* What a call of many leaves is made again for itself, and raises then. */
START_TEST(a_bug)
{
	create_two();
	put_update(&calls[0], 1, NULL, 0);
	put_update(&calls[1], 2, NULL, 0);
	calls[1].lengths[2] = -1;
	put_create(&calls[2], 3);
	put_create(&calls[3], 4);
	ck_assert_uint_eq(make_gathered(4), 2);
	check_outcome(&calls[0], DB_OK);
	check_outcome(&calls[2], DB_OK);
	check_outcome(&calls[3], DB_OK);
	make_left(4);
	ck_assert_int_eq(calls[1].status, STATUS_BUG);
}
END_TEST

/* Creates whose connection broke may have been done. */
START_TEST(uncertain_writes)
{
	open_db("", PATIENCE_MS);
	wait_ready();
	put_create(&calls[0], 1);
	put_create(&calls[1], 2);
	(void)ask("begin; lock relay.mailbox");
	ck_assert_uint_eq(db_gather(&gather, pointers, 2), 1);
	db_send(db, pointers, 1, clock_ms());
	turn();
	(void)ask(kill_worker);
	wait_finished();
	(void)ask("rollback");
	db_gather_share(&gather);
	ck_assert(calls[0].uncertain && !calls[0].alone);
	db_gather_end(&gather);
	ck_assert_uint_eq(make_gathered(2), 2);
	check_outcome(&calls[0], DB_OK);
	check_outcome(&calls[1], DB_OK);
}
END_TEST

Suite *
db_gather_suite(void)
{
	Suite *s = suite_create("db_gather");
	TCase *tc = tcase_create("db_gather");

	tcase_set_timeout(tc, 3 * GIVE_UP_MS / 1000);
	tcase_add_checked_fixture(tc, setup, gather_teardown);
	tcase_add_test(tc, each_has_its_own_row);
	tcase_add_test(tc, who_is_to_be_bound_is_alone);
	tcase_add_test(tc, ends_of_waits);
	tcase_add_test(tc, what_is_not_gathered);
	tcase_add_test(tc, outage);
	tcase_add_test(tc, writes_keep_their_order);
	tcase_add_test(tc, one_read_stays);
	tcase_add_test(tc, of_one_mailbox);
	tcase_add_test(tc, writes_apart);
	tcase_add_test(tc, a_raise);
	tcase_add_test(tc, a_bug);
	tcase_add_test(tc, uncertain_writes);
	suite_add_tcase(s, tc);
	return (s);
}
