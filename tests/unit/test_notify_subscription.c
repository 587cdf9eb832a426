/* test_notify_subscription: what Web Push is sent, to whom, and to whom not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base64.h"
#include "notify_fixture.h"
#include "web_push_keys.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static enum status
push_at(struct gateway *g, const char *subscription, int64_t now,
    int64_t expires_at, struct push *push)
{
	struct buf token = { 0 };
	enum status status;

	push_end(push);
	buf_puts(&token, "{\"type\":\"webpush\",\"tokenData\":\"");
	base64_encode_url(&token, subscription, strlen(subscription));
	buf_puts(&token, "\"}");
	status = gateway_push(
	    g, token.data, token.len, DELIVERY, "", now, expires_at, push);
	buf_free(&token);
	return (status);
}

static enum status
push_to(struct gateway *g, const char *subscription, struct push *push)
{
	return (push_at(g, subscription, NOW, LATER, push));
}

static enum status
push_to_endpoint(struct gateway *g, const char *endpoint, struct push *push)
{
	struct buf text = { 0 };
	enum status status;

	buf_printf(&text, "{\"endpoint\":\"%s\"," KEYS "}", endpoint);
	status = push_to(g, text.data, push);
	buf_free(&text);
	return (status);
}

/* The JWT of "vapid t=JWT, k=KEY", decoded and verified: its claims. */
static struct json_object *
claims_of(const struct push *push)
{
	char *value = header_of(push, "Authorization"), *jwt, *dot, *end, *key;
	unsigned char point[CRYPTO_POINT_LEN];
	struct json_object *claims;
	struct buf part = { 0 };
	size_t len;

	ck_assert_ptr_nonnull(value);
	ck_assert_int_eq(strncmp(value, "vapid t=", 8), 0);
	jwt = value + 8;
	key = strstr(jwt, ", k=");
	*key = '\0';
	key += 4;
	ck_assert_int_eq(base64_decode(key, strlen(key), &part), STATUS_OK);
	ck_assert_int_eq(EVP_PKEY_get_octet_string_param(
			     p256, "pub", point, sizeof(point), &len),
	    1);
	ck_assert_uint_eq(part.len, len);
	ck_assert_mem_eq(part.data, point, len);
	dot = strchr(jwt, '.');
	end = strchr(dot + 1, '.');
	buf_clear(&part);
	ck_assert_int_eq(
	    base64_decode(end + 1, strlen(end + 1), &part), STATUS_OK);
	ck_assert(
	    is_signed(p256, jwt, (size_t)(end - jwt), part.data, part.len));
	buf_clear(&part);
	ck_assert_int_eq(
	    base64_decode(jwt, (size_t)(dot - jwt), &part), STATUS_OK);
	ck_assert_str_eq(part.data, "{\"typ\":\"JWT\",\"alg\":\"ES256\"}");
	buf_clear(&part);
	ck_assert_int_eq(
	    base64_decode(dot + 1, (size_t)(end - dot - 1), &part), STATUS_OK);
	claims = json_tokener_parse(part.data);
	ck_assert_ptr_nonnull(claims);
	buf_free(&part);
	free(value);
	return (claims);
}

static void
check_claims(const struct push *push, const char *aud)
{
	struct json_object *claims = claims_of(push);

	ck_assert_str_eq(
	    json_object_get_string(json_object_object_get(claims, "aud")), aud);
	ck_assert_str_eq(
	    json_object_get_string(json_object_object_get(claims, "sub")),
	    "mailto:push@relay.example");
	ck_assert_int_eq(
	    json_object_get_int64(json_object_object_get(claims, "exp")),
	    NOW + 12 * 3600);
	json_object_put(claims);
}

static const struct {
	const char *endpoint, *origin;
} endpoints[] = {
	{ "https://push.example/send/abc?x=y", "https://push.example" },
	{ "https://push.example", "https://push.example" },
	{ "https://push.example?a", "https://push.example" },
	{ "https://push.example:8443/a", "https://push.example:8443" },
	{ "https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443" },
	{ "https://push.example/a:b@c", "https://push.example" },
	/* as RFC 6454 writes an origin */
	{ "HTTPS://Push.EXAMPLE/A", "https://push.example" },
	{ "https://push.example:443/a", "https://push.example" },
	{ "https://push.example:/a", "https://push.example" },
	{ "https://push.example:00443/a", "https://push.example" },
	{ "https://push.example:08443/a", "https://push.example:8443" },
	{ "https://[2001:DB8::1]:443/a", "https://[2001:db8::1]" },
};

