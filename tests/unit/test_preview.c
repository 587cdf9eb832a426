/* test_preview: the page behind a link. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "preview.h"
#include "seal.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define LINK                                                                   \
	"https://relay.example.com/v1/m/01234567-89ab-4def-8123-"              \
	"456789abcdef"

/* 2026-11-25T08:05:59Z */
#define EXPIRES 1795593959

static const struct preview plain = { .title = "Front door",
	.description = "Sam shares a key",
	.image_url = "https://example.com/key.png?a=1&b=2",
	.link = LINK,
	.expires_at = EXPIRES };

static const struct preview hostile = {
	.title = "</title><script>alert(\"1\")</script>\xE2\x80\xAE'&",
	.description = "\"><img src=x onerror='x'>\x01\xC2\x85\n%s%n",
	.image_url = "https://example.com/\"><script>",
	.link = LINK,
	.expires_at = EXPIRES
};

static size_t
count_of(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part)) != NULL) {
		n++;
		text += strlen(part);
	}
	return (n);
}

static const struct expected {
	const char *what;
	const char *part;
} expected[] = {
	{ "HTML5", "<!DOCTYPE html>\n<html lang=\"en\"" },
	{ "the encoding", "<meta charset=\"utf-8\">" },
	{ "fit for phones",
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">" },
	{ "not for search engines",
	    "<meta name=\"robots\" "
	    "content=\"noindex\">" },
	{ "no referrer", "<meta name=\"referrer\" content=\"no-referrer\">" },
	{ "the title", "<title>Front door</title>" },
	{ "og:title", "<meta property=\"og:title\" content=\"Front door\">" },
	{ "og:description",
	    "<meta property=\"og:description\" "
	    "content=\"Sam shares a key\">" },
	{ "og:image",
	    "<meta property=\"og:image\" "
	    "content=\"https://example.com/key.png?a=1&amp;b=2\">" },
	{ "og:type", "<meta property=\"og:type\" content=\"website\">" },
	{ "og:url", "<meta property=\"og:url\" content=\"" LINK "\">" },
	{ "the heading", "<h1 dir=\"auto\">Front door</h1>" },
	{ "the description",
	    "<p class=\"about\" dir=\"auto\">"
	    "Sam shares a key</p>" },
	{ "until when, its seconds dropped for people",
	    "<time datetime=\"2026-11-25T08:05:59Z\"><span>25 November 2026,"
	    "</span> <span>08:05 UTC</span></time>" },
	{ "that a wallet opens it", "phone that has your wallet app" },
	{ "the landmark", "<main>" },
	{ "the end", "</main>\n</body>\n</html>\n" },
};

START_TEST(page_holds_once)
{
	const struct expected *row = &expected[_i];
	struct buf out = { 0 };

	preview_page(&out, &plain);
	ck_assert_uint_eq(strlen(out.data), out.len);
	ck_assert_msg(count_of(out.data, row->part) == 1, "%s: %zu times",
	    row->what, count_of(out.data, row->part));
	buf_free(&out);
}
END_TEST

static const char *const forbidden[] = { "<script", "<form", "<button",
	"<input", "<iframe", "<img", "<link", "<object", "<a ", "<base",
	" style=", " src=", " onerror=\"", "url(", "@import",
	"javascript:", "\x01", "\x7F", "\xC2\x85", "\xE2\x80\xAE",
	"http-equiv" };

START_TEST(page_never_holds)
{
	struct buf out = { 0 };

	/* " src=" may stand in a text, but not behind a tag's name. */
	preview_page(&out, &plain);
	preview_ended(&out);
	ck_assert_msg(
	    count_of(out.data, forbidden[_i]) == 0, "%s, plain", forbidden[_i]);
	buf_clear(&out);
	preview_page(&out, &hostile);
	if (strcmp(forbidden[_i], " src=") != 0)
		ck_assert_msg(count_of(out.data, forbidden[_i]) == 0,
		    "%s, hostile", forbidden[_i]);
	buf_free(&out);
}
END_TEST

/* What others write adds no tag, no attribute and no quote. */
START_TEST(hostile_texts_change_no_markup)
{
	static const char marks[] = "<>\"";
	struct buf tame = { 0 }, wild = { 0 };
	char mark[2] = { 0 };
	size_t i;

	preview_page(&tame, &plain);
	preview_page(&wild, &hostile);
	for (i = 0; marks[i] != '\0'; i++) {
		mark[0] = marks[i];
		ck_assert_msg(
		    count_of(tame.data, mark) == count_of(wild.data, mark),
		    "%s", mark);
	}
	ck_assert_uint_eq(count_of(wild.data,
			      "<h1 dir=\"auto\">"
			      "&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)"
			      "&lt;/script&gt;&#39;&amp;</h1>"),
	    1);
	ck_assert_uint_eq(count_of(wild.data, "&#39;x&#39;&gt;%s%n"), 3);
	buf_free(&tame);
	buf_free(&wild);
}
END_TEST

