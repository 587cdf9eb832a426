/* test_request: FastCGI parameters as a struct; test_request_content: a body. */
#include <check.h>
#include <string.h>

#include "request_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define SAMPLE "01234567-89ab-4def-8123-456789abcdef"
#define UPPER "01234567-89AB-4DEF-8123-456789ABCDEF"

START_TEST(nothing_at_all)
{
	static const char *const none[PARAMS];
	struct request r;

	read_params(&r, none);
	ck_assert_int_eq(r.method, METHOD_OTHER);
	ck_assert_uint_eq(r.path_len, 0);
	ck_assert_int_eq(r.claim_form, UUID_ABSENT);
	ck_assert_int_eq(r.request_id_form, UUID_ABSENT);
	ck_assert(!r.json_typed && !r.encoded);
	ck_assert(!r.if_match.given && !r.if_none_match.given);
	ck_assert(!r.prefer.seen && !r.prefer.waits);
	ck_assert_int_eq(r.body_form, BODY_WHOLE);
	ck_assert(!request_has_body(&r));
}
END_TEST

static const struct {
	const char *params[PARAMS];
	enum method method;
} methods[] = {
	{ { "REQUEST_METHOD=GET" }, METHOD_GET },
	{ { "REQUEST_METHOD=HEAD" }, METHOD_HEAD },
	{ { "REQUEST_METHOD=POST" }, METHOD_POST },
	{ { "REQUEST_METHOD=PUT" }, METHOD_PUT },
	{ { "REQUEST_METHOD=PATCH" }, METHOD_PATCH },
	{ { "REQUEST_METHOD=DELETE" }, METHOD_DELETE },
	{ { "REQUEST_METHOD=OPTIONS" }, METHOD_OPTIONS },
	{ { "REQUEST_METHOD=TRACE" }, METHOD_OTHER },
	{ { "REQUEST_METHOD=CONNECT" }, METHOD_OTHER },
	{ { "REQUEST_METHOD=get" }, METHOD_OTHER },
	{ { "REQUEST_METHOD=Post" }, METHOD_OTHER },
	{ { "REQUEST_METHOD=POSTS" }, METHOD_OTHER },
	{ { "REQUEST_METHOD=POS" }, METHOD_OTHER },
	{ { "REQUEST_METHOD= POST" }, METHOD_OTHER },
	{ { "REQUEST_METHOD=" }, METHOD_OTHER },
	{ { "REQUEST_METHOD" }, METHOD_OTHER },
	{ { "REQUEST_METHO=POST" }, METHOD_OTHER },
	{ { "REQUEST_METHOD2=POST" }, METHOD_OTHER },
	{ { "HTTP_X_HTTP_METHOD_OVERRIDE=DELETE", "REQUEST_METHOD=POST" },
	    METHOD_POST },
	{ { "REQUEST_METHOD=POST", "REQUEST_METHOD=POST" }, METHOD_OTHER },
	{ { "REQUEST_METHOD=GET", "REQUEST_METHOD=PUT" }, METHOD_OTHER },
};

START_TEST(method)
{
	struct request r;

	read_params(&r, methods[_i].params);
	ck_assert_msg(r.method == methods[_i].method, "%s: %d",
	    methods[_i].params[0], (int)r.method);
}
END_TEST

START_TEST(method_names)
{
	static const char *const none[PARAMS];
	const char *params[PARAMS] = { NULL };
	char text[64] = "REQUEST_METHOD=";
	struct request r;

	read_params(&r, none);
	strcat(text, request_method_name((enum method)_i));
	params[0] = text;
	read_params(&r, params);
	ck_assert_int_eq(r.method, _i);
}
END_TEST

