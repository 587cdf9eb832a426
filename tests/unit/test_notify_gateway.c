/* test_notify_gateway: how gateways are opened, and what they show. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "notify_fixture.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const char *const names[] = { [CONF_WEBHOOK] = "webhook",
	[CONF_APNS] = "com.apple.apns",
	[CONF_FCM] = "com.google.fcm",
	[CONF_WEBPUSH] = "webpush" };

START_TEST(each_opens)
{
	struct gateway *g = must_open((enum conf_gateway)_i);

	ck_assert_str_eq(gateway_name(g), names[_i]);
	if (_i == CONF_APNS || _i == CONF_FCM)
		ck_assert_str_eq(gateway_credential(g), names[_i]);
	else
		ck_assert_ptr_null(gateway_credential(g));
	gateway_close(g);
	gateway_close(NULL);
}
END_TEST

/* What a setting or its file may not be.  "\1" is the P-256 key's text. */
static const struct bad {
	enum conf_gateway which;
	char **setting;
	const char *value; /* NULL: `file` is the file's content */
	const char *file;
	enum status status;
	const char *error; /* has this in it */
} bad[] = {
	{ CONF_WEBHOOK, &conf.webhook.secret_file, "/nowhere/x", NULL,
	    STATUS_IO, "webhook: secret_file: /nowhere/x: No such file" },
	{ CONF_WEBHOOK, &conf.webhook.secret_file, "/tmp", NULL, STATUS_IO,
	    "webhook: secret_file" },
	{ CONF_WEBHOOK, &conf.webhook.secret_file, NULL, "", STATUS_INVALID,
	    "webhook: secret_file" },
	{ CONF_WEBHOOK, &conf.webhook.secret_file, NULL, "fifteen bytes .\n",
	    STATUS_INVALID, "webhook: secret_file" },
	{ CONF_WEBHOOK, &conf.webhook.allow_addresses, "localhost", NULL,
	    STATUS_INVALID, "webhook: allow_addresses" },
	{ CONF_APNS, &conf.apns.key_file, "/nowhere/x", NULL, STATUS_IO,
	    "com.apple.apns: key_file: /nowhere/x: No such file" },
	{ CONF_APNS, &conf.apns.key_file, NULL, "no key", STATUS_INVALID,
	    "com.apple.apns: key_file" },
	{ CONF_APNS, &conf.apns.key_file, NULL, "\2", STATUS_INVALID,
	    "com.apple.apns: key_file" },
	{ CONF_APNS, &conf.apns.key_id, "a\"b", NULL, STATUS_INVALID,
	    "com.apple.apns: key_id" },
	{ CONF_APNS, &conf.apns.team_id, "a\\b", NULL, STATUS_INVALID,
	    "com.apple.apns: key_id and team_id" },
	{ CONF_APNS, &conf.apns.allow_addresses, "10.0.0.0/33", NULL,
	    STATUS_INVALID, "com.apple.apns: allow_addresses" },
	{ CONF_FCM, &conf.fcm.service_account_file, "/nowhere/x", NULL,
	    STATUS_IO, "com.google.fcm: service_account_file: /nowhere/x" },
	{ CONF_FCM, &conf.fcm.service_account_file, NULL, "not json",
	    STATUS_INVALID, "com.google.fcm: service_account_file" },
	{ CONF_FCM, &conf.fcm.service_account_file, NULL, "[1]", STATUS_INVALID,
	    "com.google.fcm: service_account_file" },
	{ CONF_FCM, &conf.fcm.service_account_file, NULL, "{}", STATUS_INVALID,
	    "com.google.fcm: service_account_file" },
	{ CONF_FCM, &conf.fcm.service_account_file, NULL,
	    "{\"project_id\":\"p\",\"client_email\":\"e\",\"private_key\":"
	    "\"no key\",\"token_uri\":\"https://x/\"}",
	    STATUS_INVALID, "com.google.fcm: service_account_file" },
	{ CONF_FCM, &conf.fcm.allow_addresses, "x", NULL, STATUS_INVALID,
	    "com.google.fcm: allow_addresses" },
	{ CONF_WEBPUSH, &conf.webpush.vapid_key_file, "/nowhere/x", NULL,
	    STATUS_IO, "webpush: vapid_key_file: /nowhere/x: No such file" },
	{ CONF_WEBPUSH, &conf.webpush.vapid_key_file, NULL, "\2",
	    STATUS_INVALID, "webpush: vapid_key_file" },
	{ CONF_WEBPUSH, &conf.webpush.subject, "push@relay.example", NULL,
	    STATUS_INVALID, "webpush: subject" },
	{ CONF_WEBPUSH, &conf.webpush.subject, "mailto:\"x\"@y", NULL,
	    STATUS_INVALID, "webpush: subject" },
	{ CONF_WEBPUSH, &conf.webpush.allow_addresses, "x", NULL,
	    STATUS_INVALID, "webpush: allow_addresses" },
};