START_TEST(page_without_image)
{
	static const char *const none[] = { NULL, "" };
	struct preview preview = plain;
	struct buf out = { 0 };

	preview.image_url = none[_i];
	preview_page(&out, &preview);
	ck_assert_uint_eq(count_of(out.data, "og:image"), 0);
	ck_assert_uint_eq(count_of(out.data, "og:url"), 1);
	buf_free(&out);
}
END_TEST

START_TEST(a_title_of_nothing_gets_a_stand_in)
{
	static const char *const nothing[] = { "\x01", " ", "",
		"\xE2\x80\xAE \n" };
	struct preview preview = plain;
	struct buf out = { 0 };

	preview.title = nothing[_i];
	preview.description = "\x01";
	preview_page(&out, &preview);
	ck_assert_uint_eq(count_of(out.data, "<title>A shared key</title>"), 1);
	ck_assert_uint_eq(
	    count_of(out.data, "<h1 dir=\"auto\">A shared key</h1>"), 1);
	buf_free(&out);
}
END_TEST

static const struct moment {
	int64_t at;
	const char *text;
} moments[] = {
	{ 0, "<span>1 January 1970,</span> <span>00:00 UTC</span>" },
	{ 951868799, "<span>29 February 2000,</span> <span>23:59 UTC</span>" },
	{ 1796083199, "<span>30 November 2026,</span> <span>23:59 UTC</span>" },
	{ 1798761599, "<span>31 December 2026,</span> <span>23:59 UTC</span>" },
};

START_TEST(moment)
{
	struct preview preview = plain;
	struct buf out = { 0 };

	preview.expires_at = moments[_i].at;
	preview_page(&out, &preview);
	ck_assert_msg(
	    count_of(out.data, moments[_i].text) == 1, "%s", moments[_i].text);
	buf_free(&out);
}
END_TEST

START_TEST(pages_append)
{
	struct buf out = { 0 };

	buf_puts(&out, "^");
	preview_page(&out, &plain);
	preview_ended(&out);
	ck_assert_uint_eq(count_of(out.data, "^<!DOCTYPE html>"), 1);
	ck_assert_uint_eq(count_of(out.data, "</html>\n"), 2);
	buf_free(&out);
}
END_TEST

START_TEST(ended_is_a_page_of_its_own)
{
	struct buf out = { 0 }, again = { 0 };

	preview_ended(&out);
	preview_page(&again, &hostile);
	buf_clear(&again);
	preview_ended(&again);
	ck_assert_uint_eq(out.len, again.len);
	ck_assert_mem_eq(out.data, again.data, out.len);
	ck_assert_uint_eq(
	    count_of(out.data, "<h1>This share has ended</h1>"), 1);
	ck_assert_uint_eq(count_of(out.data, "content=\"noindex\""), 1);
	ck_assert_uint_eq(count_of(out.data, "content=\"no-referrer\""), 1);
	ck_assert_uint_eq(count_of(out.data, "og:title"), 1);
	ck_assert_uint_eq(count_of(out.data, "og:type"), 1);
	ck_assert_uint_eq(count_of(out.data, "og:url"), 0);
	buf_free(&out);
	buf_free(&again);
}
END_TEST

/* The policy names the style that is in the page, to the byte. */
START_TEST(policy_fits_the_style)
{
	static const char open[] = "<style>";
	char digest[SEAL_DIGEST_BASE64 + 1], policy[256];
	struct buf out = { 0 };
	const char *start, *end;

	if (_i == 0)
		preview_page(&out, &plain);
	else
		preview_ended(&out);
	ck_assert_uint_eq(count_of(out.data, "<style"), 1);
	start = strstr(out.data, open);
	ck_assert_ptr_nonnull(start);
	start += sizeof(open) - 1;
	end = strstr(start, "</style>");
	ck_assert_ptr_nonnull(end);
	seal_digest_base64(start, (size_t)(end - start), digest);
	(void)snprintf(policy, sizeof(policy),
	    "default-src 'none'; "
	    "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; "
	    "frame-ancestors 'none'",
	    digest);
	ck_assert_str_eq(preview_csp(), policy);
	preview_init();
	ck_assert_str_eq(preview_csp(), policy);
	buf_free(&out);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("preview");
	TCase *tc = tcase_create("preview");

	tcase_add_loop_test(tc, page_holds_once, 0, LEN(expected));
	tcase_add_loop_test(tc, page_never_holds, 0, LEN(forbidden));
	tcase_add_test(tc, hostile_texts_change_no_markup);
	tcase_add_loop_test(tc, page_without_image, 0, 2);
	tcase_add_loop_test(tc, a_title_of_nothing_gets_a_stand_in, 0, 4);
	tcase_add_loop_test(tc, moment, 0, LEN(moments));
	tcase_add_test(tc, pages_append);
	tcase_add_test(tc, ended_is_a_page_of_its_own);
	tcase_add_loop_test(tc, policy_fits_the_style, 0, 2);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