static const struct {
	const char *what;
	const char *params[PARAMS];
	const char *path;
} paths[] = {
	{ "as it is", { "REQUEST_URI=/v1/m" }, "/v1/m" },
	{ "the query goes", { "REQUEST_URI=/v1/m?v=c" }, "/v1/m" },
	{ "all of it", { "REQUEST_URI=/v1/m?a?b#/c" }, "/v1/m" },
	{ "an empty query", { "REQUEST_URI=/v1/m?" }, "/v1/m" },
	{ "a query alone", { "REQUEST_URI=?v=c" }, "" },
	{ "a fragment stays, and so is no route",
	    { "REQUEST_URI=/v1/m#secret" }, "/v1/m#secret" },
	{ "nothing is decoded", { "REQUEST_URI=/v1/%6d%3Fa" }, "/v1/%6d%3Fa" },
	{ "nothing is folded", { "REQUEST_URI=//v1/./../m/" }, "//v1/./../m/" },
	{ "an equals sign", { "REQUEST_URI=/v1=m" }, "/v1=m" },
	{ "a whole URL", { "REQUEST_URI=http://example.com/v1/m" }, "/v1/m" },
	{ "with TLS", { "REQUEST_URI=https://example.com:8443/v1/m?x" },
	    "/v1/m" },
	{ "in capitals", { "REQUEST_URI=HTTPS://EXAMPLE.COM/v1/m" }, "/v1/m" },
	{ "without a path", { "REQUEST_URI=http://example.com" }, "" },
	{ "with a query alone", { "REQUEST_URI=http://example.com?/v1/m" },
	    "" },
	{ "with a fragment first", { "REQUEST_URI=http://a#/v1/m" }, "#/v1/m" },
	{ "one that looks like two", { "REQUEST_URI=http://a/http://b/c" },
	    "/http://b/c" },
	{ "another scheme", { "REQUEST_URI=ftp://example.com/v1/m" },
	    "ftp://example.com/v1/m" },
	{ "a star", { "REQUEST_URI=*" }, "*" },
	{ "none", { "REQUEST_METHOD=GET" }, "" },
	{ "other names do not count",
	    { "PATH_INFO=/v1/m", "SCRIPT_NAME=/v1/m",
		"HTTP_REQUEST_URI=/v1/m" },
	    "" },
	{ "twice", { "REQUEST_URI=/v1/m", "REQUEST_URI=/v1/m" }, "" },
};

START_TEST(path)
{
	struct request r;

	read_params(&r, paths[_i].params);
	ck_assert_msg(r.path_len == strlen(paths[_i].path) &&
		memcmp(r.path, paths[_i].path, r.path_len) == 0,
	    "%s: %.*s", paths[_i].what, (int)r.path_len, r.path);
}
END_TEST

/* Two headers hold a UUID; each row is tried with both. */
static const struct {
	const char *name;
	bool is_claim;
} headers[] = {
	{ "HTTP_MAILBOX_DEVICE_CLAIM", true },
	{ "HTTP_MAILBOX_REQUEST_ID", false },
};

static const struct {
	const char *what;
	const char *values[2]; /* the second NULL: once */
	enum uuid_header form;
} uuids[] = {
	{ "well-formed", { SAMPLE }, UUID_GIVEN },
	{ "in capitals", { UPPER }, UUID_GIVEN },
	{ "another version", { "01234567-89ab-1def-8123-456789abcdef" },
	    UUID_GIVEN },
	{ "another variant", { "01234567-89ab-4def-0123-456789abcdef" },
	    UUID_GIVEN },
	{ "nil", { "00000000-0000-0000-0000-000000000000" }, UUID_BROKEN },
	{ "all-ones", { "ffffffff-ffff-ffff-ffff-ffffffffffff" }, UUID_BROKEN },
	{ "all-ones in capitals", { "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF" },
	    UUID_BROKEN },
	{ "empty", { "" }, UUID_BROKEN },
	{ "too short", { "01234567-89ab-4def-8123-456789abcde" }, UUID_BROKEN },
	{ "too long", { SAMPLE "0" }, UUID_BROKEN },
	{ "no hyphens", { "0123456789ab4def8123456789abcdef" }, UUID_BROKEN },
	{ "quoted", { "\"" SAMPLE "\"" }, UUID_BROKEN },
	{ "in braces", { "{" SAMPLE "}" }, UUID_BROKEN },
	{ "a blank behind", { SAMPLE " " }, UUID_BROKEN },
	{ "twice, joined by a server", { SAMPLE ", " SAMPLE }, UUID_BROKEN },
	{ "twice, the same", { SAMPLE, SAMPLE }, UUID_BROKEN },
	{ "twice, the other broken", { SAMPLE, "x" }, UUID_BROKEN },
	{ "twice, the first broken", { "x", SAMPLE }, UUID_BROKEN },
	{ "twice, empty", { "", "" }, UUID_BROKEN },
};

START_TEST(uuid_header)
{
	size_t h = (size_t)_i % 2, row = (size_t)_i / 2;
	const char *params[PARAMS] = { NULL };
	char texts[2][128];
	struct uuid sample, *got;
	enum uuid_header form, other;
	struct request r;
	size_t i;

	for (i = 0; i < 2 && uuids[row].values[i] != NULL; i++) {
		strcpy(texts[i], headers[h].name);
		strcat(texts[i], "=");
		strcat(texts[i], uuids[row].values[i]);
		params[i] = texts[i];
	}
	read_params(&r, params);
	form = headers[h].is_claim ? r.claim_form : r.request_id_form;
	other = headers[h].is_claim ? r.request_id_form : r.claim_form;
	got = headers[h].is_claim ? &r.claim : &r.request_id;
	ck_assert_msg(form == uuids[row].form, "%s: %s: %d", headers[h].name,
	    uuids[row].what, (int)form);
	ck_assert_int_eq(other, UUID_ABSENT);
	ck_assert(uuid_parse(SAMPLE, UUID_TEXT_LEN, &sample) == STATUS_OK);
	if (row < 2)
		ck_assert_int_eq(uuid_compare(got, &sample), 0);
	if (!headers[h].is_claim && form == UUID_GIVEN)
		ck_assert_str_eq(r.request_id_text, uuids[row].values[0]);
}
END_TEST

