/* test_base64: RFC 4648, both alphabets. */
#include <check.h>
#include <string.h>

#include "base64.h"
#include "buf.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct coding {
	const char *bytes, *plain, *url;
	size_t len;
} codings[] = {
	/* RFC 4648, section 10. */
	{ "", "", "", 0 },
	{ "f", "Zg==", "Zg", 1 },
	{ "fo", "Zm8=", "Zm8", 2 },
	{ "foo", "Zm9v", "Zm9v", 3 },
	{ "foob", "Zm9vYg==", "Zm9vYg", 4 },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE", 5 },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy", 6 },
	{ "\xfb\xff\xbf", "+/+/", "-_-_", 3 },
	{ "\0\0\0\0", "AAAAAA==", "AAAAAA", 4 },
};

START_TEST(base64_both_ways)
{
	const struct coding *c = &codings[_i];
	const char *forms[] = { c->plain, c->url };
	struct buf plain = { 0 }, url = { 0 }, back = { 0 };
	size_t i;

	buf_puts(&plain, "");
	buf_puts(&url, "");
	base64_encode(&plain, c->bytes, c->len);
	base64_encode_url(&url, c->bytes, c->len);
	ck_assert_str_eq(plain.data, c->plain);
	ck_assert_str_eq(url.data, c->url);
	for (i = 0; i < LEN(forms); i++) {
		buf_clear(&back);
		ck_assert_int_eq(
		    base64_decode(forms[i], strlen(forms[i]), &back),
		    STATUS_OK);
		ck_assert_uint_eq(back.len, c->len);
		ck_assert_int_eq(memcmp(back.data, c->bytes, c->len), 0);
	}
	buf_free(&plain);
	buf_free(&url);
	buf_free(&back);
}
END_TEST

static const char *const no_base64[] = {
	"Z",
	"Zg=",
	"Zg===",
	"Zm8==",
	"Zm9v=",
	"Zm9v==",
	"Zm9vY",
	"=",
	"==",
	"====",
	"Zm=v",
	"Zm 9v",
	"Zm9v\n",
	" Zm9v",
	"Zm9%2B",
	"Zh",
	"Zh==",
	"Zm9",
	"+_+_",
	"-/-/",
	"Zm9v\xc3\xa9",
	"Zm.v",
};

START_TEST(base64_refuses)
{
	const char *text = no_base64[_i];
	struct buf out = { 0 };

	buf_puts(&out, "kept");
	ck_assert_int_eq(
	    base64_decode(text, strlen(text), &out), STATUS_INVALID);
	ck_assert_str_eq(out.data, "kept");
	ck_assert_uint_eq(out.len, 4);
	buf_free(&out);
}
END_TEST

/* A NUL ends no list of digits. */
START_TEST(base64_has_no_nul)
{
	struct buf out = { 0 };

	ck_assert_int_eq(base64_decode("Zg\0A", 4, &out), STATUS_INVALID);
	buf_free(&out);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("base64");
	TCase *tc = tcase_create("base64");

	tcase_add_loop_test(tc, base64_both_ways, 0, LEN(codings));
	tcase_add_loop_test(tc, base64_refuses, 0, LEN(no_base64));
	tcase_add_test(tc, base64_has_no_nul);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
