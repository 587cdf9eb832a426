/* test_body: the JSON of requests, member by member. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "body.h"
#include "rights.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The operations that have a body, as a set. */
enum { CREATE = 1, UPDATE = 2, READ = 4, ALL = 7, PAYLOAD_TAKEN = 3 };

static const struct {
	int which;
	const char *name;
	enum status (*read)(const struct request *, struct body *);
} operations[] = {
	{ CREATE, "create", body_read_create },
	{ UPDATE, "update", body_read_update },
	{ READ, "read", body_read_read },
};

#define PAYLOAD "\"payload\":{\"type\":\"t\",\"data\":\"d\"}"
#define WITH(members) "{" PAYLOAD "," members "}"
#define TOKEN(members) WITH("\"notificationToken\":{" members "}")
#define DISPLAY(members) WITH("\"displayInformation\":{" members "}")
#define CONFIGURATION(members) WITH("\"mailboxConfiguration\":{" members "}")
#define IDENTIFIER(value) WITH("\"mailboxIdentifier\":" value)
#define TITLE "\"title\":\"a\""
#define DESCRIPTION "\"description\":\"b\""
#define IMAGE "\"imageURL\":\"https://example.com/i.png\""
#define V4 "01234567-89ab-4def-8123-456789abcdef"

/* `takers`: the operations that take the text; all others must refuse it. */
static const struct {
	const char *text;
	int takers;
} texts[] = {
	{ "{" PAYLOAD "}", ALL },
	{ " \t\r\n{" PAYLOAD "}\n", ALL },
	{ "", READ },
	{ "{}", READ },
	{ " ", 0 },
	{ "null", 0 },
	{ "[]", 0 },
	{ "\"payload\"", 0 },
	{ "{" PAYLOAD "", 0 },
	{ "{" PAYLOAD "}x", 0 },
	{ "{" PAYLOAD "}{}", 0 },
	{ "{" PAYLOAD ",}", 0 },
	{ "{" PAYLOAD "," PAYLOAD "}", 0 },
	{ "\xef\xbb\xbf{" PAYLOAD "}", 0 },
	{ WITH("\"unknown\":null"), ALL },
	{ WITH("\"unknown\":[1,{\"a\":true}]"), ALL },
	{ WITH("\"unknown\":NaN"), 0 },
	{ WITH("\"Payload\":1"), ALL },
	{ WITH("\"\\u0070ayload\":{}"), 0 },
	/* payload */
	{ "{\"payload\":null}", READ },
	{ "{\"payload\":\"d\"}", READ },
	{ "{\"payload\":[]}", READ },
	{ "{\"payload\":{}}", READ },
	{ "{\"payload\":{\"data\":\"d\"}}", READ },
	{ "{\"payload\":{\"type\":\"t\"}}", READ },
	{ "{\"payload\":{\"type\":null,\"data\":\"d\"}}", READ },
	{ "{\"payload\":{\"type\":\"t\",\"data\":null}}", READ },
	{ "{\"payload\":{\"type\":1,\"data\":\"d\"}}", READ },
	{ "{\"payload\":{\"type\":\"t\",\"data\":1}}", READ },
	{ "{\"payload\":{\"type\":\"t\",\"data\":{}}}", READ },
	{ "{\"payload\":{\"type\":\"\",\"data\":\"d\"}}", READ },
	{ "{\"payload\":{\"type\":\"t\",\"data\":\"\"}}", READ },
	{ "{\"payload\":{\"type\":\"t\",\"data\":\"\\u0000\"}}", 0 },
	{ "{\"payload\":{\"type\":\"t\",\"data\":\"d\",\"more\":null}}", ALL },
	{ "{\"payload\":{\"t\\u0079pe\":\"t\",\"d\\u0061ta\":\"d\"}}", ALL },
	/* notificationToken */
	{ WITH("\"notificationToken\":null"), ALL },
	{ "{\"notificationToken\":null}", READ },
	{ TOKEN("\"type\":\"t\",\"tokenData\":\"d\""), ALL },
	{ TOKEN("\"type\":\"t\",\"tokenData\":\"d\",\"more\":null"), ALL },
	{ TOKEN(""), 0 },
	{ TOKEN("\"type\":\"t\""), 0 },
	{ TOKEN("\"tokenData\":\"d\""), 0 },
	{ TOKEN("\"type\":\"\",\"tokenData\":\"d\""), 0 },
	{ TOKEN("\"type\":\"t\",\"tokenData\":\"\""), 0 },
	{ TOKEN("\"type\":null,\"tokenData\":\"d\""), 0 },
	{ TOKEN("\"type\":\"t\",\"tokenData\":null"), 0 },
	{ TOKEN("\"type\":1,\"tokenData\":\"d\""), 0 },
	{ TOKEN("\"type\":\"t\",\"tokenData\":[]"), 0 },
	{ WITH("\"notificationToken\":\"t\""), 0 },
	{ WITH("\"notificationToken\":[]"), 0 },
	{ WITH("\"notificationToken\":false"), 0 },
	{ WITH("\"notificationToken\":0"), 0 },
	/* displayInformation, of a create alone */
	{ DISPLAY(TITLE "," DESCRIPTION "," IMAGE), ALL },
	{ DISPLAY(TITLE ",\"description\":\"\"," IMAGE), ALL },
	{ DISPLAY(TITLE "," DESCRIPTION "," IMAGE ",\"more\":null"), ALL },
	{ WITH("\"displayInformation\":null"), UPDATE | READ },
	{ WITH("\"displayInformation\":\"a\""), UPDATE | READ },
	{ WITH("\"displayInformation\":[]"), UPDATE | READ },
	{ DISPLAY(""), UPDATE | READ },
	{ DISPLAY(DESCRIPTION "," IMAGE), UPDATE | READ },
	{ DISPLAY(TITLE "," IMAGE), UPDATE | READ },
	{ DISPLAY(TITLE "," DESCRIPTION), UPDATE | READ },
	{ DISPLAY("\"title\":\"\"," DESCRIPTION "," IMAGE), UPDATE | READ },
	{ DISPLAY("\"title\":null," DESCRIPTION "," IMAGE), UPDATE | READ },
	{ DISPLAY("\"title\":1," DESCRIPTION "," IMAGE), UPDATE | READ },
	{ DISPLAY(TITLE ",\"description\":null," IMAGE), UPDATE | READ },
	{ DISPLAY(TITLE ",\"description\":{}," IMAGE), UPDATE | READ },
	{ DISPLAY(TITLE "," DESCRIPTION ",\"imageURL\":null"), UPDATE | READ },
	{ DISPLAY(TITLE "," DESCRIPTION ",\"imageURL\":\"\""), UPDATE | READ },
	{ DISPLAY(TITLE "," DESCRIPTION ",\"imageURL\":\"http://a/\""),
	    UPDATE | READ },
	{ DISPLAY(TITLE "," DESCRIPTION ",\"imageURL\":\"https://u@a/\""),
	    UPDATE | READ },
	{ DISPLAY(TITLE "," DESCRIPTION ",\"imageURL\":\" https://a/\""),
	    UPDATE | READ },
	{ DISPLAY(TITLE "," DESCRIPTION ",\"imageURL\":\"https:\\/\\/a\""),
	    ALL },
	/* mailboxConfiguration, likewise */
	{ CONFIGURATION(""), ALL },
	{ CONFIGURATION("\"more\":null"), ALL },
	{ WITH("\"mailboxConfiguration\":null"), UPDATE | READ },
	{ WITH("\"mailboxConfiguration\":[]"), UPDATE | READ },
	{ CONFIGURATION("\"accessRights\":\"DWR\""), ALL },
	{ CONFIGURATION("\"accessRights\":null"), UPDATE | READ },
	{ CONFIGURATION("\"accessRights\":\"\""), UPDATE | READ },
	{ CONFIGURATION("\"accessRights\":\"RR\""), UPDATE | READ },
	{ CONFIGURATION("\"accessRights\":\"r\""), UPDATE | READ },
	{ CONFIGURATION("\"accessRights\":\"RX\""), UPDATE | READ },
	{ CONFIGURATION("\"accessRights\":[\"R\"]"), UPDATE | READ },
	{ CONFIGURATION("\"expiration\":\"2026-11-25T08:00:00Z\""), ALL },
	{ CONFIGURATION("\"expiration\":\"2026-11-25T08:00:00.999Z\""), ALL },
	{ CONFIGURATION("\"expiration\":null"), UPDATE | READ },
	{ CONFIGURATION("\"expiration\":\"\""), UPDATE | READ },
	{ CONFIGURATION("\"expiration\":1795593600"), UPDATE | READ },
	{ CONFIGURATION("\"expiration\":\"2026-02-30T08:00:00Z\""),
	    UPDATE | READ },
	{ CONFIGURATION("\"expiration\":\"2026-11-25T08:00:60Z\""),
	    UPDATE | READ },
	{ CONFIGURATION("\"expiration\":\"2026-11-25T08:00:00+00:00\""),
	    UPDATE | READ },
	{ CONFIGURATION("\"accessRights\":\"R\",\"expiration\":\"x\""),
	    UPDATE | READ },
	/* mailboxIdentifier, likewise */
	{ IDENTIFIER("\"" V4 "\""), ALL },
	{ IDENTIFIER("\"01234567-89AB-4DEF-8123-456789ABCDEF\""), ALL },
	{ IDENTIFIER("null"), UPDATE | READ },
	{ IDENTIFIER("\"\""), UPDATE | READ },
	{ IDENTIFIER("1"), UPDATE | READ },
	{ IDENTIFIER("\"01234567-89ab-1def-8123-456789abcdef\""),
	    UPDATE | READ },
	{ IDENTIFIER("\"01234567-89ab-4def-c123-456789abcdef\""),
	    UPDATE | READ },
	{ IDENTIFIER("\"00000000-0000-0000-0000-000000000000\""),
	    UPDATE | READ },
	{ IDENTIFIER("\"" V4 " \""), UPDATE | READ },
	{ IDENTIFIER("\"0123456789ab4def8123456789abcdef\""), UPDATE | READ },
};

