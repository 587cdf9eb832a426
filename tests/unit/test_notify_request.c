/*
 * test_notify_request: what each gateway is sent, and tokens that are none;
 * for Web Push see test_notify_subscription.
 */
#include <check.h>
#include <string.h>

#include "notify_fixture.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* --- all ----------------------------------------------------------------- */

#define HEX32 "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"

static const struct bad {
	enum conf_gateway which;
	const char *token;
} bad[] = {
	{ CONF_WEBHOOK, "" },
	{ CONF_WEBHOOK, "x" },
	{ CONF_WEBHOOK, "7" },
	{ CONF_WEBHOOK, "null" },
	{ CONF_WEBHOOK, "[\"type\",\"tokenData\"]" },
	{ CONF_WEBHOOK, "{}" },
	{ CONF_WEBHOOK, "{\"type\":\"webhook\"}" },
	{ CONF_WEBHOOK, "{\"tokenData\":\"x\"}" },
	{ CONF_WEBHOOK, "{\"type\":7,\"tokenData\":\"x\"}" },
	{ CONF_WEBHOOK, "{\"type\":\"webhook\",\"tokenData\":null}" },
	{ CONF_WEBHOOK, "{\"type\":\"webhook\",\"tokenData\":\"x\"" },
	{ CONF_WEBHOOK, "{\"type\":\"webhook\",\"tokenData\":\"a\\u0000b\"}" },
	{ CONF_APNS, "{\"type\":\"com.apple.apns\",\"tokenData\":\"\"}" },
	{ CONF_APNS, "{\"type\":\"com.apple.apns\",\"tokenData\":\"abc\"}" },
	{ CONF_APNS, "{\"type\":\"com.apple.apns\",\"tokenData\":\"0x12\"}" },
	{ CONF_APNS, "{\"type\":\"com.apple.apns\",\"tokenData\":\"12 4\"}" },
	{ CONF_APNS, "{\"type\":\"com.apple.apns\",\"tokenData\":\"12/4\"}" },
	{ CONF_APNS, "{\"type\":\"com.apple.apns\",\"tokenData\":\"12\\n4\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"12\\u00004\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"\\u0000\"}" },
	{ CONF_APNS, "{\"type\":\"com.apple.apns\",\"tokenData\":\"gg\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32 HEX32 HEX32
	    "0123456789\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32
	    "\",\"tokenTopic\":\"com.other.app\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32
	    "\",\"tokenTopic\":\"\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32
	    "\",\"tokenTopic\":\"com.example.ap\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32
	    "\",\"tokenTopic\":\"com.example.app pass.com.example.key\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32
	    "\",\"tokenTopic\":\"com.example.app\\napns-priority: 10\"}" },
	{ CONF_APNS,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32
	    "\",\"tokenTopic\":7}" },
	{ CONF_FCM, "{\"type\":\"com.google.fcm\",\"tokenData\":\"\"}" },
	{ CONF_WEBPUSH, "{\"type\":\"webpush\",\"tokenData\":\"\"}" },
	{ CONF_WEBPUSH, "{\"type\":\"webpush\",\"tokenData\":\"e30\"}" },
	{ CONF_WEBPUSH, "{\"type\":\"webpush\",\"tokenData\":\"{}\"}" },
	{ CONF_WEBPUSH, "{\"type\":\"webpush\",\"tokenData\":\"AAAA\"}" },
};

START_TEST(a_bad_token_is_refused)
{
	struct gateway *g = must_open(bad[_i].which);
	struct push push = { 0 };

	ck_assert_msg(
	    push_of(g, bad[_i].token, "credential", &push) == STATUS_INVALID,
	    "%s", bad[_i].token);
	ck_assert_uint_eq(push.url.len + push.headers.len + push.body.len, 0);
	push_end(&push);
	gateway_close(g);
}
END_TEST

/* --- webhook --------------------------------------------------------------- */

static const struct {
	const char *token, *body;
} hooks[] = {
	{ "{\"type\":\"webhook\",\"tokenData\":\"device-7\"}",
	    "{\"type\":\"webhook\",\"tokenData\":\"device-7\","
	    "\"deliveryId\":\"" DELIVERY "\"}" },
	/* Members that are no gateway's stay here. */
	{ "{ \"tokenTopic\": \"t\", \"more\": [1], \"tokenData\": \"a/b\", "
	  "\"type\": \"net.example\" }",
	    "{\"type\":\"net.example\",\"tokenData\":\"a/b\","
	    "\"deliveryId\":\"" DELIVERY "\"}" },
	{ "{\"type\":\"w\",\"tokenData\":\"\\\"\\\\\\n\\u00e9\"}",
	    "{\"type\":\"w\",\"tokenData\":\"\\\"\\\\\\n\xc3\xa9\","
	    "\"deliveryId\":\"" DELIVERY "\"}" },
};

START_TEST(a_webhook_is_signed)
{
	struct gateway *g = must_open(CONF_WEBHOOK);
	unsigned char mac[CRYPTO_SHA256_LEN];
	struct push push = { 0 };
	struct buf text = { 0 }, want = { 0 };
	size_t i;

	ck_assert_int_eq(push_of(g, hooks[_i].token, "", &push), STATUS_OK);
	ck_assert_str_eq(push.url.data, "https://hooks.example/push?x=1");
	ck_assert_str_eq(push.body.data, hooks[_i].body);
	check_header(&push, "Content-Type", "application/json");
	check_header(&push, "Credrelay-Delivery", DELIVERY);
	check_header(&push, "Credrelay-Timestamp", "1700000000");
	buf_printf(&text, DELIVERY ".1700000000.%s", push.body.data);
	crypto_hmac_sha256(SECRET, strlen(SECRET), text.data, text.len, mac);
	buf_puts(&want, "v1=");
	for (i = 0; i < sizeof(mac); i++)
		buf_printf(&want, "%02x", mac[i]);
	check_header(&push, "Credrelay-Signature", want.data);
	ck_assert(push.plain_allowed && !push.http2);
	ck_assert_str_eq(push.allow, "10.0.0.0/8");
	ck_assert_str_eq(push.ca_file, "/ca/webhook");
	push_end(&push);
	ck_assert_ptr_null(push.url.data);
	buf_free(&text);
	buf_free(&want);
	gateway_close(g);
}
END_TEST

