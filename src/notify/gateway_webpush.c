/*
 * gateway_webpush.c: Web Push (RFC 8030), encrypted (RFC 8291), by an
 * identified sender (RFC 8292); UnifiedPush endpoints are the same.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "conf.h"
#include "base64.h"
#include "mem.h"
#include "notify/address.h"
#include "notify/gateway_kind.h"

/* A JWT is for one origin, and at most a day. */
enum { VAPID_S = 12 * 3600, VAPID_LEAST_S = 3600 };

static enum status
webpush_open(const struct conf *conf, struct gateway *g, struct buf *error)
{
	const struct conf_webpush *c = &conf->webpush;

	g->allow = mem_strdup(c->allow_addresses);
	g->ca_file = mem_strdup(c->ca_file);
	g->subject = mem_strdup(c->subject);
	if (address_list_check(g->allow) != STATUS_OK) {
		buf_puts(error, "webpush: allow_addresses must hold networks");
		return (STATUS_INVALID);
	}
	if ((strncmp(g->subject, "mailto:", 7) != 0 &&
		strncmp(g->subject, "https:", 6) != 0) ||
	    strpbrk(g->subject, "\"\\") != NULL) {
		buf_puts(error, "webpush: subject must be mailto: or https:");
		return (STATUS_INVALID);
	}
	return (gateway_read_key(
	    "webpush: vapid_key_file", c->vapid_key_file, true, g, error));
}

/* Most pushes go to few origins; the last JWT is kept. */
static void
renew_vapid(struct gateway *g, const struct buf *origin, int64_t now)
{
	unsigned char point[CRYPTO_POINT_LEN];
	struct buf claims = { 0 };

	if (g->origin.len != 0 && strcmp(g->origin.data, origin->data) == 0 &&
	    g->vapid_until - now > VAPID_LEAST_S)
		return;
	buf_clear(&g->origin);
	buf_puts(&g->origin, origin->data);
	g->vapid_until = now + VAPID_S;
	buf_printf(&claims,
	    "{\"aud\":\"%s\",\"exp\":%" PRId64 ",\"sub\":\"%s\"}", origin->data,
	    g->vapid_until, g->subject);
	buf_clear(&g->vapid);
	buf_puts(&g->vapid, "vapid t=");
	crypto_jwt(g->key, "{\"typ\":\"JWT\",\"alg\":\"ES256\"}", claims.data,
	    &g->vapid);
	buf_puts(&g->vapid, ", k=");
	crypto_key_point(g->key, point);
	base64_encode_url(&g->vapid, point, sizeof(point));
	buf_free(&claims);
}

static enum status
webpush_push(struct gateway *g, const struct token *t, struct push *push)
{
	if (crypto_web_push((const unsigned char *)t->t->peer.data,
		(const unsigned char *)t->t->auth.data, "{}", 2,
		&push->body) != STATUS_OK)
		return (STATUS_INVALID);
	renew_vapid(g, &t->t->origin, t->now);
	buf_puts(&push->url, t->t->endpoint);
	buf_printf(&push->headers,
	    "Content-Type: application/octet-stream\n"
	    "Content-Encoding: aes128gcm\n"
	    "TTL: %" PRId64 "\n"
	    "Urgency: high\n"
	    "Topic: credrelay\n"
	    "Authorization: %s\n",
	    gateway_ttl(t), g->vapid.data);
	return (STATUS_OK);
}

static enum verdict
webpush_judge(const struct push_answer *a)
{
	return (a->status == 404 || a->status == 410 ? VERDICT_DEAD :
						       VERDICT_REJECTED);
}

const struct gateway_kind gateway_webpush = {
	.name = "webpush",
	.open = webpush_open,
	.push = webpush_push,
	.judge = webpush_judge,
};
