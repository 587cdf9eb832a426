/*
 * gateway_webhook.c: a service of the operator's, which may pass notifications
 * on to any other push service.
 */
#include <inttypes.h>
#include <string.h>

#include <json-c/json.h>

#include "mem.h"
#include "notify/address.h"
#include "notify/gateway_kind.h"

enum { SECRET_LEAST = 16 };

static enum status
webhook_open(const struct conf *conf, struct gateway *g, struct buf *error)
{
	const struct conf_webhook *c = &conf->webhook;
	enum status status;

	g->url = mem_strdup(c->url);
	g->allow = mem_strdup(c->allow_addresses);
	g->ca_file = mem_strdup(c->ca_file);
	if (address_list_check(g->allow) != STATUS_OK) {
		buf_puts(error, "webhook: allow_addresses must hold networks");
		return (STATUS_INVALID);
	}
	status = gateway_read_file(
	    "webhook: secret_file", c->secret_file, &g->secret, error);
	if (status != STATUS_OK)
		return (status);
	/* The newline that an editor leaves is not part of it. */
	while (g->secret.len > 0 &&
	    strchr("\r\n", g->secret.data[g->secret.len - 1]) != NULL)
		g->secret.len--;
	if (g->secret.len < SECRET_LEAST) {
		buf_printf(error,
		    "webhook: secret_file: %s must hold at least %d bytes",
		    c->secret_file, SECRET_LEAST);
		return (STATUS_INVALID);
	}
	return (STATUS_OK);
}

/* Signed: the delivery, the time and the body, so that none can be replayed. */
static enum status
webhook_push(struct gateway *g, const struct token *t, struct push *push)
{
	struct json_object *body = json_object_new_object();
	struct buf text = { 0 };
	unsigned char mac[CRYPTO_SHA256_LEN];
	size_t i;

	json_object_object_add(
	    body, "type", json_object_new_string(t->t->type));
	json_object_object_add(
	    body, "tokenData", json_object_new_string(t->t->data));
	json_object_object_add(
	    body, "deliveryId", json_object_new_string(t->delivery));
	buf_puts(&push->body,
	    json_object_to_json_string_ext(
		body, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(body);
	buf_printf(
	    &text, "%s.%" PRId64 ".%s", t->delivery, t->now, push->body.data);
	crypto_hmac_sha256(
	    g->secret.data, g->secret.len, text.data, text.len, mac);
	explicit_bzero(text.data, text.len);
	buf_free(&text);
	buf_puts(&push->url, g->url);
	buf_printf(&push->headers,
	    "Content-Type: application/json\n"
	    "Credrelay-Delivery: %s\n"
	    "Credrelay-Timestamp: %" PRId64 "\n"
	    "Credrelay-Signature: v1=",
	    t->delivery, t->now);
	for (i = 0; i < sizeof(mac); i++)
		buf_printf(&push->headers, "%02x", mac[i]);
	buf_puts(&push->headers, "\n");
	push->plain_allowed = true;
	return (STATUS_OK);
}

static enum verdict
webhook_judge(const struct push_answer *a)
{
	/* The operator's service says so of the token that it was given. */
	return (a->status == 410 ? VERDICT_DEAD : VERDICT_REJECTED);
}

const struct gateway_kind gateway_webhook = {
	.name = "webhook",
	.open = webhook_open,
	.push = webhook_push,
	.judge = webhook_judge,
};