static enum status
read_text(size_t operation, const char *text, struct body *body)
{
	const struct request request = { .body = text,
		.body_len = strlen(text) };

	memset(body, 0xa5, sizeof(*body));
	return (operations[operation].read(&request, body));
}

START_TEST(who_takes_it)
{
	struct body body;
	size_t i;

	for (i = 0; i < LEN(operations); i++) {
		enum status expected =
		    (texts[_i].takers & operations[i].which) != 0 ?
		    STATUS_OK :
		    STATUS_INVALID;

		ck_assert_msg(read_text(i, texts[_i].text, &body) == expected,
		    "%s: %s", operations[i].name, texts[_i].text);
		body_end(&body);
	}
}
END_TEST

static void
check_span(const struct span *span, const char *expected)
{
	ck_assert_uint_eq(span->len, strlen(expected));
	ck_assert_mem_eq(span->start, expected, span->len);
}

/* What is opaque is kept as it was written, with all that it holds. */
#define ODD_PAYLOAD                                                            \
	"{ \"n\" : 1.00000000000000000000000001e+0999,\n"                      \
	" \"data\":\"\\u0064\\/\xc3\xa9\", \"type\" :\"t\", \"x\":[ ] }"
#define ODD_TOKEN "{\"tokenData\": \"d\",\t\"type\":\"t\",\"n\":-0}"