START_TEST(web_push_is_identified_and_encrypted)
{
	struct gateway *g = must_open(CONF_WEBPUSH);
	struct push push = { 0 };

	ck_assert_int_eq(
	    push_to_endpoint(g, endpoints[_i].endpoint, &push), STATUS_OK);
	ck_assert_str_eq(push.url.data, endpoints[_i].endpoint);
	check_header(&push, "TTL", "600");
	check_header(&push, "Urgency", "high");
	check_header(&push, "Topic", "credrelay");
	check_header(&push, "Content-Encoding", "aes128gcm");
	check_claims(&push, endpoints[_i].origin);
	/* Head, "{}", its delimiter, the tag. */
	ck_assert_uint_eq(push.body.len, 21 + 65 + 2 + 1 + 16);
	ck_assert(!push.plain_allowed);
	push_end(&push);
	gateway_close(g);
}
END_TEST

static const char *const bad_subscriptions[] = {
	"",
	"x",
	"[]",
	"{}",
	"{" KEYS "}",
	"{\"endpoint\":7," KEYS "}",
	"{\"endpoint\":\"\"," KEYS "}",
	"{\"endpoint\":\"http://push.example/\"," KEYS "}",
	"{\"endpoint\":\"ftp://push.example/\"," KEYS "}",
	"{\"endpoint\":\"file:///etc/passwd\"," KEYS "}",
	"{\"endpoint\":\"push.example\"," KEYS "}",
	"{\"endpoint\":\"https://user@push.example/\"," KEYS "}",
	"{\"endpoint\":\"https://push.example\\\\evil/\"," KEYS "}",
	"{\"endpoint\":\"https://push.ex\\\"ample/\"," KEYS "}",
	"{\"endpoint\":\"https://push.example/\\nX: y\"," KEYS "}",
	"{\"endpoint\":\"https://push.example/\\u0000x\"," KEYS "}",
	"{\"endpoint\":\"https://push.example/a b\"," KEYS "}",
	"{\"endpoint\":\"https://push.example/\",\"keys\":[\"" P256DH
	"\",\"" AUTH "\"]}",
	"{\"endpoint\":\"https://push.example/\",\"keys\":{}}",
	"{\"endpoint\":\"https://push.example/\"}",
	"{\"endpoint\":\"https://push.example/\",\"auth\":\"" AUTH "\"}",
	"{\"endpoint\":\"https://push.example/\",\"p256dh\":\"" P256DH "\"}",
	"{\"endpoint\":\"https://push.example/\",\"p256dh\":\"" P256DH
	"\",\"auth\":\"BTBZMqHH6r4Tts7J_aSI\"}",
	"{\"endpoint\":\"https://push.example/\",\"p256dh\":\"" P256DH
	"\",\"auth\":\"" AUTH "AA\"}",
	"{\"endpoint\":\"https://push.example/\",\"p256dh\":\"" P256DH
	"\",\"auth\":7}",
	"{\"endpoint\":\"https://push.example/\",\"p256dh\":\"AAAA\",\"auth\":"
	"\"" AUTH "\"}",
	/* 65 bytes, but no point */
	"{\"endpoint\":\"https://push.example/\",\"p256dh\":\"BAAAAAAAAAAAAAAAA"
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	"A\",\"auth\":\"" AUTH "\"}",
};

START_TEST(a_bad_subscription_is_refused)
{
	struct gateway *g = must_open(CONF_WEBPUSH);
	struct push push = { 0 };

	ck_assert_msg(
	    push_to(g, bad_subscriptions[_i], &push) == STATUS_INVALID, "%s",
	    bad_subscriptions[_i]);
	ck_assert_uint_eq(push.url.len + push.headers.len + push.body.len, 0);
	gateway_close(g);
}
END_TEST

/* As PushSubscription.toJSON writes it. */
START_TEST(a_browsers_subscription_is_taken)
{
	struct gateway *g = must_open(CONF_WEBPUSH);
	struct push push = { 0 };

	ck_assert_int_eq(push_to(g,
			     "{\"endpoint\":\"https://push.example/\","
			     "\"expirationTime\":null,\"keys\":{" KEYS "}}",
			     &push),
	    STATUS_OK);
	ck_assert_str_eq(push.url.data, "https://push.example/");
	push_end(&push);
	gateway_close(g);
}
END_TEST

