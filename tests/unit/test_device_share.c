/* test_device_share: relay URLs and share URLs. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "device/share.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define ID "2bba630e-519b-41ec-bf63-0242ac130002"
#define LINK "https://relay.example.com/v1/m/" ID
/* 16 and 32 bytes of 0xfb, which needs the last two digits. */
#define KEY16_URL "-_v7-_v7-_v7-_v7-_v7-w"
#define KEY16 "+/v7+/v7+/v7+/v7+/v7+w"
#define KEY32_URL "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s"
#define KEY32 "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s"

static const struct form {
	const char *url;
	size_t secret_len;
	const char *vertical;
	const char *again; /* as share_url() writes it */
} forms[] = {
	{ LINK, 0, "", LINK },
	{ LINK "#", 0, "", LINK },
	{ LINK "#" KEY16_URL, 16, "", LINK "#" KEY16_URL },
	{ LINK "#" KEY16_URL "==", 16, "", LINK "#" KEY16_URL },
	{ LINK "#" KEY16, 16, "", LINK "#" KEY16_URL },
	{ LINK "#" KEY16 "==", 16, "", LINK "#" KEY16_URL },
	{ LINK "#" KEY32_URL, 32, "", LINK "#" KEY32_URL },
	{ LINK "#" KEY32_URL "=", 32, "", LINK "#" KEY32_URL },
	{ LINK "#" KEY32, 32, "", LINK "#" KEY32_URL },
	{ LINK "#" KEY32 "=", 32, "", LINK "#" KEY32_URL },
	{ LINK "?v=c#" KEY32, 32, "c", LINK "?v=c#" KEY32_URL },
	{ LINK "?utm=1&v=h&x=y#" KEY32, 32, "h", LINK "?v=h#" KEY32_URL },
	{ LINK "?", 0, "", LINK },
	{ LINK "?x#" KEY32, 32, "", LINK "#" KEY32_URL },
	{ "HTTPS://Relay.Example.COM:443/v1/m/"
	  "2BBA630E-519B-41EC-BF63-0242AC130002#" KEY32,
	    32, "", LINK "#" KEY32_URL },
	{ "http://127.0.0.1:8080/v1/m/" ID, 0, "",
	    "http://127.0.0.1:8080/v1/m/" ID },
	{ "http://[::1]:80/v1/m/" ID, 0, "", "http://[::1]/v1/m/" ID },
	{ "https://[2001:DB8::1]/v1/m/" ID, 0, "",
	    "https://[2001:db8::1]/v1/m/" ID },
};

START_TEST(share_reads)
{
	const struct form *f = &forms[_i];
	struct outcome outcome = { 0 };
	struct buf url = { 0 };
	struct share share;
	size_t i;

	ck_assert_int_eq(share_read(&share, f->url, &outcome), EXIT_DONE);
	ck_assert_str_eq(share.mailbox, ID);
	ck_assert_str_eq(share.vertical, f->vertical);
	ck_assert_uint_eq(share.secret.len, f->secret_len);
	for (i = 0; i < f->secret_len; i++)
		ck_assert_uint_eq(share.secret.bytes[i], 0xfb);
	share_url(&share, &url);
	ck_assert_str_eq(url.data, f->again);
	ck_assert_int_eq(share_need_secret(&share, &outcome),
	    f->secret_len != 0 ? EXIT_DONE : EXIT_USAGE);
	outcome_free(&outcome);
	buf_free(&url);
	share_free(&share);
}
END_TEST

static const char *const no_shares[] = {
	"",
	"#",
	ID,
	"https://",
	"ftp://relay.example.com/v1/m/" ID,
	"https:///v1/m/" ID,
	"https://relay.example.com/v1/m/",
	"https://relay.example.com/v1/m",
	"https://relay.example.com",
	LINK "/",
	LINK "0",
	LINK ";x",
	LINK "%00",
	"https://relay.example.com//v1/m/" ID,
	"https://relay.example.com/v2/m/" ID,
	"https://relay.example.com/x/v1/m/" ID,
	"https://relay.example.com/v1/m/2bba630e-519b-41ec-bf63-0242ac13000",
	"https://relay.example.com/v1/m/2bba630e-519b-41ec-bf63-0242ac13000g",
	"https://user@relay.example.com/v1/m/" ID,
	"https://relay.example.com@evil.example/v1/m/" ID,
	"https://relay.example.com\\@evil.example/v1/m/" ID,
	"https://relay.example.com:99999/v1/m/" ID,
	"https://relay.example.com:/x/v1/m/" ID,
	"https://rel ay.example.com/v1/m/" ID,
	" " LINK,
	LINK " ",
	LINK "?v=C",
	LINK "?v=",
	LINK "?v=car key",
	LINK "?v=\x1b[2J",
	LINK "?v=abcdefghijklmnopq",
	LINK "#short",
	LINK "#" KEY16_URL "A",
	LINK "#" KEY32_URL "==",
	LINK "#" KEY16_URL "#" KEY16_URL,
	LINK "# " KEY16_URL,
	LINK "#" KEY16 "%3D%3D",
	/* 24 bytes: AES-192 is none of the two. */
	LINK "#-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7",
	/* Both alphabets. */
	LINK "#+_v7-_v7-_v7-_v7-_v7-w",
};

