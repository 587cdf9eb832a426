/* test_html: text of others made safe. */
#include <check.h>
#include <string.h>

#include "buf.h"
#include "html.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct row {
	const char *what;
	const char *text;
	const char *escaped;
} rows[] = {
	{ "nothing", "", "" },
	{ "plain text", "Hello, world", "Hello, world" },
	{ "all five", "&<>\"'", "&amp;&lt;&gt;&quot;&#39;" },
	{ "a script", "<script>alert('x')</script>",
	    "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" },
	{ "an attribute's end", "\"><img src=x>",
	    "&quot;&gt;&lt;img src=x&gt;" },
	{ "a reference stays as it was typed", "&amp;", "&amp;amp;" },
	{ "letters beyond ASCII", "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x94\x91",
	    "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x94\x91" },
	{ "C0 goes", "a\x01\t\n\r\x1Fz", "az" },
	{ "DEL goes", "a\x7Fz", "az" },
	{ "C1 goes", "a\xC2\x80\xC2\x85\xC2\x9Fz", "az" },
	{ "a space stays", "a b", "a b" },
	{ "a no-break space stays", "a\xC2\xA0z", "a\xC2\xA0z" },
	{ "overrides go",
	    "a\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD\xE2\x80\xAEz",
	    "az" },
	{ "isolates go", "a\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9z",
	    "az" },
	{ "the neighbours of overrides stay", "\xE2\x80\xA9\xE2\x80\xAF",
	    "\xE2\x80\xA9\xE2\x80\xAF" },
	{ "the neighbours of isolates stay", "\xE2\x81\xA5\xE2\x81\xAA",
	    "\xE2\x81\xA5\xE2\x81\xAA" },
	{ "joiners stay", "\xE2\x80\x8C\xE2\x80\x8D",
	    "\xE2\x80\x8C\xE2\x80\x8D" },
	{ "marks of direction stay", "\xE2\x80\x8E\xE2\x80\x8F",
	    "\xE2\x80\x8E\xE2\x80\x8F" },
	{ "each bad byte is replaced", "a\xFF\xC0<",
	    "a\xEF\xBF\xBD\xEF\xBF\xBD&lt;" },
	{ "a character cut short is replaced", "a\xE2\x82",
	    "a\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ "noncharacters are replaced", "\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xB7\x90",
	    "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ "what is dropped at both ends", "\nab\n", "ab" },
	{ "escapes at both ends", "<ab>", "&lt;ab&gt;" },
};

START_TEST(escape)
{
	const struct row *row = &rows[_i];
	struct buf out = { 0 };

	buf_puts(&out, "^");
	html_escape(&out, row->text, strlen(row->text));
	ck_assert_msg(strcmp(out.data + 1, row->escaped) == 0, "%s: %s",
	    row->what, out.data);
	ck_assert_msg(out.data[0] == '^', "%s: not appended", row->what);
	buf_free(&out);
}
END_TEST

START_TEST(escape_drops_nul)
{
	struct buf out = { 0 };

	html_escape(&out, "a\0b", 3);
	ck_assert_uint_eq(out.len, 2);
	ck_assert_str_eq(out.data, "ab");
	buf_free(&out);
}
END_TEST

START_TEST(escape_stops_at_the_end)
{
	struct buf out = { 0 };

	html_escape(&out, "ab<c", 2);
	ck_assert_str_eq(out.data, "ab");
	buf_free(&out);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("html");
	TCase *tc = tcase_create("html");

	tcase_add_loop_test(tc, escape, 0, LEN(rows));
	tcase_add_test(tc, escape_drops_nul);
	tcase_add_test(tc, escape_stops_at_the_end);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
