/*
 * gateway_webpush.c: Web Push (RFC 8030), encrypted (RFC 8291), by an
 * identified sender (RFC 8292); UnifiedPush endpoints are the same.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "conf.h"
#include "mem.h"
#include "notify/address.h"
#include "notify/gateway_kind.h"
#include "url.h"

/* A JWT is for one origin, and at most a day. */
enum { HTTPS_PORT = 443, VAPID_S = 12 * 3600, VAPID_LEAST_S = 3600 };

static void
lower(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
	}
}

static enum status
webpush_open(const struct conf *conf, struct gateway *g, struct buf *error)
{
	const struct conf_webpush *c = &conf->webpush;

	g->allow = mem_strdup(c->allow_addresses);
	g->ca_file = mem_strdup(c->ca_file);
	g->subject = mem_strdup(c->subject);
	g->hosts = mem_strdup(c->hosts);
	lower(g->hosts);
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

struct subscription {
	char *endpoint;
	struct buf peer, auth;
};

static void
subscription_end(struct subscription *s)
{
	free(s->endpoint);
	buf_free(&s->peer);
	buf_free(&s->auth);
}

static enum status
read_bytes(
    struct json_object *object, const char *name, size_t len, struct buf *out)
{
	const char *text = gateway_string(object, name);

	if (text == NULL ||
	    crypto_base64url_read(text, strlen(text), out) != STATUS_OK ||
	    out->len != len)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

/*
 * What a browser calls a subscription, in base64url; its keys in "keys", as
 * browsers write it, or by themselves.
 */
static enum status
subscription_read(const char *data, struct subscription *s)
{
	struct json_object *object = NULL, *keys;
	const char *endpoint;
	enum status status = STATUS_INVALID;
	struct buf text = { 0 };

	if (crypto_base64url_read(data, strlen(data), &text) != STATUS_OK ||
	    text.len == 0 || strlen(text.data) != text.len)
		goto out;
	object = json_tokener_parse(text.data);
	endpoint = gateway_string(object, "endpoint");
	if (endpoint == NULL)
		goto out;
	if (!json_object_object_get_ex(object, "keys", &keys))
		keys = object;
	s->endpoint = mem_strdup(endpoint);
	if (url_check_https(s->endpoint, strlen(s->endpoint)) == STATUS_OK &&
	    strchr(s->endpoint, ' ') == NULL &&
	    read_bytes(keys, "p256dh", CRYPTO_POINT_LEN, &s->peer) ==
		STATUS_OK &&
	    read_bytes(keys, "auth", CRYPTO_AUTH_LEN, &s->auth) == STATUS_OK)
		status = STATUS_OK;
out:
	json_object_put(object);
	buf_free(&text);
	return (status);
}

/*
 * "https://host" or "https://host:port" as RFC 6454 spells an origin, and the
 * host alone.  STATUS_INVALID: others might find another one in this URL.
 */
static enum status
find_origin(const char *endpoint, struct buf *origin, struct buf *host)
{
	const char *from = endpoint + strlen("https://");
	size_t len = strcspn(from, "/?#"), n;
	unsigned long port;

	n = *from == '[' ? strcspn(from, "]") + 1 : strcspn(from, ":/?#");
	if (n > len || memchr(from, '\\', len) != NULL ||
	    memchr(from, '"', len) != NULL)
		return (STATUS_INVALID);
	buf_printf(host, "%.*s", (int)n, from);
	lower(host->data);
	buf_printf(origin, "https://%s", host->data);
	port = from[n] == ':' ? strtoul(from + n + 1, NULL, 10) : 0;
	if (port != 0 && port != HTTPS_PORT)
		buf_printf(origin, ":%lu", port);
	return (STATUS_OK);
}

static bool
is_host_listed(const struct gateway *g, const char *host)
{
	return (g->hosts[strspn(g->hosts, " ")] == '\0' ||
	    conf_has_word(g->hosts, host));
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
	crypto_base64url(point, sizeof(point), &g->vapid);
	buf_free(&claims);
}

static enum status
webpush_push(struct gateway *g, const struct token *t, struct push *push)
{
	struct buf origin = { 0 }, host = { 0 };
	struct subscription s = { 0 };
	enum status status = STATUS_INVALID;

	if (subscription_read(t->data, &s) != STATUS_OK ||
	    find_origin(s.endpoint, &origin, &host) != STATUS_OK ||
	    !is_host_listed(g, host.data) ||
	    crypto_web_push((const unsigned char *)s.peer.data,
		(const unsigned char *)s.auth.data, "{}", 2,
		&push->body) != STATUS_OK)
		goto out;
	renew_vapid(g, &origin, t->now);
	buf_puts(&push->url, s.endpoint);
	buf_printf(&push->headers,
	    "Content-Type: application/octet-stream\n"
	    "Content-Encoding: aes128gcm\n"
	    "TTL: %" PRId64 "\n"
	    "Urgency: high\n"
	    "Topic: credrelay\n"
	    "Authorization: %s\n",
	    gateway_ttl(t), g->vapid.data);
	status = STATUS_OK;
out:
	subscription_end(&s);
	buf_free(&origin);
	buf_free(&host);
	return (status);
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