static void
check_refused(enum conf_gateway which, enum status want, const char *text)
{
	struct gateway *g = NULL;
	struct buf error = { 0 };
	enum status status = gateway_open(&conf, which, &g, &error);

	ck_assert_msg(status == want, "%s: %d", text, (int)status);
	ck_assert_ptr_null(g);
	ck_assert_ptr_nonnull(error.data);
	ck_assert_msg(strstr(error.data, text) == error.data, "%s", error.data);
	ck_assert_ptr_null(strchr(error.data, '\n'));
	buf_free(&error);
}

START_TEST(a_bad_setting_is_named)
{
	const struct bad *b = &bad[_i];
	char *kept = *b->setting;
	const char *text = b->file;

	if (text != NULL && strcmp(text, "\2") == 0)
		text = rsa_pem;
	*b->setting = text == NULL ? mem_strdup(b->value) :
				     place("bad", text, strlen(text));
	check_refused(b->which, b->status, b->error);
	free(*b->setting);
	*b->setting = kept;
}
END_TEST

static const struct {
	const char *project, *email, *uri;
} bad_accounts[] = {
	{ "", "e@x", "https://x/" },
	{ "a/b", "e@x", "https://x/" },
	{ "a?b", "e@x", "https://x/" },
	{ "p", "", "https://x/" },
	{ "p", "e\\\"x", "https://x/" },
	{ "p", "e@x", "http://x/" },
	{ "p", "e@x", "file:///etc/passwd" },
	{ "p", "e@x", "" },
	/* It would go into JSON as it is. */
	{ "p", "e@x", "https://x/\\\",\\\"sub\\\":\\\"y" },
};

START_TEST(a_bad_account_is_refused)
{
	char *kept = conf.fcm.service_account_file;

	conf.fcm.service_account_file = place_account(bad_accounts[_i].project,
	    bad_accounts[_i].email, rsa_pem, bad_accounts[_i].uri);
	check_refused(
	    CONF_FCM, STATUS_INVALID, "com.google.fcm: service_account_file: ");
	free(conf.fcm.service_account_file);
	conf.fcm.service_account_file = place_account("keys-1",
	    "push@keys-1.example", rsa_pem, "https://oauth.example/token");
	free(kept);
}
END_TEST

/* A part of a JWT or another member of JSON, as text. */
static void
check_jwt(
    const char *jwt, EVP_PKEY *key, const char *header, const char *claims)
{
	const char *first = strchr(jwt, '.'), *second = strchr(first + 1, '.');
	struct buf part = { 0 };

	ck_assert_int_eq(
	    base64_decode(jwt, (size_t)(first - jwt), &part), STATUS_OK);
	ck_assert_str_eq(part.data, header);
	buf_clear(&part);
	ck_assert_int_eq(
	    base64_decode(first + 1, (size_t)(second - first - 1), &part),
	    STATUS_OK);
	ck_assert_str_eq(part.data, claims);
	buf_clear(&part);
	ck_assert_int_eq(
	    base64_decode(second + 1, strlen(second + 1), &part), STATUS_OK);
	ck_assert(
	    is_signed(key, jwt, (size_t)(second - jwt), part.data, part.len));
	buf_free(&part);
}

START_TEST(apns_makes_its_own)
{
	struct gateway *g = must_open(CONF_APNS);
	struct buf text = { 0 };
	struct push ask = { 0 };
	unsigned renew, expires;

	ck_assert_int_eq(
	    gateway_credential_make(g, NOW, &text, &renew, &expires, &ask),
	    STATUS_OK);
	ck_assert_uint_eq(renew, 40 * 60);
	ck_assert_uint_eq(expires, 58 * 60);
	check_jwt(text.data, p256, "{\"alg\":\"ES256\",\"kid\":\"KEY4567890\"}",
	    "{\"iss\":\"TEAM567890\",\"iat\":1700000000}");
	ck_assert_uint_eq(ask.url.len, 0);
	buf_free(&text);
	gateway_close(g);
}
END_TEST

START_TEST(fcm_asks_for_one)
{
	static const char start[] =
	    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
	    "jwt-bearer&assertion=";
	struct gateway *g = must_open(CONF_FCM);
	struct buf text = { 0 };
	struct push ask = { 0 };
	unsigned renew, expires;

	ck_assert_int_eq(
	    gateway_credential_make(g, NOW, &text, &renew, &expires, &ask),
	    STATUS_AGAIN);
	ck_assert_uint_eq(text.len, 0);
	ck_assert_str_eq(ask.url.data, "https://oauth.example/token");
	ck_assert_str_eq(ask.headers.data,
	    "Content-Type: application/x-www-form-urlencoded\n");
	ck_assert_int_eq(strncmp(ask.body.data, start, strlen(start)), 0);
	check_jwt(ask.body.data + strlen(start), rsa,
	    "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
	    "{\"iss\":\"push@keys-1.example\",\"scope\":"
	    "\"https://www.googleapis.com/auth/firebase.messaging\","
	    "\"aud\":\"https://oauth.example/token\",\"iat\":1700000000,"
	    "\"exp\":1700003600}");
	ck_assert(!ask.plain_allowed);
	ck_assert_str_eq(ask.allow, "");
	push_end(&ask);
	gateway_close(g);
}
END_TEST

