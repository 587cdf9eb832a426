/* test_mailbox: rows to answers. */
#include <stdio.h>

#include "health.h"
#include "mailbox_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *what;
	operation_answer *make;
	enum db_statement statement;
	const char *outcome;
	int status;
	const char *code; /* "": none */
} answers[] = {
#define ANSWERS(name, NAME, ok)                                                \
	{ #name, mailbox_##name##_answer, NAME, "ok", ok, "" },                \
	    { #name, mailbox_##name##_answer, NAME, "not_found", 404,          \
		    "not_found" },                                             \
	    { #name, mailbox_##name##_answer, NAME, "unbound", 401,            \
		    "claim_not_bound" },                                       \
	    { #name, mailbox_##name##_answer, NAME, "forbidden", 401,          \
		    "right_missing" },                                         \
	    { #name, mailbox_##name##_answer, NAME, "stale", 412,              \
		    "etag_mismatch" },                                         \
	{                                                                      \
#name, mailbox_##name##_answer, NAME, "nonsense", 500,         \
		    "internal"                                                 \
	}
	ANSWERS(create, DB_CREATE, 200),
	ANSWERS(update, DB_UPDATE, 200),
	ANSWERS(relinquish, DB_RELINQUISH, 200),
	ANSWERS(delete, DB_DELETE, 200),
	{ "create", mailbox_create_answer, DB_CREATE, "repeated", 201, "" },
	{ "create", mailbox_create_answer, DB_CREATE, "conflict", 409,
	    "identifier_taken" },
	{ "create", mailbox_create_answer, DB_CREATE, "ended", 409,
	    "mailbox_ended" },
	{ "create", mailbox_create_answer, DB_CREATE, "too_soon", 400,
	    "expiration_too_soon" },
	{ "read", mailbox_read_answer, DB_READ, "not_found", 404, "not_found" },
	{ "read", mailbox_read_answer, DB_READ, "unbound", 401,
	    "claim_not_bound" },
	{ "read", mailbox_read_answer, DB_READ, "forbidden", 401,
	    "right_missing" },
	{ "read", mailbox_read_answer, DB_READ, "nonsense", 500, "internal" },
	/* A payload that does not open. */
	{ "read", mailbox_read_answer, DB_READ, "ok", 500, "internal" },
	{ "update", mailbox_update_answer, DB_UPDATE, "repeated", 201, "" },
	{ "relinquish", mailbox_relinquish_answer, DB_RELINQUISH, "repeated",
	    201, "" },
	{ "delete", mailbox_delete_answer, DB_DELETE, "ended", 404,
	    "not_found" },
};

START_TEST(answer)
{
	struct column columns[5] = { { answers[_i].outcome,
					 strlen(answers[_i].outcome) },
		WHEN, SEVEN, { "x", 1 }, NULL_COLUMN };
	char code[64];

	put_row(answers[_i].statement, columns, 5);
	answers[_i].make(&relay, &request, &exchange, &call, &response);
	ck_assert_msg(response.status == (unsigned)answers[_i].status,
	    "%s, %s: %u", answers[_i].what, answers[_i].outcome,
	    response.status);
	(void)snprintf(code, sizeof(code), "\"code\":\"%s\"", answers[_i].code);
	if (answers[_i].code[0] != '\0')
		ck_assert_ptr_nonnull(strstr(response.body.data, code));
}
END_TEST

START_TEST(create_answer)
{
	static const struct column columns[] = { { "ok", 2 }, WHEN };

	put_row(DB_CREATE, columns, 2);
	mailbox_create_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_str_eq(response.body.data,
	    "{\"urlLink\":\"" LINK "\","
	    "\"isPushNotificationSupported\":false,"
	    "\"expiration\":\"2000-01-01T00:00:00Z\"}");
	ck_assert_uint_eq(response.headers.len, 0);
}
END_TEST

/* With the sender's display or the operator's; If-None-Match or none. */
static const struct {
	const char *display;	   /* NULL: the operator's */
	const char *if_none_match; /* NULL: none */
	int status;
} reads[] = {
	{ NULL, NULL, 200 },
	{ "{\"title\":\"own\"}", NULL, 200 },
	{ NULL, "\"0000000000000007\"", 412 },
	{ NULL, "W/\"0000000000000007\"", 412 },
	{ NULL, "*", 412 },
	{ NULL, "\"0000000000000008\"", 200 },
	{ NULL, "", 200 },
};

START_TEST(read_answer)
{
	struct column columns[5] = { { "ok", 2 }, WHEN, SEVEN };
	struct buf payload = { 0 }, display = { 0 };
	const char *shown =
	    reads[_i].display != NULL ? reads[_i].display : DISPLAY;
	char expected[512];

	seal_shut(&exchange.seal, SEAL_PAYLOAD, NULL, PAYLOAD, strlen(PAYLOAD),
	    &payload);
	columns[3] = (struct column){ payload.data, payload.len };
	seal_shut(
	    &exchange.seal, SEAL_DISPLAY, NULL, shown, strlen(shown), &display);
	if (reads[_i].display != NULL)
		columns[4] = (struct column){ display.data, display.len };
	if (reads[_i].if_none_match != NULL)
		etag_list_add(
		    &request.if_none_match, reads[_i].if_none_match, true);
	put_row(DB_READ, columns, 5);
	mailbox_read_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, (unsigned)reads[_i].status);
	ck_assert_ptr_nonnull(
	    strstr(response.headers.data, "ETag: \"0000000000000007\"\r\n"));
	(void)snprintf(expected, sizeof(expected),
	    "{\"payload\":" PAYLOAD ",\"displayInformation\":%s,"
	    "\"expiration\":\"2000-01-01T00:00:00Z\"}",
	    shown);
	if (reads[_i].status == 200)
		ck_assert_str_eq(response.body.data, expected);
	buf_free(&payload);
	buf_free(&display);
}
END_TEST