START_TEST(spans_are_as_written)
{
	static const char text[] = "{\"notificationToken\" : " ODD_TOKEN
				   " , \"payload\":\n" ODD_PAYLOAD "  }";
	struct body body;

	ck_assert(read_text((size_t)_i, text, &body) == STATUS_OK);
	ck_assert_int_eq(body.token_change, TOKEN_REPLACE);
	check_span(&body.token, ODD_TOKEN);
	if ((operations[_i].which & PAYLOAD_TAKEN) != 0)
		check_span(&body.payload, ODD_PAYLOAD);
	body_end(&body);
}
END_TEST

START_TEST(token_changes)
{
	struct body body;
	size_t op = (size_t)_i;

	ck_assert(read_text(op, "{" PAYLOAD "}", &body) == STATUS_OK);
	ck_assert_int_eq(body.token_change, TOKEN_KEEP);
	body_end(&body);
	ck_assert(read_text(op, WITH("\"notificationToken\":null"), &body) ==
	    STATUS_OK);
	ck_assert_int_eq(body.token_change, TOKEN_CLEAR);
	body_end(&body);
}
END_TEST

/* A token's type is a string, and not an empty one. */
static const struct {
	const char *token;
	enum status status;
} token_types[] = {
	{ "{\"type\":\"t\",\"tokenData\":\"d\"}", STATUS_OK },
	{ " {\"tokenData\":\"type\", \"type\" :\"com.apple.apns\"}",
	    STATUS_OK },
	{ "{\"type\":\"\\u0074\\u00e4\",\"tokenData\":\"d\"}", STATUS_OK },
	{ "{\"type\":\"a \\\"b\\\"\",\"tokenData\":\"d\"}", STATUS_OK },
	{ "{\"type\":\"\",\"tokenData\":\"d\"}", STATUS_INVALID },
	{ "{\"type\":null,\"tokenData\":\"d\"}", STATUS_INVALID },
	{ "{\"type\":{\"type\":\"t\"},\"tokenData\":\"d\"}", STATUS_INVALID },
	{ "{\"x\":{\"type\":\"t\"},\"tokenData\":\"d\"}", STATUS_INVALID },
	{ "{\"type\":\"t\\u0000\",\"tokenData\":\"d\"}", STATUS_INVALID },
	{ "{\"type\":\"t\",\"type\":\"t\",\"tokenData\":\"d\"}",
	    STATUS_INVALID },
	{ "\"t\"", STATUS_INVALID },
	{ "", STATUS_INVALID },
};