static const struct {
	const char *hosts, *endpoint;
	enum status status;
} hosts[] = {
	{ "push.example", "https://push.example/", STATUS_OK },
	{ "push.example", "https://push.example:8443/", STATUS_OK },
	{ "push.example", "https://PUSH.example/", STATUS_OK },
	{ "Push.Example", "https://push.example/", STATUS_OK },
	{ "a.example push.example", "https://push.example/", STATUS_OK },
	{ "[2001:db8::1]", "https://[2001:db8::1]:444/", STATUS_OK },
	{ " ", "https://push.example/", STATUS_OK },
	{ "push.example", "https://other.example/", STATUS_INVALID },
	{ "push.example", "https://xpush.example/", STATUS_INVALID },
	{ "push.example", "https://push.example.evil/", STATUS_INVALID },
	{ "push.example", "https://x.push.example/", STATUS_INVALID },
	{ "push.example", "https://push.example./", STATUS_INVALID },
	{ "push.example", "https://push%2eexample/", STATUS_INVALID },
	{ "push.example", "https://evil/?push.example", STATUS_INVALID },
	{ "push.example", "https://evil\\\\@push.example/", STATUS_INVALID },
	{ "push.example", "https://push.example@evil/", STATUS_INVALID },
	{ "push.example", "https://evil#@push.example/", STATUS_INVALID },
	{ "push.example", "https://[::1]/", STATUS_INVALID },
	{ "push.example", "https://127.0.0.1/", STATUS_INVALID },
};

START_TEST(hosts_are_an_allow_list)
{
	struct push push = { 0 };
	struct gateway *g;

	change(&conf.webpush.hosts, hosts[_i].hosts);
	g = must_open(CONF_WEBPUSH);
	ck_assert_msg(
	    push_to_endpoint(g, hosts[_i].endpoint, &push) == hosts[_i].status,
	    "%s in %s", hosts[_i].endpoint, hosts[_i].hosts);
	push_end(&push);
	gateway_close(g);
	change(&conf.webpush.hosts, "");
}
END_TEST

/* The JWT for an endpoint at a time; owned by the caller. */
static char *
vapid_at(struct gateway *g, const char *endpoint, int64_t now)
{
	struct buf text = { 0 };
	struct push push = { 0 };
	char *value;

	buf_printf(&text, "{\"endpoint\":\"%s\"," KEYS "}", endpoint);
	ck_assert_int_eq(
	    push_at(g, text.data, now, now + 600, &push), STATUS_OK);
	value = header_of(&push, "Authorization");
	push_end(&push);
	buf_free(&text);
	return (value);
}

START_TEST(a_vapid_jwt_is_kept_for_its_origin)
{
	struct gateway *g = must_open(CONF_WEBPUSH);
	char *first = vapid_at(g, "https://a.example/1", NOW);
	char *same = vapid_at(g, "https://a.example/2", NOW + 11 * 3600 - 1);
	char *late = vapid_at(g, "https://a.example/3", NOW + 11 * 3600);
	char *other = vapid_at(g, "https://b.example/3", NOW + 11 * 3600);

	ck_assert_str_eq(first, same);
	ck_assert_str_ne(first, late);
	ck_assert_str_ne(late, other);
	free(first);
	free(same);
	free(late);
	free(other);
	gateway_close(g);
}
END_TEST

static const struct {
	int64_t expires_at;
	const char *ttl;
} ends[] = {
	{ NOW - 5, "0" },
	{ NOW, "0" },
	{ NOW + 1, "1" },
	{ NOW + 28 * 86400, "2419200" },
	/* four weeks is the longest that all take */
	{ NOW + 400 * 86400, "2419200" },
};

START_TEST(a_push_ends_with_its_mailbox)
{
	struct gateway *g = must_open(CONF_WEBPUSH);
	struct push push = { 0 };

	ck_assert_int_eq(
	    push_at(g, "{\"endpoint\":\"https://a.example/\"," KEYS "}", NOW,
		ends[_i].expires_at, &push),
	    STATUS_OK);
	check_header(&push, "TTL", ends[_i].ttl);
	push_end(&push);
	gateway_close(g);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_subscription");
	TCase *tc = tcase_create("notify_subscription");

	tcase_add_loop_test(
	    tc, web_push_is_identified_and_encrypted, 0, LEN(endpoints));
	tcase_add_loop_test(
	    tc, a_bad_subscription_is_refused, 0, LEN(bad_subscriptions));
	tcase_add_test(tc, a_browsers_subscription_is_taken);
	tcase_add_loop_test(tc, hosts_are_an_allow_list, 0, LEN(hosts));
	tcase_add_test(tc, a_vapid_jwt_is_kept_for_its_origin);
	tcase_add_loop_test(tc, a_push_ends_with_its_mailbox, 0, LEN(ends));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (fixture_run(suite()));
}
