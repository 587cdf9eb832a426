/* test_mailbox_wait: reads that wait for their mailbox to change. */
#include <limits.h>
#include <stdio.h>

#include "mailbox_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define TAG_7 "\"0000000000000007\""
#define TAG_8 "\"0000000000000008\""
/* What WHEN is. */
#define END INT64_C(946684800)

/* Who waits, and for how long: never beyond max_wait. */
static const struct {
	const char *if_none_match; /* NULL: none */
	bool waits;
	unsigned seconds, max_wait;
	enum wait wait;
	unsigned wait_s;
} preferences[] = {
	{ TAG_7, true, 10, 25, WAIT_MAY, 10 },
	{ TAG_7, true, 25, 25, WAIT_MAY, 25 },
	{ TAG_7, true, 26, 25, WAIT_MAY, 25 },
	{ TAG_7, true, UINT_MAX, 120, WAIT_MAY, 120 },
	{ TAG_7, true, 0, 25, WAIT_MAY, 0 },
	{ TAG_7, true, 10, 0, WAIT_MAY, 0 },
	{ "*", true, 10, 25, WAIT_MAY, 10 },
	{ "", true, 10, 25, WAIT_MAY, 10 },
	/* A wait for nothing that the caller has is a plain read. */
	{ NULL, true, 10, 25, WAIT_NONE, 0 },
	{ TAG_7, false, 10, 25, WAIT_NONE, 0 },
	{ NULL, false, 0, 25, WAIT_NONE, 0 },
};

START_TEST(who_waits)
{
	conf.max_wait = preferences[_i].max_wait;
	if (preferences[_i].if_none_match != NULL)
		etag_list_add(&request.if_none_match,
		    preferences[_i].if_none_match, true);
	request.prefer = (struct prefer){ .seen = true,
		.waits = preferences[_i].waits,
		.seconds = preferences[_i].seconds };
	set_body("");
	make_call(mailbox_read_call);
	ck_assert_int_eq(call.statement, DB_READ);
	ck_assert_int_eq(exchange.wait, preferences[_i].wait);
	ck_assert_uint_eq(exchange.wait_s, preferences[_i].wait_s);
}
END_TEST

/* The array of the versions that the caller has: 12 bytes when it is empty. */
static const struct {
	const char *if_none_match;
	int length;
} seen[] = { { "*", -1 }, { TAG_7, 32 }, { TAG_7 ", " TAG_8, 44 }, { "", 12 } };

/* It neither binds nor writes, whatever token the request brings. */
START_TEST(second_look_is_a_check)
{
	struct uuid hash;

	conf.webhook.on = true;
	etag_list_add(&request.if_none_match, seen[_i].if_none_match, true);
	request.prefer = (struct prefer){ true, true, 10 };
	set_body("{\"notificationToken\":" TOKEN "}");
	make_call(mailbox_read_call);
	ck_assert_int_eq(call.statement, DB_READ);
	ck_assert_int_ne(call.lengths[3], -1);
	exchange.again = true;
	make_call(mailbox_read_call);
	ck_assert_int_eq(call.statement, DB_CHECK);
	ck_assert_int_eq(exchange.wait, WAIT_MAY);
	ck_assert_uint_eq(exchange.wait_s, 10);
	ck_assert_int_eq(call.n_params, 3);
	ck_assert_int_eq(uuid_compare(&call.key, &exchange.seal.row_key), 0);
	ck_assert_mem_eq(call.bytes.data + call.offsets[0], call.key.b, 16);
	seal_claim(&exchange.seal, &request.claim, &hash);
	ck_assert_mem_eq(call.bytes.data + call.offsets[1], hash.b, 16);
	ck_assert_int_eq(call.lengths[2], seen[_i].length);
	ck_assert(!call.alone);
	/* Long content is not to be fetched with that of others. */
	exchange.lengthy = true;
	make_call(mailbox_read_call);
	ck_assert(call.alone);
}
END_TEST

/* A body that is none is refused at either look. */
START_TEST(broken_body)
{
	exchange.again = _i != 0;
	set_body("{\"notificationToken\":1}");
	ck_assert(mailbox_read_call(&relay, &request, &exchange, &call) ==
	    PROBLEM_BODY_INVALID);
}
END_TEST

static const struct {
	enum db_statement statement;
	const char *outcome;
	const char *if_none_match;
	enum wait wait;
	unsigned status; /* 0: no answer, it waits */
	bool applied;	 /* Preference-Applied */
} answers[] = {
	/* Nothing new. */
	{ DB_READ, "ok", TAG_7, WAIT_MAY, 0, false },
	{ DB_READ, "ok", TAG_7, WAIT_OVER, 412, true },
	{ DB_READ, "ok", TAG_7, WAIT_REFUSED, 412, false },
	{ DB_READ, "ok", TAG_7, WAIT_NONE, 412, false },
	{ DB_READ, "ok", "*", WAIT_MAY, 0, false },
	{ DB_READ, "ok", "*", WAIT_OVER, 412, true },
	{ DB_CHECK, "unchanged", TAG_7, WAIT_MAY, 0, false },
	{ DB_CHECK, "unchanged", TAG_7, WAIT_OVER, 412, true },
	{ DB_CHECK, "unchanged", TAG_7, WAIT_REFUSED, 412, false },
	{ DB_CHECK, "unchanged", "*", WAIT_MAY, 0, false },
	/* The same, gathered with reads. */
	{ DB_CHECK, "ok", TAG_7, WAIT_MAY, 0, false },
	{ DB_CHECK, "ok", TAG_7, WAIT_OVER, 412, true },
	{ DB_CHECK, "ok", TAG_7, WAIT_REFUSED, 412, false },
	{ DB_CHECK, "ok", "*", WAIT_MAY, 0, false },
	/* Something new. */
	{ DB_READ, "ok", TAG_8, WAIT_MAY, 200, true },
	{ DB_READ, "ok", TAG_8, WAIT_OVER, 200, true },
	{ DB_READ, "ok", TAG_8, WAIT_REFUSED, 200, false },
	{ DB_READ, "ok", TAG_8, WAIT_NONE, 200, false },
	{ DB_READ, "ok", "", WAIT_MAY, 200, true },
	{ DB_CHECK, "ok", TAG_8, WAIT_MAY, 200, true },
	{ DB_CHECK, "ok", TAG_8, WAIT_OVER, 200, true },
	{ DB_CHECK, "ok", TAG_8, WAIT_REFUSED, 200, false },
};

