/*
 * test_notify_gateway: how gateways are opened, what they make of an answer,
 * and the credentials that they want.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "notify_fixture.h"
#include "tap.h"

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

#define APNS(reason) "{\"reason\":\"" reason "\"}"
#define FCM(code, status, more)                                                \
	"{\"error\":{\"code\":" code ",\"message\":\"x\",\"status\":\"" status \
	"\",\"details\":[" more "]}}"
#define FCM_ERROR(name)                                                        \
	"{\"@type\":\"type.googleapis.com/google.firebase.fcm.v1.FcmError\","  \
	"\"errorCode\":\"" name "\"}"

static const struct judged {
	enum conf_gateway which;
	long status;
	const char *body;
	enum verdict verdict;
} judged[] = {
	{ CONF_WEBHOOK, 200, "", VERDICT_DELIVERED },
	{ CONF_WEBHOOK, 202, "", VERDICT_DELIVERED },
	{ CONF_WEBHOOK, 204, "", VERDICT_DELIVERED },
	{ CONF_WEBHOOK, 301, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 307, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 400, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 401, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 404, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 408, "", VERDICT_RETRY },
	{ CONF_WEBHOOK, 410, "", VERDICT_DEAD },
	{ CONF_WEBHOOK, 429, "", VERDICT_RETRY },
	{ CONF_WEBHOOK, 500, "", VERDICT_RETRY },
	{ CONF_WEBHOOK, 503, "", VERDICT_RETRY },

	{ CONF_APNS, 200, "", VERDICT_DELIVERED },
	{ CONF_APNS, 400, APNS("BadDeviceToken"), VERDICT_DEAD },
	{ CONF_APNS, 400, APNS("DeviceTokenNotForTopic"), VERDICT_DEAD },
	{ CONF_APNS, 400, APNS("TopicDisallowed"), VERDICT_REJECTED },
	{ CONF_APNS, 400, APNS("BadTopic"), VERDICT_REJECTED },
	{ CONF_APNS, 400, APNS("BadPriority"), VERDICT_REJECTED },
	{ CONF_APNS, 400, "", VERDICT_REJECTED },
	{ CONF_APNS, 403, APNS("ExpiredProviderToken"), VERDICT_CREDENTIAL },
	{ CONF_APNS, 403, APNS("InvalidProviderToken"), VERDICT_CREDENTIAL },
	{ CONF_APNS, 403, APNS("MissingProviderToken"), VERDICT_CREDENTIAL },
	{ CONF_APNS, 403, APNS("Forbidden"), VERDICT_REJECTED },
	{ CONF_APNS, 404, APNS("BadPath"), VERDICT_REJECTED },
	{ CONF_APNS, 405, APNS("MethodNotAllowed"), VERDICT_REJECTED },
	{ CONF_APNS, 410, APNS("Unregistered"), VERDICT_DEAD },
	{ CONF_APNS, 410, APNS("ExpiredToken"), VERDICT_DEAD },
	{ CONF_APNS, 413, APNS("PayloadTooLarge"), VERDICT_REJECTED },
	{ CONF_APNS, 429, APNS("TooManyRequests"), VERDICT_RETRY },
	{ CONF_APNS, 429, APNS("TooManyProviderTokenUpdates"), VERDICT_RETRY },
	{ CONF_APNS, 500, APNS("InternalServerError"), VERDICT_RETRY },
	{ CONF_APNS, 503, APNS("ServiceUnavailable"), VERDICT_RETRY },
	{ CONF_APNS, 503, APNS("Shutdown"), VERDICT_RETRY },

	{ CONF_FCM, 200, "{\"name\":\"projects/p/messages/1\"}",
	    VERDICT_DELIVERED },
	{ CONF_FCM, 404, FCM("404", "NOT_FOUND", FCM_ERROR("UNREGISTERED")),
	    VERDICT_DEAD },
	{ CONF_FCM, 403,
	    FCM("403", "PERMISSION_DENIED", FCM_ERROR("SENDER_ID_MISMATCH")),
	    VERDICT_DEAD },
	{ CONF_FCM, 400,
	    FCM("400", "INVALID_ARGUMENT",
		FCM_ERROR("INVALID_ARGUMENT") ","
					      "{\"fieldViolations\":[{"
					      "\"field\":\"message.token\"}]}"),
	    VERDICT_DEAD },
	{ CONF_FCM, 400,
	    FCM("400", "INVALID_ARGUMENT", FCM_ERROR("INVALID_ARGUMENT")),
	    VERDICT_REJECTED },
	/* As others have met it. */
	{ CONF_FCM, 400,
	    "{\"error\":{\"code\":400,\"message\":\"The registration token is "
	    "not a valid FCM registration token\",\"status\":"
	    "\"INVALID_ARGUMENT\",\"details\":[" FCM_ERROR(
		"INVALID_ARGUMENT") "]}}",
	    VERDICT_DEAD },
	{ CONF_FCM, 401,
	    FCM("401", "UNAUTHENTICATED", FCM_ERROR("THIRD_PARTY_AUTH_ERROR")),
	    VERDICT_REJECTED },
	{ CONF_FCM, 401, "", VERDICT_CREDENTIAL },
	{ CONF_FCM, 403, FCM("403", "PERMISSION_DENIED", ""),
	    VERDICT_REJECTED },
	{ CONF_FCM, 404, FCM("404", "NOT_FOUND", ""), VERDICT_REJECTED },
	{ CONF_FCM, 429,
	    FCM("429", "RESOURCE_EXHAUSTED", FCM_ERROR("QUOTA_EXCEEDED")),
	    VERDICT_RETRY },
	{ CONF_FCM, 500, FCM("500", "INTERNAL", FCM_ERROR("INTERNAL")),
	    VERDICT_RETRY },
	{ CONF_FCM, 503, FCM("503", "UNAVAILABLE", FCM_ERROR("UNAVAILABLE")),
	    VERDICT_RETRY },

	{ CONF_WEBPUSH, 200, "", VERDICT_DELIVERED },
	{ CONF_WEBPUSH, 201, "", VERDICT_DELIVERED },
	{ CONF_WEBPUSH, 202, "", VERDICT_DELIVERED },
	{ CONF_WEBPUSH, 302, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 400, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 401, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 403, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 404, "", VERDICT_DEAD },
	{ CONF_WEBPUSH, 410, "", VERDICT_DEAD },
	{ CONF_WEBPUSH, 413, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 429, "", VERDICT_RETRY },
	{ CONF_WEBPUSH, 502, "", VERDICT_RETRY },
};