#define CLAIM "HTTP_MAILBOX_DEVICE_CLAIM=" SAMPLE
#define ATTESTATION "HTTP_MAILBOX_DEVICE_ATTESTATION="

static const struct {
	const char *what;
	const char *params[PARAMS];
	enum uuid_header form;
} attestations[] = {
	{ "once", { CLAIM, ATTESTATION "anything" }, UUID_GIVEN },
	{ "empty", { ATTESTATION, CLAIM }, UUID_GIVEN },
	{ "without a claim", { ATTESTATION "anything" }, UUID_ABSENT },
	{ "twice", { CLAIM, ATTESTATION "a", ATTESTATION "a" }, UUID_BROKEN },
	{ "twice, joined by a server", { ATTESTATION "a, a", CLAIM },
	    UUID_BROKEN },
};

START_TEST(attestation)
{
	struct request r;

	read_params(&r, attestations[_i].params);
	ck_assert_msg(r.claim_form == attestations[_i].form, "%s: %d",
	    attestations[_i].what, (int)r.claim_form);
}
END_TEST

#define TAG(digit) "\"000000000000000" digit "\""

/* A list, or a field twice; weak tags count in If-None-Match alone. */
START_TEST(conditions)
{
	static const char *const params[PARAMS] = { "HTTP_IF_MATCH=" TAG(
							"1") ", W/" TAG("2"),
		"HTTP_IF_NONE_MATCH=" TAG("3") ", W/" TAG("4"),
		"HTTP_IF_MATCH=" TAG("5"), "HTTP_IF_NONE_MATCH=*" };
	struct request r;

	read_params(&r, params);
	ck_assert(r.if_match.given && !r.if_match.any);
	ck_assert_uint_eq(r.if_match.n, 2);
	ck_assert_int_eq(r.if_match.versions[0], 1);
	ck_assert_int_eq(r.if_match.versions[1], 5);
	ck_assert(r.if_none_match.given && r.if_none_match.any);
	ck_assert_uint_eq(r.if_none_match.n, 2);
	ck_assert_int_eq(r.if_none_match.versions[0], 3);
	ck_assert_int_eq(r.if_none_match.versions[1], 4);
	request_end(&r);
	ck_assert(!r.if_match.given && !r.if_none_match.given);
}
END_TEST

START_TEST(conditions_alone)
{
	static const char *const one[PARAMS] = { "HTTP_IF_MATCH=" };
	static const char *const other[PARAMS] = { "HTTP_IF_NONE_MATCH=noise",
		"HTTP_IF_MATCHES=*", "IF_MATCH=*" };
	struct request r;

	read_params(&r, one);
	ck_assert(r.if_match.given && !r.if_match.any);
	ck_assert(!r.if_none_match.given);
	read_params(&r, other);
	ck_assert(!r.if_match.given);
	ck_assert(r.if_none_match.given && !r.if_none_match.any);
	ck_assert_uint_eq(r.if_none_match.n, 0);
}
END_TEST

/* A field may come several times; test_prefer has its form. */
START_TEST(preference)
{
	static const char *const params[PARAMS] = { "HTTP_PREFER=respond-async",
		"HTTP_PREFER=foo, Wait=25", "HTTP_PREFER=wait=7",
		"HTTP_PREFERS=wait=8" };
	static const char *const other[PARAMS] = { "HTTP_PREFERS=wait=8",
		"PREFER=wait=9", "HTTP_PREFE=wait=1" };
	struct request r;

	read_params(&r, params);
	ck_assert(r.prefer.seen && r.prefer.waits);
	ck_assert_uint_eq(r.prefer.seconds, 25);
	request_end(&r);
	ck_assert(!r.prefer.seen);
	read_params(&r, other);
	ck_assert(!r.prefer.seen && !r.prefer.waits);
	request_end(&r);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("request");
	TCase *tc = tcase_create("request");

	tcase_add_test(tc, nothing_at_all);
	tcase_add_loop_test(tc, method, 0, LEN(methods));
	tcase_add_loop_test(tc, method_names, 0, METHOD_OTHER);
	tcase_add_loop_test(tc, path, 0, LEN(paths));
	tcase_add_loop_test(tc, uuid_header, 0, 2 * LEN(uuids));
	tcase_add_loop_test(tc, attestation, 0, LEN(attestations));
	tcase_add_test(tc, conditions);
	tcase_add_test(tc, conditions_alone);
	tcase_add_test(tc, preference);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
