/* test_url: which URLs a page may name. */
#include <check.h>
#include <string.h>

#include "tap.h"
#include "url.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct row {
	const char *what;
	const char *text;
} good[] = {
	{ "a host", "https://example.com" },
	{ "a path", "https://example.com/key.png" },
	{ "a query", "https://example.com/key?size=2&x=@" },
	{ "a query behind the host", "https://example.com?x" },
	{ "a fragment behind the host", "https://example.com#x" },
	{ "upper case", "HTTPS://EXAMPLE.COM/" },
	{ "mixed case", "hTtPs://example.com/" },
	{ "the least port", "https://example.com:0/" },
	{ "the last port", "https://example.com:65535/" },
	{ "a port of many zeros", "https://example.com:00000443/" },
	{ "an empty port", "https://example.com:/" },
	{ "IPv4", "https://127.0.0.1/" },
	{ "IPv6", "https://[2001:db8::1]/" },
	{ "IPv6 and a port", "https://[::1]:8443/x" },
	{ "an @ in the path", "https://example.com/@user" },
	{ "an @ in the query", "https://example.com/?a@b" },
	{ "an @ in the fragment", "https://example.com/#a@b" },
	{ "a space inside the path", "https://example.com/a b" },
	{ "a host of letters beyond ASCII", "https://m\xC3\xBCller.example/" },
	{ "a path beyond ASCII", "https://example.com/\xE6\x97\xA5" },
	{ "an escape in the host", "https://ex%61mple.com/" },
	{ "an escape of capitals", "https://ex%C3%BCmple.com/%zz" },
	{ "two backslashes behind the host", "https://example.com\\\\x" },
	{ "capitals in the host", "https://Example.com/" },
	{ "a backslash behind the host", "https://example.com\\x" },
	{ "a one-letter host", "https://x" },
}, bad[] = {
	{ "nothing", "" },
	{ "no scheme", "example.com" },
	{ "no host", "https://" },
	{ "no host, a path", "https:///x" },
	{ "no host, a port", "https://:443/" },
	{ "no host, a query", "https://?x" },
	{ "no host, a fragment", "https://#x" },
	{ "no host, a backslash", "https://\\x" },
	{ "http", "http://example.com/" },
	{ "another scheme", "javascript:alert(1)" },
	{ "data", "data:image/png;base64,AA==" },
	{ "a longer scheme", "httpss://example.com/" },
	{ "one slash", "https:/example.com" },
	{ "no slashes", "https:example.com" },
	{ "backslashes for slashes", "https:\\\\example.com" },
	{ "relative to the scheme", "//example.com/" },
	{ "user info", "https://user@example.com/" },
	{ "user info and password", "https://a:b@example.com/" },
	{ "an empty user info", "https://@example.com/" },
	{ "an empty user and password", "https://:@example.com/" },
	{ "two @", "https://a@b@example.com/" },
	{ "half an escape", "https://example%6" },
	{ "an escape that is none", "https://ex%g1mple.com/" },
	{ "half an escape that is none", "https://ex%1:mple.com/" },
	{ "an escape of what is none", "https://ex%@1mple.com/" },
	{ "a wide space in the host", "https://exam\xE3\x80\x80ple.com/" },
	{ "a brace in the host", "https://exam{ple.com/" },
	{ "no UTF-8 in the host", "https://exam\xffple.com/" },
	{ "an @ before a query", "https://a@example.com?x" },
	{ "an @ behind a backslash", "https://example.com\\@example.org/" },
	{ "an @ behind the port", "https://example.com:80@example.org/" },
	{ "a port too great", "https://example.com:65536/" },
	{ "a port far too great",
	    "https://example.com:99999999999999999999/" },
	{ "a port of letters", "https://example.com:http/" },
	{ "a port with a sign", "https://example.com:+1/" },
	{ "two ports", "https://example.com:1:2/" },
	{ "IPv6 without brackets", "https://::1/" },
	{ "IPv6 not closed", "https://[::1/" },
	{ "an empty bracket", "https://[]/" },
	{ "no IPv6 in brackets", "https://[example.com]/" },
	{ "IPv4 in brackets", "https://[127.0.0.1]/" },
	{ "IPv6 with a zone", "https://[fe80::1%25lo]/" },
	{ "text behind the bracket", "https://[::1]x/" },
	{ "a bracket in a name", "https://exa[mple.com/" },
	{ "an IPv6 beyond any length",
	    "https://[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]/" },
	{ "a space in front", " https://example.com/" },
	{ "a space behind", "https://example.com/ " },
	{ "a space in the host", "https://exa mple.com/" },
	{ "a tab in front", "\thttps://example.com/" },
	{ "a line feed behind", "https://example.com/\n" },
	{ "a line feed in the path", "https://example.com/a\nb" },
	{ "a tab in the scheme", "ht\ttps://example.com/" },
	{ "DEL", "https://example.com/\x7F" },
	{ "a C1 control", "https://example.com/\xC2\x85x" },
	{ "a no-break space behind", "https://example.com/\xC2\xA0" },
	{ "a no-break space in front", "\xC2\xA0https://example.com/" },
	{ "an ideographic space behind", "https://example.com/\xE3\x80\x80" },
	{ "an em space in the host", "https://exa\xE2\x80\x83mple.com/" },
	{ "a line separator behind", "https://example.com/\xE2\x80\xA8" },
	{ "a byte-order mark in front", "\xEF\xBB\xBFhttps://example.com/" },
	{ "a quote in the host", "https://exa\"mple.com/" },
	{ "an angle bracket in the host", "https://exa<mple.com/" },
	{ "a bad escape in the host", "https://ex%6/" },
	{ "bytes that are no UTF-8", "https://example.com/\xFF" },
	{ "bytes that are no UTF-8 in the host", "https://\xC0\xAF/" },
};

START_TEST(takes)
{
	const struct row *row = &good[_i];

	ck_assert_msg(
	    url_check_https(row->text, strlen(row->text)) == STATUS_OK, "%s",
	    row->what);
}
END_TEST

START_TEST(refuses)
{
	const struct row *row = &bad[_i];

	ck_assert_msg(
	    url_check_https(row->text, strlen(row->text)) == STATUS_INVALID,
	    "%s", row->what);
}
END_TEST

START_TEST(refuses_nul)
{
	static const char text[] = "https://example.com/\0x";

	ck_assert(url_check_https(text, sizeof(text) - 1) == STATUS_INVALID);
	ck_assert(url_check_https(text, sizeof(text) - 3) == STATUS_OK);
}
END_TEST

START_TEST(takes_so_many_bytes_and_no_more)
{
	char text[URL_MAX + 1];

	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	ck_assert(url_check_https(text, URL_MAX) == STATUS_OK);
	ck_assert(url_check_https(text, URL_MAX + 1) == STATUS_INVALID);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("url");
	TCase *tc = tcase_create("url");

	tcase_add_loop_test(tc, takes, 0, LEN(good));
	tcase_add_loop_test(tc, refuses, 0, LEN(bad));
	tcase_add_test(tc, refuses_nul);
	tcase_add_test(tc, takes_so_many_bytes_and_no_more);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