START_TEST(an_answer_is_judged)
{
	const struct judged *j = &judged[_i];
	struct gateway *g = must_open(j->which);
	struct push_answer a = { .status = j->status, .retry_after = -1 };
	int64_t ms = -1;
	enum verdict verdict;

	buf_puts(&a.body, j->body);
	verdict = gateway_judge(g, &a, 1, &ms);
	ck_assert_msg(verdict == j->verdict, "%s %ld %s: %d", names[j->which],
	    j->status, j->body, (int)verdict);
	if (verdict == VERDICT_RETRY)
		ck_assert_int_gt(ms, 0);
	push_answer_end(&a);
	gateway_close(g);
}
END_TEST

START_TEST(no_answer_is_judged)
{
	struct gateway *g = must_open((enum conf_gateway)_i);
	struct push_answer a = { .refused = true, .retry_after = -1 };
	int64_t ms = -1;

	/* What a stranger wrote is of no use; a setting may be mended. */
	ck_assert_int_eq(gateway_judge(g, &a, 1, &ms),
	    _i == CONF_WEBPUSH ? VERDICT_DEAD : VERDICT_REJECTED);
	a = (struct push_answer){ .goaway = true, .retry_after = -1 };
	ck_assert_int_eq(gateway_judge(g, &a, 1, &ms), VERDICT_RETRY);
	ck_assert_int_eq(ms, 0);
	ck_assert_int_eq(gateway_judge(g, &a, 2, &ms), VERDICT_RETRY);
	ck_assert_int_ge(ms, 80);
	ck_assert_int_le(ms, 120);
	a = (struct push_answer){ .retry_after = -1 };
	ck_assert_int_eq(gateway_judge(g, &a, 1, &ms), VERDICT_RETRY);
	ck_assert_int_ge(ms, 40);
	ck_assert_int_le(ms, 60);
	gateway_close(g);
}
END_TEST

