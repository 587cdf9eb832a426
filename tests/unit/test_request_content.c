/* test_request_content: what a request says of its body, and what came. */
#include <check.h>

#include "request_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *params[PARAMS];
	bool typed;
} types[] = {
	{ { "CONTENT_TYPE=application/json" }, true },
	{ { "CONTENT_TYPE=Application/JSON" }, true },
	{ { "CONTENT_TYPE=application/json; charset=utf-8" }, true },
	{ { "CONTENT_TYPE=application/json;charset=UTF-8" }, true },
	{ { "CONTENT_TYPE=application/json ; charset=utf-8" }, true },
	{ { "CONTENT_TYPE=application/json;\tCharset=Utf-8" }, true },
	{ { "CONTENT_TYPE=application/json; charset=\"utf-8\"" }, true },
	{ { "CONTENT_TYPE=application/json; charset=\"UTF-8\"" }, true },
	{ { "CONTENT_TYPE=application/json; charset=utf-8 " }, true },
	{ { "CONTENT_TYPE=" }, false },
	{ { "REQUEST_METHOD=POST" }, false },
	{ { "HTTP_CONTENT_TYPE=application/json" }, false },
	{ { "CONTENT_TYPE=text/json" }, false },
	{ { "CONTENT_TYPE=application/jso" }, false },
	{ { "CONTENT_TYPE=application/jsonp" }, false },
	{ { "CONTENT_TYPE=application/json-patch+json" }, false },
	{ { "CONTENT_TYPE=application/problem+json" }, false },
	{ { "CONTENT_TYPE=application/x-www-form-urlencoded" }, false },
	{ { "CONTENT_TYPE=*/*" }, false },
	{ { "CONTENT_TYPE=application/json; charset=iso-8859-1" }, false },
	{ { "CONTENT_TYPE=application/json; charset=utf-16" }, false },
	{ { "CONTENT_TYPE=application/json; charset=utf-8x" }, false },
	{ { "CONTENT_TYPE=application/json; charset=utf8" }, false },
	{ { "CONTENT_TYPE=application/json; charset=\"utf-8" }, false },
	{ { "CONTENT_TYPE=application/json; charset=" }, false },
	{ { "CONTENT_TYPE=application/json; charset" }, false },
	{ { "CONTENT_TYPE=application/json; profile=x" }, false },
	{ { "CONTENT_TYPE=application/json; charset=utf-8; a=b" }, false },
	{ { "CONTENT_TYPE=application/json charset=utf-8" }, false },
	{ { "CONTENT_TYPE=application/json, application/json" }, false },
	{ { "CONTENT_TYPE=application/json", "CONTENT_TYPE=application/json" },
	    false },
};

START_TEST(content_type)
{
	struct request r;

	read_params(&r, types[_i].params);
	ck_assert_msg(
	    r.json_typed == types[_i].typed, "%s", types[_i].params[0]);
}
END_TEST

static const struct {
	const char *params[PARAMS];
	bool encoded;
} encodings[] = {
	{ { "REQUEST_METHOD=POST" }, false },
	{ { "HTTP_CONTENT_ENCODING=" }, false },
	{ { "HTTP_CONTENT_ENCODING=identity" }, false },
	{ { "HTTP_CONTENT_ENCODING=Identity" }, false },
	{ { "HTTP_ACCEPT_ENCODING=gzip" }, false },
	{ { "HTTP_CONTENT_ENCODING=gzip" }, true },
	{ { "HTTP_CONTENT_ENCODING=identity, gzip" }, true },
	{ { "HTTP_CONTENT_ENCODING=deflate" }, true },
	{ { "HTTP_CONTENT_ENCODING=identity",
	      "HTTP_CONTENT_ENCODING=identity" },
	    true },
	{ { "HTTP_CONTENT_ENCODING=", "HTTP_CONTENT_ENCODING=gzip" }, true },
};

START_TEST(content_encoding)
{
	struct request r;

	read_params(&r, encodings[_i].params);
	ck_assert_msg(
	    r.encoded == encodings[_i].encoded, "%s", encodings[_i].params[0]);
}
END_TEST