START_TEST(answer)
{
	struct column columns[5] = { { answers[_i].outcome,
					 strlen(answers[_i].outcome) },
		WHEN, SEVEN, NULL_COLUMN, NULL_COLUMN };
	bool unchanged = answers[_i].status != 200;
	const char *headers;
	struct buf payload = { 0 };

	etag_list_add(&request.if_none_match, answers[_i].if_none_match, true);
	seal_shut(&exchange.seal, SEAL_PAYLOAD, NULL, PAYLOAD, strlen(PAYLOAD),
	    &payload);
	if (strcmp(answers[_i].outcome, "ok") == 0)
		columns[3] = (struct column){ payload.data, payload.len };
	put_row(answers[_i].statement, columns, 5);
	exchange.wait = answers[_i].wait;
	exchange.wait_s = 25;
	mailbox_read_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, answers[_i].status);
	ck_assert(exchange.unchanged == unchanged);
	ck_assert(!exchange.changed && !exchange.pushed);
	buf_free(&payload);
	if (answers[_i].status == 0) {
		ck_assert_int_eq(exchange.expires_at, END);
		ck_assert_uint_eq(response.body.len, 0);
		return;
	}
	headers = response.headers.data;
	ck_assert_ptr_nonnull(strstr(headers, "ETag: " TAG_7 "\r\n"));
	ck_assert((strstr(headers, "Preference-Applied: wait=25\r\n") !=
		      NULL) == answers[_i].applied);
	ck_assert((strstr(headers, "Preference-Applied") != NULL) ==
	    answers[_i].applied);
	ck_assert_ptr_nonnull(strstr(response.body.data,
	    unchanged ? "\"code\":\"etag_mismatch\"" :
			"{\"payload\":" PAYLOAD ","));
}
END_TEST

static const struct {
	const char *outcome;
	size_t len; /* of the content; 0: it was not fetched */
	bool lengthy;
} lengths[] = {
	{ "ok", 8193, true },
	{ "ok", 8192, false },
	{ "ok", 8193, true },
	{ "unchanged", 0, true }, /* as it was */
	{ "ok", 1, false },
	{ "unchanged", 0, false },
};

/* How long the content is that has not changed the next look has to know. */
START_TEST(long_content)
{
	static const char content[8193];
	size_t i;

	etag_list_add(&request.if_none_match, TAG_7, true);
	for (i = 0; i < LEN(lengths); i++) {
		struct column columns[5] = { { lengths[i].outcome,
						 strlen(lengths[i].outcome) },
			WHEN, SEVEN, NULL_COLUMN, NULL_COLUMN };

		if (lengths[i].len != 0)
			columns[3] = (struct column){ content, lengths[i].len };
		put_row(DB_CHECK, columns, 5);
		exchange.wait = WAIT_MAY;
		mailbox_read_answer(
		    &relay, &request, &exchange, &call, &response);
		ck_assert(exchange.unchanged);
		ck_assert(exchange.lengthy == lengths[i].lengthy);
	}
}
END_TEST

/* Whoever waits learns at once that there is nothing to wait for. */
static const struct {
	const char *outcome;
	unsigned status;
} refusals[] = {
	{ "not_found", 404 },
	{ "unbound", 401 },
	{ "forbidden", 401 },
	{ "nonsense", 500 },
};

START_TEST(refusal)
{
	struct column columns[5] = { { refusals[_i].outcome,
					 strlen(refusals[_i].outcome) },
		NULL_COLUMN, NULL_COLUMN, NULL_COLUMN, NULL_COLUMN };

	etag_list_add(&request.if_none_match, TAG_7, true);
	exchange.wait = WAIT_MAY;
	put_row(DB_CHECK, columns, 5);
	mailbox_read_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, refusals[_i].status);
	ck_assert(!exchange.unchanged);
	buf_puts(&response.headers, "");
	ck_assert_ptr_null(strstr(response.headers.data, "Preference-Applied"));
}
END_TEST

/* A row that tells no end: there is no time to look again at. */
START_TEST(no_end)
{
	static const struct column columns[5] = { { "unchanged", 9 },
		NULL_COLUMN, SEVEN, NULL_COLUMN, NULL_COLUMN };

	etag_list_add(&request.if_none_match, TAG_7, true);
	exchange.wait = WAIT_MAY;
	put_row(DB_CHECK, columns, 5);
	mailbox_read_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, 412);
	ck_assert(!exchange.unchanged);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mailbox_wait");
	TCase *tc = tcase_create("mailbox_wait");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, who_waits, 0, LEN(preferences));
	tcase_add_loop_test(tc, second_look_is_a_check, 0, LEN(seen));
	tcase_add_loop_test(tc, broken_body, 0, 2);
	tcase_add_loop_test(tc, answer, 0, LEN(answers));
	tcase_add_test(tc, long_content);
	tcase_add_loop_test(tc, refusal, 0, LEN(refusals));
	tcase_add_test(tc, no_end);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