/* --- APNs ------------------------------------------------------------------- */

static const struct {
	const char *more, *topic, *body;
} topics[] = {
	{ "", "com.example.app", "{\"aps\":{\"content-available\":1}}" },
	{ ",\"tokenTopic\":\"com.example.app\"", "com.example.app",
	    "{\"aps\":{\"content-available\":1}}" },
	{ ",\"tokenTopic\":\"pass.com.example.key\"", "pass.com.example.key",
	    "{}" },
};

START_TEST(apns_is_told_the_topic)
{
	struct gateway *g = must_open(CONF_APNS);
	struct buf token = { 0 };
	struct push push = { 0 };

	buf_printf(&token,
	    "{\"type\":\"com.apple.apns\",\"tokenData\":\"" HEX32 "\"%s}",
	    topics[_i].more);
	ck_assert_int_eq(push_of(g, token.data, "a.b.c", &push), STATUS_OK);
	ck_assert_str_eq(
	    push.url.data, "https://api.push.example/3/device/" HEX32);
	ck_assert_str_eq(push.body.data, topics[_i].body);
	check_header(&push, "authorization", "bearer a.b.c");
	check_header(&push, "apns-id", DELIVERY);
	check_header(&push, "apns-topic", topics[_i].topic);
	check_header(&push, "apns-push-type", "background");
	check_header(&push, "apns-priority", "5");
	check_header(&push, "apns-expiration", "1700000600");
	ck_assert(push.http2 && !push.plain_allowed);
	ck_assert_str_eq(push.allow, "");
	ck_assert_str_eq(push.ca_file, "/ca/apns");
	push_end(&push);
	buf_free(&token);
	gateway_close(g);
}
END_TEST

START_TEST(apns_tokens_have_any_length)
{
	static const char *const good[] = { "00", "ABCDEFabcdef0123456789",
		HEX32, HEX32 HEX32, HEX32 HEX32 HEX32 "01234567" };
	struct gateway *g = must_open(CONF_APNS);
	struct buf token = { 0 };
	struct push push = { 0 };

	buf_printf(&token, "{\"type\":\"com.apple.apns\",\"tokenData\":\"%s\"}",
	    good[_i]);
	ck_assert_int_eq(push_of(g, token.data, "a.b.c", &push), STATUS_OK);
	push_end(&push);
	buf_free(&token);
	gateway_close(g);
}
END_TEST

/* --- FCM ---------------------------------------------------------------------- */

START_TEST(fcm_is_sent_data_alone)
{
	struct gateway *g = must_open(CONF_FCM);
	struct push push = { 0 };

	ck_assert_int_eq(
	    push_of(g,
		"{\"type\":\"com.google.fcm\",\"tokenData\":\"a:b/c\\\"\"}",
		"ya29.x", &push),
	    STATUS_OK);
	ck_assert_str_eq(push.url.data,
	    "https://fcm.example/v1/projects/keys-1/messages:send");
	ck_assert_str_eq(push.body.data,
	    "{\"message\":{\"token\":\"a:b/c\\\"\",\"data\":{\"credrelay\":"
	    "\"1\"},\"android\":{\"priority\":\"high\",\"ttl\":\"600s\","
	    "\"collapse_key\":\"credrelay\"}}}");
	check_header(&push, "Authorization", "Bearer ya29.x");
	check_header(&push, "Content-Type", "application/json");
	ck_assert(!push.plain_allowed);
	push_end(&push);
	gateway_close(g);
}
END_TEST

static const struct {
	int64_t expires_at;
	const char *ttl;
} ends[] = {
	{ NOW - 5, "\"ttl\":\"0s\"" },
	{ NOW, "\"ttl\":\"0s\"" },
	{ NOW + 1, "\"ttl\":\"1s\"" },
	{ NOW + 28 * 86400, "\"ttl\":\"2419200s\"" },
	/* four weeks is the longest that all take */
	{ NOW + 400 * 86400, "\"ttl\":\"2419200s\"" },
};

START_TEST(a_push_ends_with_its_mailbox)
{
	static const char token[] =
	    "{\"type\":\"com.google.fcm\",\"tokenData\":\"x\"}";
	struct gateway *g = must_open(CONF_FCM);
	struct push push = { 0 };

	ck_assert_int_eq(gateway_push(g, token, strlen(token), DELIVERY, "c",
			     NOW, ends[_i].expires_at, &push),
	    STATUS_OK);
	ck_assert_msg(
	    strstr(push.body.data, ends[_i].ttl) != NULL, "%s", push.body.data);
	push_end(&push);
	gateway_close(g);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_request");
	TCase *tc = tcase_create("notify_request");

	tcase_add_loop_test(tc, a_bad_token_is_refused, 0, LEN(bad));
	tcase_add_loop_test(tc, a_webhook_is_signed, 0, LEN(hooks));
	tcase_add_loop_test(tc, apns_is_told_the_topic, 0, LEN(topics));
	tcase_add_loop_test(tc, apns_tokens_have_any_length, 0, 5);
	tcase_add_test(tc, fcm_is_sent_data_alone);
	tcase_add_loop_test(tc, a_push_ends_with_its_mailbox, 0, LEN(ends));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (fixture_run(suite()));
}
