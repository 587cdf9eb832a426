/* test_notify_outbox: what the notifier makes of a row of the outbox. */
#include <check.h>
#include <string.h>

#include "notify/outbox.h"
#include "row_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { MOST = 9 };

#define TOKEN "{\"type\":\"webhook\",\"tokenData\":\"d\"}"

static const struct seal_key key = { { 1, 2, 3 } };
static struct db_call call;
static struct buf wrap, sealed;

/* A row as the relay has left it; its token is this one. */
static void
outbox_row(struct column columns[MOST], const char *token)
{
	static struct uuid owner = { { 7 } };
	static struct seal seal;
	struct uuid identifier = { { 1 } };

	seal_start(&seal, &identifier);
	buf_clear(&wrap);
	buf_clear(&sealed);
	seal_wrap(&key, &seal, &wrap);
	seal_shut(&seal, SEAL_TOKEN, &owner, token, strlen(token), &sealed);
	columns[0] = (struct column){ (char *)seal.row_key.b, 16 };
	columns[1] = (struct column){ "\1", 1 };
	columns[2] = (struct column){ "\0\0\0\5", 4 };
	columns[3] = (struct column){ (char *)owner.b, 16 };
	columns[4] = (struct column){ sealed.data, sealed.len };
	columns[5] = (struct column){ wrap.data, wrap.len };
	columns[6] = (struct column){ "\0\2", 2 };
	columns[7] = (struct column){ "\0\0\0\0\0\0\0\0", 8 };
	columns[8] = (struct column){ "\0\0\0\0\0\0\0\1", 8 };
}

static enum status
read_row(const struct column columns[MOST], struct outbox_row *row)
{
	enum status status;

	*row = (struct outbox_row){ 0 };
	outbox_lease_call(&call, 1);
	row_came(&call, columns, MOST);
	status = outbox_read(&call, 0, &key, row);
	db_call_end(&call);
	return (status);
}

START_TEST(row_is_read)
{
	struct column columns[MOST];
	struct outbox_row row;
	struct uuid id;

	outbox_row(columns, TOKEN);
	ck_assert(read_row(columns, &row) == STATUS_OK);
	ck_assert(row.for_sender);
	ck_assert_int_eq(row.generation, 5);
	ck_assert_uint_eq(row.attempts, 2);
	ck_assert_int_eq(row.expires_at, 946684800);
	ck_assert_str_eq(row.token.data, TOKEN);
	ck_assert_str_eq(row.type, "webhook");
	ck_assert(uuid_parse(row.delivery, UUID_TEXT_LEN, &id) == STATUS_OK);
	outbox_row_end(&row);
	columns[6] = (struct column){ "\377\377", 2 };
	ck_assert(read_row(columns, &row) == STATUS_OK);
	ck_assert_uint_eq(row.attempts, 0);
	outbox_row_end(&row);
}
END_TEST

/* Each column in turn is null, where none may be. */
START_TEST(row_lacks_a_column)
{
	struct column columns[MOST];
	struct outbox_row row;

	outbox_row(columns, TOKEN);
	columns[_i] = (struct column){ NULL, 0 };
	ck_assert(read_row(columns, &row) == STATUS_BUG);
	outbox_row_end(&row);
}
END_TEST

static const char *const typeless[] = { "{}", "{\"type\":7}",
	"{\"type\":null}" };

/* What cannot be opened, or has no type, is a row all the same. */
START_TEST(row_has_no_type)
{
	struct column columns[MOST];
	struct outbox_row row;
	size_t i;

	for (i = 0; i < LEN(typeless); i++) {
		outbox_row(columns, typeless[i]);
		ck_assert(read_row(columns, &row) == STATUS_OK);
		ck_assert_ptr_null(row.type);
		outbox_row_end(&row);
	}
	outbox_row(columns, TOKEN);
	sealed.data[20] ^= 1;
	ck_assert(read_row(columns, &row) == STATUS_OK);
	ck_assert_ptr_null(row.type);
	outbox_row_end(&row);
}
END_TEST

START_TEST(rows_have_an_order)
{
	const struct outbox_row a = { .key = { { 1 } } },
				b = { .key = { { 2 } } };

	ck_assert_int_lt(outbox_compare(&a, OUTBOX_RETRY, &b, OUTBOX_DEAD), 0);
	ck_assert_int_gt(outbox_compare(&a, OUTBOX_RETRY, &a, OUTBOX_DEAD), 0);
	ck_assert_int_eq(outbox_compare(&a, OUTBOX_DEAD, &a, OUTBOX_DEAD), 0);
}
END_TEST

static void
teardown(void)
{
	buf_free(&wrap);
	buf_free(&sealed);
}

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_outbox");
	TCase *tc = tcase_create("notify_outbox");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, row_is_read);
	tcase_add_loop_test(tc, row_lacks_a_column, 0, MOST);
	tcase_add_test(tc, row_has_no_type);
	tcase_add_test(tc, rows_have_an_order);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