START_TEST(token_type)
{
	char text[256];
	struct body body;

	(void)snprintf(text, sizeof(text),
	    "{" PAYLOAD ",\"notificationToken\":%s}", token_types[_i].token);
	ck_assert(read_text(0, text, &body) == token_types[_i].status);
	body_end(&body);
}
END_TEST

START_TEST(empty_read_changes_nothing)
{
	const struct request request = { .body = "", .body_len = 0 };
	struct body body;

	memset(&body, 0xa5, sizeof(body));
	ck_assert(body_read_read(&request, &body) == STATUS_OK);
	ck_assert_int_eq(body.token_change, TOKEN_KEEP);
	body_end(&body);
}
END_TEST

START_TEST(create_defaults)
{
	struct body body;

	ck_assert(read_text(0, "{" PAYLOAD "}", &body) == STATUS_OK);
	ck_assert_uint_eq(body.rights, RIGHT_READ | RIGHT_DELETE);
	ck_assert(!body.expires);
	ck_assert(!body.drawn);
	ck_assert_uint_eq(body.display.len, 0);
	body_end(&body);
}
END_TEST

START_TEST(create_in_full)
{
	static const char text[] =
	    "{" PAYLOAD ",\"mailboxConfiguration\":"
	    "{\"expiration\":\"2026-11-25T08:00:00.5Z\","
	    "\"accessRights\":\"WR\"},"
	    "\"mailboxIdentifier\":\"01234567-89AB-4DEF-8123-456789ABCDEF\","
	    "\"displayInformation\":{\"extra\":1,\"imageURL\":"
	    "\"https:\\/\\/example.com\\/i\",\"description\":\"\","
	    "\"title\":\"\\u00e9 \\\"q\\\" \xf0\x9f\x94\x91\"}}";
	char identifier[UUID_TEXT_LEN + 1];
	struct body body;

	ck_assert(read_text(0, text, &body) == STATUS_OK);
	ck_assert_uint_eq(body.rights, RIGHT_READ | RIGHT_WRITE);
	ck_assert(body.expires);
	/* date -u -d 2026-11-25T08:00:00Z +%s */
	ck_assert_int_eq(body.expiration, 1795593600);
	ck_assert(body.drawn);
	uuid_format(&body.identifier, identifier);
	ck_assert_str_eq(identifier, V4);
	ck_assert_str_eq(body.display.data,
	    "{\"title\":\"\xc3\xa9 \\\"q\\\" \xf0\x9f\x94\x91\","
	    "\"description\":\"\",\"imageURL\":\"https://example.com/i\"}");
	body_end(&body);
}
END_TEST

/* Not the text up to a NUL that is not there. */
START_TEST(length_counts)
{
	static const char text[] = "{" PAYLOAD "}trailing";
	struct request request = { .body = text,
		.body_len = strlen("{" PAYLOAD "}") };
	struct body body;
	size_t i;

	for (i = 0; i < LEN(operations); i++) {
		ck_assert(operations[i].read(&request, &body) == STATUS_OK);
		body_end(&body);
	}
	request.body_len = sizeof("{" PAYLOAD "}");
	for (i = 0; i < LEN(operations); i++) {
		ck_assert(
		    operations[i].read(&request, &body) == STATUS_INVALID);
		body_end(&body);
	}
}
END_TEST

START_TEST(nul_behind_is_refused)
{
	const struct request request = { .body = "{" PAYLOAD "}",
		.body_len = sizeof("{" PAYLOAD "}") };
	struct body body;
	size_t i;

	for (i = 0; i < LEN(operations); i++) {
		ck_assert(
		    operations[i].read(&request, &body) == STATUS_INVALID);
		body_end(&body);
	}
}
END_TEST

START_TEST(display_is_one_text)
{
	struct buf out = { 0 };

	body_display(&out, "a/b", "\n", "https://a/");
	ck_assert_str_eq(out.data,
	    "{\"title\":\"a/b\",\"description\":"
	    "\"\\n\",\"imageURL\":\"https://a/\"}");
	ck_assert_uint_eq(out.len, strlen(out.data));
	buf_free(&out);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("body");
	TCase *tc = tcase_create("body");

	tcase_add_loop_test(tc, who_takes_it, 0, LEN(texts));
	tcase_add_loop_test(tc, spans_are_as_written, 0, LEN(operations));
	tcase_add_loop_test(tc, token_changes, 0, LEN(operations));
	tcase_add_loop_test(tc, token_type, 0, LEN(token_types));
	tcase_add_test(tc, empty_read_changes_nothing);
	tcase_add_test(tc, create_defaults);
	tcase_add_test(tc, create_in_full);
	tcase_add_test(tc, length_counts);
	tcase_add_test(tc, nul_behind_is_refused);
	tcase_add_test(tc, display_is_one_text);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
