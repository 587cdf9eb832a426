/* gateway_apns.c: Apple Push Notification service, HTTP/2, with a JWT. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "mem.h"
#include "notify/address.h"
#include "notify/gateway_kind.h"

/*
 * A JWT is taken for an hour, and no new one more often than every 20 minutes;
 * so all notifiers share one.
 */
enum { RENEW_S = 40 * 60, EXPIRES_S = 58 * 60 };

static enum status
apns_open(const struct conf *conf, struct gateway *g, struct buf *error)
{
	const struct conf_apns *c = &conf->apns;

	g->url = mem_strdup(c->url);
	g->allow = mem_strdup(c->allow_addresses);
	g->ca_file = mem_strdup(c->ca_file);
	g->key_id = mem_strdup(c->key_id);
	g->team_id = mem_strdup(c->team_id);
	if (address_list_check(g->allow) != STATUS_OK) {
		buf_puts(error,
		    "com.apple.apns: allow_addresses must hold networks");
		return (STATUS_INVALID);
	}
	if (strpbrk(g->key_id, "\"\\") != NULL ||
	    strpbrk(g->team_id, "\"\\") != NULL) {
		buf_puts(error,
		    "com.apple.apns: key_id and team_id are letters and "
		    "digits");
		return (STATUS_INVALID);
	}
	return (gateway_read_key(
	    "com.apple.apns: key_file", c->key_file, true, g, error));
}

static bool
is_wallet_topic(const char *topic)
{
	return (strncmp(topic, "pass.", strlen("pass.")) == 0);
}

static enum status
apns_push(struct gateway *g, const struct token *t, struct push *push)
{
	char *topic = t->t->topic != NULL ?
	    mem_strdup(t->t->topic) :
	    gateway_first_word(g->conf->apns.topics);

	buf_printf(&push->url, "%s/3/device/%s", g->url, t->t->data);
	/* Those of a device that is away are one, and of no use too late. */
	buf_printf(&push->headers,
	    "Content-Type: application/json\n"
	    "authorization: bearer %s\n"
	    "apns-id: %s\n"
	    "apns-topic: %s\n"
	    "apns-push-type: background\n"
	    "apns-priority: 5\n"
	    "apns-expiration: %" PRId64 "\n"
	    "apns-collapse-id: credrelay\n",
	    t->credential, t->delivery, topic, t->expires_at);
	buf_puts(&push->body,
	    is_wallet_topic(topic) ? "{}" :
				     "{\"aps\":{\"content-available\":1}}");
	push->http2 = true;
	free(topic);
	return (STATUS_OK);
}

static enum verdict
apns_judge(const struct push_answer *a)
{
	if (a->status == 410 || gateway_answer_says(a, "BadDeviceToken") ||
	    gateway_answer_says(a, "DeviceTokenNotForTopic"))
		return (VERDICT_DEAD);
	if (a->status == 403 &&
	    (gateway_answer_says(a, "ExpiredProviderToken") ||
		gateway_answer_says(a, "InvalidProviderToken") ||
		gateway_answer_says(a, "MissingProviderToken")))
		return (VERDICT_CREDENTIAL);
	return (VERDICT_REJECTED);
}

static enum status
apns_make(struct gateway *g, int64_t now, struct buf *text, unsigned *renew_s,
    unsigned *expires_s, struct push *ask)
{
	struct buf header = { 0 }, claims = { 0 };

	(void)ask;
	buf_printf(&header, "{\"alg\":\"ES256\",\"kid\":\"%s\"}", g->key_id);
	buf_printf(
	    &claims, "{\"iss\":\"%s\",\"iat\":%" PRId64 "}", g->team_id, now);
	crypto_jwt(g->key, header.data, claims.data, text);
	buf_free(&header);
	buf_free(&claims);
	*renew_s = RENEW_S;
	*expires_s = EXPIRES_S;
	return (STATUS_OK);
}

const struct gateway_kind gateway_apns = {
	.name = "com.apple.apns",
	.credential = "com.apple.apns",
	.open = apns_open,
	.push = apns_push,
	.judge = apns_judge,
	.make = apns_make,
};