#define TOKEN_OF(life)                                                         \
	"{\"access_token\":\"ya29.x-y_z\",\"expires_in\":" life                \
	",\"token_type\":\"Bearer\"}"

static const struct {
	long status;
	const char *body;
	enum status want;
	unsigned renew, expires;
} fcm_answers[] = {
	{ 200, TOKEN_OF("3600"), STATUS_OK, 2655, 3540 },
	{ 200, TOKEN_OF("3599"), STATUS_OK, 2652, 3539 },
	{ 200, TOKEN_OF("120"), STATUS_OK, 45, 60 },
	{ 200, TOKEN_OF("119"), STATUS_INVALID, 0, 0 },
	{ 200, TOKEN_OF("0"), STATUS_INVALID, 0, 0 },
	{ 200, TOKEN_OF("-5"), STATUS_INVALID, 0, 0 },
	{ 200, TOKEN_OF("99999999999"), STATUS_INVALID, 0, 0 },
	{ 200, TOKEN_OF("\"x\""), STATUS_INVALID, 0, 0 },
	{ 200, "{\"access_token\":\"x\"}", STATUS_INVALID, 0, 0 },
	{ 200, "{\"expires_in\":3600}", STATUS_INVALID, 0, 0 },
	{ 200, "{\"access_token\":7,\"expires_in\":3600}", STATUS_INVALID, 0,
	    0 },
	{ 200, "{\"access_token\":\"\",\"expires_in\":3600}", STATUS_INVALID, 0,
	    0 },
	{ 200, "{\"access_token\":\"a\\r\\nX: y\",\"expires_in\":3600}",
	    STATUS_INVALID, 0, 0 },
	{ 200, "[]", STATUS_INVALID, 0, 0 },
	{ 200, "x", STATUS_INVALID, 0, 0 },
	{ 200, "", STATUS_INVALID, 0, 0 },
	{ 400, TOKEN_OF("3600"), STATUS_INVALID, 0, 0 },
	{ 500, "", STATUS_INVALID, 0, 0 },
	{ 0, "", STATUS_INVALID, 0, 0 },
};

START_TEST(fcm_reads_what_it_is_given)
{
	struct gateway *g = must_open(CONF_FCM);
	struct push_answer a = { .status = fcm_answers[_i].status };
	struct buf text = { 0 };
	unsigned renew = 0, expires = 0;
	enum status status;

	buf_puts(&a.body, fcm_answers[_i].body);
	status = gateway_credential_answer(g, &a, &text, &renew, &expires);
	ck_assert_msg(
	    status == fcm_answers[_i].want, "%s", fcm_answers[_i].body);
	ck_assert_uint_eq(renew, fcm_answers[_i].renew);
	ck_assert_uint_eq(expires, fcm_answers[_i].expires);
	if (status == STATUS_OK)
		ck_assert_str_eq(text.data, "ya29.x-y_z");
	else
		ck_assert_uint_eq(text.len, 0);
	buf_free(&text);
	push_answer_end(&a);
	gateway_close(g);
}
END_TEST

START_TEST(the_others_need_none)
{
	struct gateway *g = must_open(_i == 0 ? CONF_WEBHOOK : CONF_WEBPUSH);
	struct push_answer a = { .status = 200 };
	struct buf text = { 0 };
	struct push ask = { 0 };
	unsigned renew, expires;

	ck_assert_int_eq(
	    gateway_credential_make(g, NOW, &text, &renew, &expires, &ask),
	    STATUS_INVALID);
	ck_assert_int_eq(
	    gateway_credential_answer(g, &a, &text, &renew, &expires),
	    STATUS_INVALID);
	gateway_close(g);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_gateway");
	TCase *tc = tcase_create("notify_gateway");

	tcase_add_loop_test(tc, each_opens, CONF_WEBHOOK, CONF_WEBPUSH + 1);
	tcase_add_loop_test(tc, a_bad_setting_is_named, 0, LEN(bad));
	tcase_add_loop_test(tc, a_bad_account_is_refused, 0, LEN(bad_accounts));
	tcase_add_test(tc, apns_makes_its_own);
	tcase_add_test(tc, fcm_asks_for_one);
	tcase_add_loop_test(
	    tc, fcm_reads_what_it_is_given, 0, LEN(fcm_answers));
	tcase_add_loop_test(tc, the_others_need_none, 0, 2);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (fixture_run(suite()));
}