/* A repeat has a version only while the content is still its own. */
START_TEST(update_answer)
{
	struct column columns[2] = { { "repeated", 8 }, SEVEN };

	if (_i == 0)
		columns[1] = (struct column)NULL_COLUMN;
	put_row(DB_UPDATE, columns, 2);
	mailbox_update_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, 201);
	ck_assert_str_eq(
	    response.body.data, "{\"isPushNotificationSupported\":false}");
	if (_i == 0)
		ck_assert_uint_eq(response.headers.len, 0);
	else
		ck_assert_str_eq(
		    response.headers.data, "ETag: \"0000000000000007\"\r\n");
}
END_TEST

/* What the sender has put there, sealed; a row that cannot be is our bug. */
static const struct {
	const char *display; /* NULL: the operator's */
	int status;
} previews[] = {
	{ NULL, 200 },
	{ DISPLAY, 200 },
	{ "{", 500 },
	{ "{\"description\":\"\",\"imageURL\":\"https://a/\"}", 500 },
	{ "{\"title\":\"t\",\"imageURL\":\"https://a/\"}", 500 },
	{ "{\"title\":\"t\",\"description\":\"\"}", 500 },
};

START_TEST(preview_answer)
{
	struct column columns[5] = { { "ok", 2 }, WHEN, NULL_COLUMN,
		NULL_COLUMN, NULL_COLUMN };
	struct buf display = { 0 };

	if (previews[_i].display != NULL) {
		seal_shut(&exchange.seal, SEAL_DISPLAY, NULL,
		    previews[_i].display, strlen(previews[_i].display),
		    &display);
		columns[4] = (struct column){ display.data, display.len };
	}
	put_row(DB_PREVIEW, columns, 5);
	mailbox_preview_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, (unsigned)previews[_i].status);
	buf_free(&display);
}
END_TEST

START_TEST(preview_of_a_wrong_row)
{
	struct column columns[5] = { { "ok", 2 }, WHEN, NULL_COLUMN,
		NULL_COLUMN, NULL_COLUMN };

	if (_i == 0)
		columns[0] = (struct column){ "what", 4 };
	else if (_i == 1)
		columns[1] = (struct column)NULL_COLUMN;
	else
		columns[4] = (struct column){ "not sealed", 10 };
	put_row(DB_PREVIEW, columns, 5);
	mailbox_preview_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, 500);
}
END_TEST