static const struct {
	const char *what;
	const char *params[PARAMS];
	size_t body; /* bytes that came */
	enum body_form form;
	bool has_body;
} lengths[] = {
	{ "none, of unknown length", { NULL }, 0, BODY_WHOLE, false },
	{ "some, of unknown length", { NULL }, 1, BODY_WHOLE, true },
	{ "empty, and none", { "CONTENT_LENGTH=" }, 0, BODY_WHOLE, false },
	{ "empty, and some", { "CONTENT_LENGTH=" }, 5, BODY_WHOLE, true },
	{ "0", { "CONTENT_LENGTH=0" }, 0, BODY_WHOLE, false },
	{ "0, and some", { "CONTENT_LENGTH=0" }, 1, BODY_OTHER_LENGTH, true },
	{ "right", { "CONTENT_LENGTH=5" }, 5, BODY_WHOLE, true },
	{ "right, with zeros", { "CONTENT_LENGTH=0005" }, 5, BODY_WHOLE, true },
	{ "one less came", { "CONTENT_LENGTH=5" }, 4, BODY_OTHER_LENGTH, true },
	{ "one more came", { "CONTENT_LENGTH=5" }, 6, BODY_OTHER_LENGTH, true },
	{ "nothing came", { "CONTENT_LENGTH=5" }, 0, BODY_OTHER_LENGTH, true },
	{ "a sign", { "CONTENT_LENGTH=+5" }, 5, BODY_OTHER_LENGTH, true },
	{ "below 0", { "CONTENT_LENGTH=-5" }, 5, BODY_OTHER_LENGTH, true },
	{ "a blank", { "CONTENT_LENGTH=5 " }, 5, BODY_OTHER_LENGTH, true },
	{ "hexadecimal", { "CONTENT_LENGTH=0x5" }, 5, BODY_OTHER_LENGTH, true },
	{ "a word", { "CONTENT_LENGTH=five" }, 5, BODY_OTHER_LENGTH, true },
	{ "a list", { "CONTENT_LENGTH=5, 5" }, 5, BODY_OTHER_LENGTH, true },
	{ "twice", { "CONTENT_LENGTH=5", "CONTENT_LENGTH=5" }, 5,
	    BODY_OTHER_LENGTH, true },
	{ "twice, the first empty", { "CONTENT_LENGTH=", "CONTENT_LENGTH=5" },
	    5, BODY_OTHER_LENGTH, true },
	{ "the bound", { "CONTENT_LENGTH=100" }, 100, BODY_WHOLE, true },
	{ "the bound, of unknown length", { NULL }, 100, BODY_WHOLE, true },
	{ "one more than the bound", { "CONTENT_LENGTH=101" }, 101,
	    BODY_TOO_LARGE, true },
	{ "one more, of unknown length", { NULL }, 101, BODY_TOO_LARGE, true },
	{ "much more, of which one more is kept", { "CONTENT_LENGTH=9000" },
	    101, BODY_TOO_LARGE, true },
	{ "announced, and not there", { "CONTENT_LENGTH=101" }, 0,
	    BODY_TOO_LARGE, true },
	{ "2^64", { "CONTENT_LENGTH=18446744073709551616" }, 0, BODY_TOO_LARGE,
	    true },
	{ "2^64 + 5", { "CONTENT_LENGTH=18446744073709551621" }, 5,
	    BODY_TOO_LARGE, true },
	{ "another name", { "HTTP_CONTENT_LENGTH=7" }, 5, BODY_WHOLE, true },
};

START_TEST(content_length)
{
	struct request r;

	read_all(&r, lengths[_i].params, lengths[_i].body);
	ck_assert_msg(r.body_form == lengths[_i].form, "%s: %d",
	    lengths[_i].what, (int)r.body_form);
	ck_assert_msg(request_has_body(&r) == lengths[_i].has_body, "%s",
	    lengths[_i].what);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("request_content");
	TCase *tc = tcase_create("request_content");

	tcase_add_loop_test(tc, content_type, 0, LEN(types));
	tcase_add_loop_test(tc, content_encoding, 0, LEN(encodings));
	tcase_add_loop_test(tc, content_length, 0, LEN(lengths));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