/* Refused, with a message that repeats nothing of what came. */
static void
refuses(const char *url, const char *word)
{
	struct outcome outcome = { 0 };
	struct share share;

	ck_assert_int_eq(share_read(&share, url, &outcome), EXIT_USAGE);
	ck_assert_int_eq(outcome.exit, EXIT_USAGE);
	ck_assert_ptr_nonnull(outcome.message);
	ck_assert_ptr_null(strstr(outcome.message, "v7-_v7"));
	ck_assert_ptr_null(strstr(outcome.message, ID));
	ck_assert_ptr_null(share.origin.text);
	ck_assert_uint_eq(share.secret.len, 0);
	if (word != NULL)
		ck_assert_ptr_nonnull(strstr(outcome.message, word));
	else
		ck_assert_ptr_null(strstr(outcome.message, "%23"));
	outcome_free(&outcome);
}

START_TEST(share_refuses)
{
	refuses(no_shares[_i], NULL);
}
END_TEST

START_TEST(share_tells_of_the_mail_gateway)
{
	refuses(LINK "%23" KEY32_URL, "%23");
	refuses(LINK "?v=c%23" KEY32_URL, "%23");
	refuses(LINK "%23" KEY32_URL "#" KEY32_URL, "%23");
}
END_TEST

START_TEST(share_refuses_what_is_too_long)
{
	char url[SHARE_URL_MAX + 2];
	struct outcome outcome = { 0 };
	struct share share;

	memset(url, 'a', sizeof(url) - 1);
	memcpy(url, LINK "?x=", sizeof(LINK "?x=") - 1);
	url[SHARE_URL_MAX + 1] = '\0';
	ck_assert_int_eq(share_read(&share, url, &outcome), EXIT_USAGE);
	url[SHARE_URL_MAX] = '\0';
	outcome_free(&outcome);
	ck_assert_int_eq(share_read(&share, url, &outcome), EXIT_DONE);
	share_free(&share);
	outcome_free(&outcome);
}
END_TEST

static const struct origin_case {
	const char *text;
	const char *canonical; /* NULL: refused */
	bool plain, loopback;
} origin_cases[] = {
	{ "https://relay.example.com", "https://relay.example.com", false,
	    false },
	{ "https://relay.example.com/", "https://relay.example.com", false,
	    false },
	{ "https://RELAY.example.com:8443", "https://relay.example.com:8443",
	    false, false },
	{ "https://relay.example.com:443/", "https://relay.example.com", false,
	    false },
	{ "https://relay.example.com:80", "https://relay.example.com:80", false,
	    false },
	{ "http://relay.example.com:80", "http://relay.example.com", true,
	    false },
	{ "http://localhost:8080", "http://localhost:8080", true, true },
	{ "http://LOCALHOST", "http://localhost", true, true },
	{ "http://127.0.0.1", "http://127.0.0.1", true, true },
	{ "http://127.255.0.9:1", "http://127.255.0.9:1", true, true },
	{ "http://[::1]:8080", "http://[::1]:8080", true, true },
	{ "http://128.0.0.1", "http://128.0.0.1", true, false },
	{ "http://127.0.0.1.example.com", "http://127.0.0.1.example.com", true,
	    false },
	{ "http://localhost.example.com", "http://localhost.example.com", true,
	    false },
	{ "http://[::2]", "http://[::2]", true, false },
	{ "http://0.0.0.0", "http://0.0.0.0", true, false },
	{ "relay.example.com", NULL, false, false },
	{ "https://relay.example.com/v1/m", NULL, false, false },
	{ "https://relay.example.com//", NULL, false, false },
	{ "https://relay.example.com?x", NULL, false, false },
	{ "https://relay.example.com#x", NULL, false, false },
	{ "https://u:p@relay.example.com", NULL, false, false },
	{ "http://127.0.0.1@evil.example", NULL, false, false },
	{ "file:///etc/passwd", NULL, false, false },
	{ "https://", NULL, false, false },
	{ "", NULL, false, false },
};

START_TEST(origin_reads)
{
	const struct origin_case *c = &origin_cases[_i];
	struct outcome outcome = { 0 };
	struct origin origin;
	enum exit_code code = origin_read(&origin, c->text, &outcome);

	if (c->canonical == NULL) {
		ck_assert_int_eq(code, EXIT_USAGE);
		ck_assert_ptr_null(origin.text);
	} else {
		ck_assert_int_eq(code, EXIT_DONE);
		ck_assert_str_eq(origin.text, c->canonical);
		ck_assert(origin.plain == c->plain);
		ck_assert(origin.loopback == c->loopback);
		ck_assert_int_eq(origin_allow(&origin, false, &outcome),
		    c->plain && !c->loopback ? EXIT_USAGE : EXIT_DONE);
		ck_assert_int_eq(
		    origin_allow(&origin, true, &outcome), EXIT_DONE);
	}
	outcome_free(&outcome);
	origin_free(&origin);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_share");
	TCase *tc = tcase_create("device_share");

	tcase_add_loop_test(tc, share_reads, 0, LEN(forms));
	tcase_add_loop_test(tc, share_refuses, 0, LEN(no_shares));
	tcase_add_test(tc, share_tells_of_the_mail_gateway);
	tcase_add_test(tc, share_refuses_what_is_too_long);
	tcase_add_loop_test(tc, origin_reads, 0, LEN(origin_cases));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