/* Rows that relay_api does not give: our bug, and told as one. */
static const struct {
	operation_answer *answer;
	enum db_statement statement;
	int n;
	struct column columns[5];
} wrong_rows[] = {
	{ mailbox_create_answer, DB_CREATE, 2, { { "ok", 2 }, NULL_COLUMN } },
	{ mailbox_read_answer, DB_READ, 5,
	    { { "ok", 2 }, WHEN, NULL_COLUMN, { "x", 1 }, NULL_COLUMN } },
	{ mailbox_read_answer, DB_READ, 5,
	    { { "ok", 2 }, NULL_COLUMN, SEVEN, { "x", 1 }, NULL_COLUMN } },
	{ mailbox_read_answer, DB_READ, 5,
	    { { "ok", 2 }, WHEN, SEVEN, NULL_COLUMN, NULL_COLUMN } },
	{ mailbox_read_answer, DB_READ, 5,
	    { { "ok", 2 }, WHEN, SEVEN, { "x", 1 }, NULL_COLUMN } },
	{ mailbox_read_answer, DB_READ, 5,
	    { { "ok", 2 }, WHEN, { "\7", 1 }, { "x", 1 }, NULL_COLUMN } },
	{ health_ready_answer, DB_READY, 3,
	    { { "\0\0\0\2", 4 }, NULL_COLUMN, { "\7", 1 } } },
};

START_TEST(answer_to_a_wrong_row)
{
	put_row(
	    wrong_rows[_i].statement, wrong_rows[_i].columns, wrong_rows[_i].n);
	wrong_rows[_i].answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, 500);
}
END_TEST

/* The payload opens, the display does not. */
START_TEST(read_of_a_wrong_display)
{
	struct column columns[5] = { { "ok", 2 }, WHEN, SEVEN, { NULL, 0 },
		{ "not sealed", 10 } };
	struct buf payload = { 0 };

	seal_shut(&exchange.seal, SEAL_PAYLOAD, NULL, PAYLOAD, strlen(PAYLOAD),
	    &payload);
	columns[3] = (struct column){ payload.data, payload.len };
	put_row(DB_READ, columns, 5);
	mailbox_read_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, 500);
	ck_assert_ptr_null(strstr(response.body.data, PAYLOAD));
	buf_free(&payload);
}
END_TEST

/* The schema's version, when it was last purged, the oldest that is left. */
static const struct {
	struct column columns[3];
	int status;
	const char *body; /* has this in it */
} ready[] = {
	{ { { "\0\0\0\2", 4 }, WHEN, NULL_COLUMN }, 200,
	    "\"purgedAt\":\"2000-01-01T00:00:00Z\"" },
	{ { { "\0\0\0\2", 4 }, NULL_COLUMN, { "\0\0\0\5", 4 } }, 200,
	    "\"purgedAt\":null,\"oldestExpiredSeconds\":5" },
	{ { { "\0\0\0\3", 4 }, { "x", 1 }, NULL_COLUMN }, 200,
	    "\"purgedAt\":null,\"oldestExpiredSeconds\":0" },
	{ { { "\0\0\0\2", 4 }, WHEN, { "\0\0\1\0", 4 } }, 503,
	    "purge_overdue" },
	{ { { "\0\0\0\1", 4 }, WHEN, NULL_COLUMN }, 503, "schema_too_old" },
	{ { NULL_COLUMN, WHEN, NULL_COLUMN }, 503, "schema_too_old" },
};

START_TEST(ready_answer)
{
	put_row(DB_READY, ready[_i].columns, 3);
	health_ready_answer(&relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, (unsigned)ready[_i].status);
	ck_assert_msg(strstr(response.body.data, ready[_i].body) != NULL, "%s",
	    response.body.data);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mailbox");
	TCase *tc = tcase_create("mailbox");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, answer, 0, LEN(answers));
	tcase_add_test(tc, create_answer);
	tcase_add_loop_test(tc, read_answer, 0, LEN(reads));
	tcase_add_loop_test(tc, update_answer, 0, 2);
	tcase_add_loop_test(tc, preview_answer, 0, LEN(previews));
	tcase_add_loop_test(tc, preview_of_a_wrong_row, 0, 3);
	tcase_add_loop_test(tc, answer_to_a_wrong_row, 0, LEN(wrong_rows));
	tcase_add_test(tc, read_of_a_wrong_display);
	tcase_add_loop_test(tc, ready_answer, 0, LEN(ready));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
