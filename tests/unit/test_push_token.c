/*
 * test_push_token: which tokens can be served; tests/unit/test_notify_request
 * has the same for each gateway, from the push that is made of one.
 */
#include <check.h>
#include <string.h>

#include "base64.h"
#include "mem.h"
#include "push_token.h"
#include "tap.h"
#include "web_push_keys.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static struct conf conf;

static void
setup(void)
{
	static char types[] = "webhook other", topics[] = "com.example.app b",
		    hosts[] = "Push.Example [2001:db8::1]";

	conf = (struct conf){ 0 };
	conf.webhook.types = types;
	conf.apns.topics = topics;
	conf.webpush.hosts = hosts;
	conf.webhook.on = conf.apns.on = conf.fcm.on = conf.webpush.on = true;
}

static const struct {
	const char *token;
	bool served;
} tokens[] = {
	{ "{\"type\":\"webhook\",\"tokenData\":\"d\"}", true },
	{ "{\"type\":\"other\",\"tokenData\":\"d\",\"x\":[]}", true },
	{ "{\"type\":\"another\",\"tokenData\":\"d\"}", false },
	{ "{\"type\":\"webhook\",\"tokenData\":7}", false },
	{ "{\"type\":\"webhook\"}", false },
	{ "{\"type\":\"webhook\",\"tokenData\":\"d\",\"tokenTopic\":7}",
	    false },
	{ "{}", false },
	{ "[]", false },
	{ "", false },
	{ "{\"type\":\"webhook\",\"tokenData\":\"d\"}x", false },
	{ "{\"type\":\"com.apple.apns\",\"tokenData\":\"0aF1\"}", true },
	{ "{\"type\":\"com.apple.apns\",\"tokenData\":\"0aF\"}", false },
	{ "{\"type\":\"com.apple.apns\",\"tokenData\":\"0aFx\"}", false },
	{ "{\"type\":\"com.apple.apns\",\"tokenData\":\"\"}", false },
	{ "{\"type\":\"com.apple.apns\",\"tokenData\":\"00\","
	  "\"tokenTopic\":\"b\"}",
	    true },
	{ "{\"type\":\"com.apple.apns\",\"tokenData\":\"00\","
	  "\"tokenTopic\":\"com.other.app\"}",
	    false },
	{ "{\"type\":\"com.google.fcm\",\"tokenData\":\"x\"}", true },
	{ "{\"type\":\"com.google.fcm\",\"tokenData\":\"\"}", false },
	{ "{\"type\":\"webpush\",\"tokenData\":\"e30\"}", false },
	{ "{\"type\":\"webpush\",\"tokenData\":\"{}\"}", false },
};

START_TEST(only_what_its_gateway_can_serve)
{
	const char *token = tokens[_i].token;

	ck_assert_msg(push_token_is_served(&conf, token, strlen(token)) ==
		tokens[_i].served,
	    "%s", token);
}
END_TEST

static const struct {
	const char *text;
	bool served;
	const char *origin;
} subscriptions[] = {
	{ "{\"endpoint\":\"https://push.example/a\"," KEYS "}", true,
	    "https://push.example" },
	{ "{\"endpoint\":\"HTTPS://PUSH.example:8443\",\"keys\":{" KEYS "}}",
	    true, "https://push.example:8443" },
	{ "{\"endpoint\":\"https://[2001:DB8::1]:443/\"," KEYS "}", true,
	    "https://[2001:db8::1]" },
	{ "{\"endpoint\":\"http://push.example/a\"," KEYS "}", false, NULL },
	{ "{\"endpoint\":\"https://other.example/a\"," KEYS "}", false, NULL },
	{ "{\"endpoint\":\"https://push.example.evil/\"," KEYS "}", false,
	    NULL },
	{ "{\"endpoint\":\"https://push.example/a b\"," KEYS "}", false, NULL },
	{ "{\"endpoint\":\"https://push.example/\"}", false, NULL },
	{ "{\"endpoint\":\"https://push.example/\",\"auth\":\"" AUTH "\"}",
	    false, NULL },
	{ "{\"endpoint\":\"https://push.example/\",\"p256dh\":\"" P256DH "\"}",
	    false, NULL },
	{ "{\"endpoint\":\"https://push.example/\",\"p256dh\":\"" P256DH
	  "\",\"auth\":\"BTBZ\"}",
	    false, NULL },
	/* 65 bytes that are no point; and a point that is not in the form. */
	{ "{\"endpoint\":\"https://push.example/\",\"p256dh\":\"BAAAAAAAAAAAAAA"
	  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "AAAA\",\"auth\":\"" AUTH "\"}",
	    false, NULL },
	{ "{\"endpoint\":\"https://push.example/\",\"p256dh\":\"BiVxsr7N_eNgVRq"
	  "vHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNto"
	  "IAiw4\",\"auth\":\"" AUTH "\"}",
	    false, NULL },
	/* What json-c would let through. */
	{ "{\"endpoint\":\"https://push.example/\"," KEYS "}x", false, NULL },
	{ "{'endpoint':\"https://push.example/\"," KEYS "}", false, NULL },
};

START_TEST(a_subscription_is_whole)
{
	struct buf token = { 0 };
	struct push_token t;
	bool served;

	buf_puts(&token, "{\"type\":\"webpush\",\"tokenData\":\"");
	base64_encode_url(
	    &token, subscriptions[_i].text, strlen(subscriptions[_i].text));
	buf_puts(&token, "\"}");
	served = push_token_is_served(&conf, token.data, token.len);
	ck_assert_msg(
	    served == subscriptions[_i].served, "%s", subscriptions[_i].text);
	ck_assert((push_token_read(&conf, CONF_WEBPUSH, token.data, token.len,
		       &t) == STATUS_OK) == served);
	if (served) {
		ck_assert_str_eq(t.origin.data, subscriptions[_i].origin);
		ck_assert_uint_eq(t.peer.len, SEAL_POINT_LEN);
		ck_assert_uint_eq(t.auth.len, PUSH_TOKEN_AUTH_LEN);
	}
	push_token_end(&t);
	buf_free(&token);
}
END_TEST

/* By the settings as they are now. */
START_TEST(a_list_of_hosts_is_a_choice)
{
	static char none[] = " ";
	struct buf token = { 0 };

	buf_puts(&token, "{\"type\":\"webpush\",\"tokenData\":\"");
	base64_encode_url(&token, "{\"endpoint\":\"https://a/\"," KEYS "}",
	    strlen("{\"endpoint\":\"https://a/\"," KEYS "}"));
	buf_puts(&token, "\"}");
	ck_assert(!push_token_is_served(&conf, token.data, token.len));
	conf.webpush.hosts = none;
	ck_assert(push_token_is_served(&conf, token.data, token.len));
	conf.webpush.on = false;
	ck_assert(!push_token_is_served(&conf, token.data, token.len));
	buf_free(&token);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("push_token");
	TCase *tc = tcase_create("push_token");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(
	    tc, only_what_its_gateway_can_serve, 0, LEN(tokens));
	tcase_add_loop_test(tc, a_subscription_is_whole, 0, LEN(subscriptions));
	tcase_add_test(tc, a_list_of_hosts_is_a_choice);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