static const struct {
	long status, retry_after;
	unsigned attempts;
	int64_t least, most; /* ms */
} pauses[] = {
	{ 0, -1, 1, 40, 60 },
	{ 0, -1, 2, 80, 120 },
	{ 0, -1, 3, 160, 240 },
	{ 0, -1, 8, 5120, 7680 },
	{ 0, -1, 16, 720000, 1080000 },
	{ 429, -1, 1, 400, 600 },
	{ 429, -1, 2, 800, 1200 },
	{ 429, -1, 7, 25600, 38400 },
	{ 408, -1, 1, 400, 600 },
	{ 500, -1, 1, 800, 1200 },
	{ 503, -1, 7, 51200, 76800 },
	/* 15 minutes is the longest, and a fifth of it more */
	{ 503, -1, 4000000000u, 720000, 1080000 },
	/* as told, and not earlier */
	{ 429, 0, 5, 0, 250 },
	{ 429, 7, 1, 7000, 7250 },
	{ 503, 30, 8, 30000, 30250 },
	{ 503, 900, 1, 900000, 900250 },
	{ 503, 3600, 1, 3600000, 3600250 },
	{ 429, 86400, 1, 86400000, 86400250 },
	{ 503, 9000000000000000000, 1, 86400000, 86400250 },
};

START_TEST(a_pause_is_as_told_or_longer_each_time)
{
	struct gateway *g = must_open(CONF_WEBHOOK);
	struct push_answer a = { .status = pauses[_i].status,
		.retry_after = pauses[_i].retry_after };
	int64_t ms, first = -1;
	bool differ = false;
	int i;

	for (i = 0; i < 200; i++) {
		ck_assert_int_eq(gateway_judge(g, &a, pauses[_i].attempts, &ms),
		    VERDICT_RETRY);
		ck_assert_int_ge(ms, pauses[_i].least);
		ck_assert_int_le(ms, pauses[_i].most);
		differ |= first != -1 && first != ms;
		first = ms;
	}
	ck_assert(differ);
	gateway_close(g);
}
END_TEST

/* How long it all takes, as credrelay-notify(8) tells it. */
static const struct {
	long status;
	unsigned tries;
	int64_t least_s, most_s;
} spans[] = {
	{ 0, 16, 22 * 60, 33 * 60 },
	{ 429, 8, 50, 77 },
	{ 503, 8, 101, 153 },
};

START_TEST(all_tries_take_so_long)
{
	struct gateway *g = must_open(CONF_WEBHOOK);
	struct push_answer a = { .status = spans[_i].status,
		.retry_after = -1 };
	int64_t ms, sum = 0;
	unsigned i;

	for (i = 1; i < spans[_i].tries; i++) {
		ck_assert_int_eq(gateway_judge(g, &a, i, &ms), VERDICT_RETRY);
		sum += ms;
	}
	ck_assert_int_ge(sum, 1000 * spans[_i].least_s);
	ck_assert_int_le(sum, 1000 * spans[_i].most_s);
	gateway_close(g);
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
	tcase_add_loop_test(tc, an_answer_is_judged, 0, LEN(judged));
	tcase_add_loop_test(
	    tc, no_answer_is_judged, CONF_WEBHOOK, CONF_WEBPUSH + 1);
	tcase_add_loop_test(
	    tc, a_pause_is_as_told_or_longer_each_time, 0, LEN(pauses));
	tcase_add_loop_test(tc, all_tries_take_so_long, 0, LEN(spans));
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
	SRunner *sr = srunner_create(suite());
	int failed;

	fixture_begin();
	failed = tap_run(sr);
	fixture_end();
	return (failed);
}
