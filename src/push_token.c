/* push_token.c: which notification tokens a gateway can serve. */
#include "push_token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "base64.h"
#include "mem.h"
#include "strict_json.h"
#include "url.h"

enum { APNS_LONGEST = 200, HTTPS_PORT = 443 };

/* A string without a NUL, borrowed; NULL: there is none. */
static const char *
string_of(struct json_object *object, const char *name)
{
	struct json_object *member;
	const char *text;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return (NULL);
	text = json_object_get_string(member);
	return (strlen(text) == (size_t)json_object_get_string_len(member) ?
		text :
		NULL);
}

static bool
is_apns(const struct conf_apns *c, const struct push_token *t)
{
	size_t len = strlen(t->data);

	return (len > 0 && len <= APNS_LONGEST && len % 2 == 0 &&
	    strspn(t->data, "0123456789abcdefABCDEF") == len &&
	    (t->topic == NULL || conf_has_word(c->topics, t->topic)));
}

static void
lower(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
	}
}

/* Hosts have no case; without a list any will do. */
static bool
is_host_listed(const char *hosts, const char *host)
{
	size_t len = strlen(host), n;

	hosts += strspn(hosts, " ");
	if (*hosts == '\0')
		return (true);
	for (; *hosts != '\0'; hosts += strspn(hosts, " ")) {
		n = strcspn(hosts, " ");
		if (n == len && strncasecmp(hosts, host, len) == 0)
			return (true);
		hosts += n;
	}
	return (false);
}

/*
 * "https://host" or "https://host:port", and the host alone.  STATUS_INVALID:
 * others might find another one in this URL.
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
read_endpoint(
    const struct conf_webpush *c, const char *endpoint, struct push_token *t)
{
	struct buf host = { 0 };
	bool good;

	if (endpoint == NULL ||
	    url_check_https(endpoint, strlen(endpoint)) != STATUS_OK ||
	    strchr(endpoint, ' ') != NULL)
		return (false);
	t->endpoint = mem_strdup(endpoint);
	good = find_origin(endpoint, &t->origin, &host) == STATUS_OK &&
	    is_host_listed(c->hosts, host.data);
	buf_free(&host);
	return (good);
}

static bool
read_bytes(
    struct json_object *object, const char *name, size_t len, struct buf *out)
{
	const char *text = string_of(object, name);

	return (text != NULL &&
	    base64_decode(text, strlen(text), out) == STATUS_OK &&
	    out->len == len);
}

/*
 * What a browser calls a subscription; its keys in "keys", as browsers write
 * it, or by themselves.
 */
static bool
read_subscription(const struct conf_webpush *c, struct push_token *t)
{
	struct json_object *object = NULL, *keys;
	struct strict_json *checked = NULL;
	struct buf text = { 0 };
	bool good = false;

	if (base64_decode(t->data, strlen(t->data), &text) != STATUS_OK ||
	    text.len == 0 ||
	    strict_json_read(text.data, text.len, &checked) != STATUS_OK)
		goto out;
	object = strict_json_tree(text.data, text.len);
	if (!json_object_object_get_ex(object, "keys", &keys))
		keys = object;
	good = read_endpoint(c, string_of(object, "endpoint"), t) &&
	    read_bytes(keys, "p256dh", SEAL_POINT_LEN, &t->peer) &&
	    seal_is_point((const unsigned char *)t->peer.data) &&
	    read_bytes(keys, "auth", PUSH_TOKEN_AUTH_LEN, &t->auth);
out:
	strict_json_free(checked);
	json_object_put(object);
	buf_free(&text);
	return (good);
}

/* Its members, if it is a token at all. */
static bool
read_members(const char *text, size_t len, struct push_token *t)
{
	*t = (struct push_token){ .json = strict_json_tree(text, len) };
	t->type = string_of(t->json, "type");
	t->data = string_of(t->json, "tokenData");
	t->topic = string_of(t->json, "tokenTopic");
	return (t->type != NULL && t->data != NULL &&
	    (t->topic != NULL ||
		!json_object_object_get_ex(t->json, "tokenTopic", NULL)));
}

static bool
is_for(const struct conf *conf, enum conf_gateway which, struct push_token *t)
{
	switch (which) {
	case CONF_WEBHOOK:
		return (true);
	case CONF_APNS:
		return (is_apns(&conf->apns, t));
	case CONF_FCM:
		return (*t->data != '\0');
	case CONF_WEBPUSH:
		return (read_subscription(&conf->webpush, t));
	case CONF_GATEWAY_NONE:
		break;
	}
	return (false);
}

enum status
push_token_read(const struct conf *conf, enum conf_gateway which,
    const char *text, size_t len, struct push_token *t)
{
	return (read_members(text, len, t) && is_for(conf, which, t) ?
		STATUS_OK :
		STATUS_INVALID);
}

void
push_token_end(struct push_token *t)
{
	free(t->endpoint);
	buf_free(&t->origin);
	buf_free(&t->peer);
	buf_free(&t->auth);
	json_object_put(t->json);
	*t = (struct push_token){ 0 };
}

bool
push_token_is_served(const struct conf *conf, const char *text, size_t len)
{
	struct push_token t;
	bool served = read_members(text, len, &t) &&
	    is_for(conf, conf_gateway(conf, t.type), &t);

	push_token_end(&t);
	return (served);
}
