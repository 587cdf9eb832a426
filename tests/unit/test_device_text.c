/* test_device_text: words of a page, and what a terminal may be shown. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "device/opengraph.h"
#include "device/text.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct page {
	const char *html, *title;
} pages[] = {
	{ "<meta property=\"og:title\" content=\"Key\">", "Key" },
	{ "<META content='Key' PROPERTY='og:title'/>", "Key" },
	{ "<meta property=og:title content=Key>", "Key" },
	{ "<meta\nproperty = \"og:title\"\n\tcontent = \"Key\" />", "Key" },
	{ "<meta property=\"og:title\" content=\"&lt;b&gt; &amp;amp; "
	  "&quot;&#39;&#x27;&apos; &#xfc;&#8364;&#x1F511;\">",
	    "<b> &amp; \"''' \xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x91" },
	{ "<meta property=\"og:title\" content=\"a&b;&;&#;&#x;&#xd800;&lt\">",
	    "a&b;&;&#;&#x;\xef\xbf\xbd&lt" },
	{ "<meta property=\"og:title\" content=\"\">", "" },
	{ "<meta property=\"og:title\" content=\"a>b\"><p>", "a>b" },
	{ "<!-- <meta property=\"og:title\" content=\"No\"> -->"
	  "<meta property=\"og:title\" content=\"Key\">",
	    "Key" },
	{ "<meta name=\"x\" content=\"No\">"
	  "<meta property=\"og:title\" content=\"Key\">"
	  "<meta property=\"og:title\" content=\"Late\">",
	    "Key" },
	{ "<meta property=\"og:title2\" content=\"No\">", NULL },
	{ "<metaproperty=\"og:title\" content=\"No\">", NULL },
	{ "<meta property=\"og:title\">", NULL },
	{ "<meta property=\"og:title\" content=\"cut", "cut" },
	{ "<meta property=\"og:title", NULL },
	{ "<meta", NULL },
	{ "<meta ", NULL },
	{ "<!--", NULL },
	{ "<meta/property=og:title/content=Key>", NULL },
	{ "<meta/property=og:title content=Key>", "Key" },
	{ "<meta =x property=og:title content", NULL },
	{ "<meta property=og:title content=", "" },
	{ "<meta property=og:title content = ", "" },
	{ "<meta property=og:title content=cut", "cut" },
	{ "<meta property=og:title content='cut", "cut" },
	{ "<meta property='og:title'content=\"&#xG;&#x1g;&#1x;\">",
	    "&#xG;&#x1g;&#1x;" },
	{ "", NULL },
	{ "<p>og:title</p>", NULL },
};

START_TEST(opengraph_finds)
{
	const struct page *p = &pages[_i];
	size_t len = strlen(p->html);
	/* To the byte, so that a sanitizer sees a read beyond it. */
	char *html = malloc(len == 0 ? 1 : len), *found;

	memcpy(html, p->html, len);
	found = opengraph_find(html, len, "og:title");
	if (p->title == NULL)
		ck_assert_ptr_null(found);
	else
		ck_assert_pstr_eq(found, p->title);
	free(found);
	free(html);
}
END_TEST

static const struct safe {
	const char *text, *safe;
} safes[] = {
	{ "", "" },
	{ "plain \xc3\xbc", "plain \xc3\xbc" },
	{ "a\nb\tc\x1b[31m\x7f", "a b c [31m " },
	{ "\xc2\x9b"
	  "31m",
	    " 31m" },
	{ "a\xe2\x80\xae"
	  "b\xe2\x81\xa6"
	  "c",
	    "abc" },
	{ "x\xff\xc3y\xed\xa0\x80", "x??y???" },
	{ "\xe2\x80\x8d", "\xe2\x80\x8d" },
	{ "a\xe2\x80\xa8\xe2\x80\xa9z", "a  z" },
	{ "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c|\xe2\x81\xa9|\xe2\x81\xaa",
	    "||\xe2\x81\xaa" },
};

START_TEST(text_is_made_safe)
{
	struct buf out = { 0 };

	text_make_safe(&out, safes[_i].text, strlen(safes[_i].text));
	ck_assert_str_eq(out.data, safes[_i].safe);
	buf_free(&out);
}
END_TEST

START_TEST(text_fits_or_is_none)
{
	char out[4] = "old";

	text_copy(out, sizeof(out), "abc");
	ck_assert_str_eq(out, "abc");
	text_copy(out, sizeof(out), "abcd");
	ck_assert_str_eq(out, "");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_text");
	TCase *tc = tcase_create("device_text");

	tcase_add_loop_test(tc, opengraph_finds, 0, LEN(pages));
	tcase_add_test(tc, text_fits_or_is_none);
	tcase_add_loop_test(tc, text_is_made_safe, 0, LEN(safes));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
