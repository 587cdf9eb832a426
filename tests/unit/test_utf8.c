/* test_utf8: strict UTF-8. */
#include <check.h>
#include <string.h>

#include "tap.h"
#include "utf8.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct good {
	const char *what;
	const char *text;
	uint32_t cp;
} good[] = {
	{ "a letter", "a", 'a' },
	{ "the last of one byte", "\x7F", 0x7F },
	{ "the first of two bytes", "\xC2\x80", 0x80 },
	{ "the last of two bytes", "\xDF\xBF", 0x7FF },
	{ "the first of three bytes", "\xE0\xA0\x80", 0x800 },
	{ "below the surrogates", "\xED\x9F\xBF", 0xD7FF },
	{ "above the surrogates", "\xEE\x80\x80", 0xE000 },
	{ "the last of three bytes", "\xEF\xBF\xBF", 0xFFFF },
	{ "the first of four bytes", "\xF0\x90\x80\x80", 0x10000 },
	{ "a key emblem", "\xF0\x9F\x94\x91", 0x1F511 },
	{ "the last of all", "\xF4\x8F\xBF\xBF", 0x10FFFF },
};

static const struct bad {
	const char *what;
	const char *text;
} bad[] = {
	{ "nothing", "" },
	{ "a stray continuation byte", "\x80" },
	{ "two bytes where one does", "\xC0\xAF" },
	{ "NUL in two bytes", "\xC0\x80" },
	{ "DEL in two bytes", "\xC1\xBF" },
	{ "three bytes where two do", "\xE0\x9F\xBF" },
	{ "four bytes where three do", "\xF0\x8F\xBF\xBF" },
	{ "the first surrogate", "\xED\xA0\x80" },
	{ "the last surrogate", "\xED\xBF\xBF" },
	{ "one above the last of all", "\xF4\x90\x80\x80" },
	{ "a first byte of a value far above", "\xF5\x80\x80\x80" },
	{ "the byte FF", "\xFF" },
	{ "two bytes cut short", "\xC3" },
	{ "three bytes cut short", "\xE2\x82" },
	{ "four bytes cut short", "\xF0\x9F\x94" },
	{ "a letter for the second byte", "\xC3(" },
	{ "a letter for the third byte", "\xE2\x82(" },
	{ "a letter for the fourth byte", "\xF0\x9F\x94(" },
	{ "a first byte for the second", "\xC3\xC3" },
};

static const struct count {
	const char *what;
	const char *text;
	enum status status;
	size_t characters;
} counts[] = {
	{ "an empty text", "", STATUS_OK, 0 },
	{ "letters", "abc", STATUS_OK, 3 },
	{ "one of each length", "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\x91",
	    STATUS_OK, 4 },
	{ "a letter and its mark count twice", "e\xCC\x81", STATUS_OK, 2 },
	{ "a bad byte at the end", "abc\xFF", STATUS_INVALID, 0 },
	{ "a bad byte in front",
	    "\xFF"
	    "abc",
	    STATUS_INVALID, 0 },
};

START_TEST(next_reads)
{
	const struct good *row = &good[_i];
	const char *p = row->text, *end = row->text + strlen(row->text);
	char back[4];
	uint32_t cp = 0;

	ck_assert_msg(utf8_next(&p, end, &cp) == STATUS_OK, "%s", row->what);
	ck_assert_msg(cp == row->cp, "%s: %x", row->what, (unsigned)cp);
	ck_assert_msg(p == end, "%s: not all was read", row->what);
	ck_assert_msg(utf8_put(back, cp) == strlen(row->text) &&
		memcmp(back, row->text, strlen(row->text)) == 0,
	    "%s: written otherwise", row->what);
}
END_TEST

START_TEST(next_refuses)
{
	const struct bad *row = &bad[_i];
	const char *p = row->text;
	uint32_t cp = 42;

	ck_assert_msg(utf8_next(&p, p + strlen(p), &cp) == STATUS_INVALID, "%s",
	    row->what);
	ck_assert_msg(p == row->text && cp == 42, "%s: moved", row->what);
}
END_TEST

START_TEST(next_stops_at_the_end)
{
	static const char text[] = "\xE2\x82\xAC";
	const char *p = text;
	uint32_t cp;

	ck_assert(utf8_next(&p, text + 2, &cp) == STATUS_INVALID);
	ck_assert(utf8_next(&p, text + 3, &cp) == STATUS_OK);
}
END_TEST

START_TEST(count)
{
	const struct count *row = &counts[_i];
	size_t n = 42;

	ck_assert_msg(
	    utf8_count(row->text, strlen(row->text), &n) == row->status, "%s",
	    row->what);
	ck_assert_msg(n == (row->status == STATUS_OK ? row->characters : 42),
	    "%s: %zu", row->what, n);
}
END_TEST

START_TEST(count_takes_nul)
{
	size_t n;

	ck_assert(utf8_count("a\0b", 3, &n) == STATUS_OK);
	ck_assert_uint_eq(n, 3);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("utf8");
	TCase *tc = tcase_create("utf8");

	tcase_add_loop_test(tc, next_reads, 0, LEN(good));
	tcase_add_loop_test(tc, next_refuses, 0, LEN(bad));
	tcase_add_test(tc, next_stops_at_the_end);
	tcase_add_loop_test(tc, count, 0, LEN(counts));
	tcase_add_test(tc, count_takes_nul);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
