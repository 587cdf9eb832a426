/* test_device_token: notification tokens, from the command line and files. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "device/token.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct made {
	const char *text;
	const char *token; /* NULL: refused */
} made[] = {
	{ "webhook:abc", "{\"type\":\"webhook\",\"tokenData\":\"abc\"}" },
	{ "a:b:c", "{\"type\":\"a\",\"tokenData\":\"b:c\"}" },
	{ "a::", "{\"type\":\"a\",\"tokenData\":\":\"}" },
	{ "a:\"\\/\n\t\x01",
	    "{\"type\":\"a\",\"tokenData\":\"\\\"\\\\/\\n\\t\\u0001\"}" },
	{ "q\"t:{\"x\":1}",
	    "{\"type\":\"q\\\"t\",\"tokenData\":\"{\\\"x\\\":1}\"}" },
	{ "\xc3\xa4:\xf0\x9f\x94\x91",
	    "{\"type\":\"\xc3\xa4\",\"tokenData\":\"\xf0\x9f\x94\x91\"}" },
	{ "", NULL },
	{ "webhook", NULL },
	{ ":abc", NULL },
	{ "webhook:", NULL },
	{ "a\xff:b", NULL },
	{ "a:b\xc3", NULL },
	{ "a:\xed\xa0\x80", NULL },
};

START_TEST(make)
{
	struct outcome outcome = { 0 };
	struct buf token = { 0 };

	ck_assert_int_eq(token_make(made[_i].text, &token, &outcome),
	    made[_i].token != NULL ? EXIT_DONE : EXIT_USAGE);
	ck_assert_pstr_eq(token.data, made[_i].token);
	ck_assert_int_eq(outcome.message == NULL, made[_i].token != NULL);
	outcome_free(&outcome);
	buf_free(&token);
}
END_TEST

#define GOOD "{\"type\":\"t\", \"tokenData\":\"d\",\"n\":[1.50,null]}"

static const struct taken {
	const char *text;
	const char *token;
} taken[] = {
	{ GOOD, GOOD },
	{ "\r\n \t" GOOD " \n\n", GOOD },
	{ "", NULL },
	{ " \n", NULL },
	{ "null", NULL },
	{ "\"t:d\"", NULL },
	{ "[" GOOD "]", NULL },
	{ GOOD GOOD, NULL },
	{ "{\"type\":\"t\"}", NULL },
	{ "{\"tokenData\":\"d\"}", NULL },
	{ "{\"type\":\"\",\"tokenData\":\"d\"}", NULL },
	{ "{\"type\":\"t\",\"tokenData\":7}", NULL },
	{ "{\"type\":null,\"tokenData\":\"d\"}", NULL },
	{ "{\"type\":\"t\",\"tokenData\":\"d\",\"type\":\"u\"}", NULL },
	{ "{\"type\":\"t\",\"tokenData\":\"\xff\"}", NULL },
};

START_TEST(take)
{
	struct outcome outcome = { 0 };
	struct buf token = { 0 };

	ck_assert_int_eq(token_take(taken[_i].text, strlen(taken[_i].text),
			     &token, &outcome),
	    taken[_i].token != NULL ? EXIT_DONE : EXIT_USAGE);
	ck_assert_pstr_eq(token.data, taken[_i].token);
	outcome_free(&outcome);
	buf_free(&token);
}
END_TEST

/* The bound counts what is sent: escapes, but not the space around it. */
START_TEST(bound)
{
	const size_t frame = strlen("{\"type\":\"t\",\"tokenData\":\"\"}");
	struct outcome outcome = { 0 };
	struct buf text = { 0 }, token = { 0 }, again = { 0 };
	size_t i;

	buf_puts(&text, "t:\"");
	for (i = frame + 2; i < TOKEN_MAX; i++)
		buf_puts(&text, "x");
	ck_assert_int_eq(token_make(text.data, &token, &outcome), EXIT_DONE);
	ck_assert_uint_eq(token.len, TOKEN_MAX);
	buf_puts(&text, "x");
	ck_assert_int_eq(token_make(text.data, &again, &outcome), EXIT_USAGE);
	buf_puts(&token, "\n");
	ck_assert_int_eq(
	    token_take(token.data, token.len, &again, &outcome), EXIT_DONE);
	ck_assert_uint_eq(again.len, TOKEN_MAX);
	token.data[0] = ' ';
	buf_clear(&text);
	buf_printf(&text, "{ %s", token.data);
	ck_assert_int_eq(
	    token_take(text.data, text.len, &again, &outcome), EXIT_USAGE);
	outcome_free(&outcome);
	buf_free(&again);
	buf_free(&token);
	buf_free(&text);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_token");
	TCase *tc = tcase_create("device_token");

	tcase_add_loop_test(tc, make, 0, LEN(made));
	tcase_add_loop_test(tc, take, 0, LEN(taken));
	tcase_add_test(tc, bound);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
