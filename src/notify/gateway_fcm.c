/* gateway_fcm.c: Firebase Cloud Messaging, HTTP v1, with a service account. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "mem.h"
#include "notify/address.h"
#include "notify/gateway_kind.h"
#include "url.h"

#define SCOPE "https://www.googleapis.com/auth/firebase.messaging"
#define GRANT "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"

enum { ASSERTION_S = 3600, LEAST_S = 120 };

static char *
member(struct json_object *object, const char *name)
{
	const char *text = gateway_string(object, name);

	return (text == NULL ? NULL : mem_strdup(text));
}

/* What stands in a URL or in JSON as it is. */
static bool
is_plain(const char *text)
{
	return (text != NULL && *text != '\0' &&
	    strpbrk(text, "\"\\/?#% \n") == NULL);
}

static enum status
take_account(struct json_object *account, const char *path, struct gateway *g,
    struct buf *error)
{
	char *key = member(account, "private_key");
	enum status status = STATUS_INVALID;

	g->account = member(account, "client_email");
	g->project = member(account, "project_id");
	g->token_url = member(account, "token_uri");
	if (key != NULL && is_plain(g->account) && is_plain(g->project) &&
	    g->token_url != NULL && strpbrk(g->token_url, "\"\\") == NULL &&
	    url_check_https(g->token_url, strlen(g->token_url)) == STATUS_OK)
		status = crypto_key_parse(key, strlen(key), false, &g->key);
	if (status != STATUS_OK)
		buf_printf(error,
		    "com.google.fcm: service_account_file: %s must be a "
		    "service account's JSON, with project_id, client_email, "
		    "private_key and token_uri",
		    path);
	if (key != NULL)
		explicit_bzero(key, strlen(key));
	free(key);
	return (status);
}

static enum status
fcm_open(const struct conf *conf, struct gateway *g, struct buf *error)
{
	const struct conf_fcm *c = &conf->fcm;
	struct json_object *account;
	struct buf text = { 0 };
	enum status status;

	g->url = mem_strdup(c->url);
	g->allow = mem_strdup(c->allow_addresses);
	g->ca_file = mem_strdup(c->ca_file);
	if (address_list_check(g->allow) != STATUS_OK) {
		buf_puts(error,
		    "com.google.fcm: allow_addresses must hold networks");
		return (STATUS_INVALID);
	}
	status = gateway_read_file("com.google.fcm: service_account_file",
	    c->service_account_file, &text, error);
	if (status == STATUS_OK) {
		account = json_tokener_parse(text.data);
		status =
		    take_account(account, c->service_account_file, g, error);
		json_object_put(account);
	}
	if (text.data != NULL)
		explicit_bzero(text.data, text.len);
	buf_free(&text);
	return (status);
}

/* Data alone, which wakes the app without showing anything. */
static void
add_body(const struct token *t, struct buf *out)
{
	struct json_object *top = json_object_new_object(),
			   *message = json_object_new_object(),
			   *android = json_object_new_object(),
			   *data = json_object_new_object();
	struct buf ttl = { 0 };

	buf_printf(&ttl, "%" PRId64 "s", gateway_ttl(t));
	json_object_object_add(
	    message, "token", json_object_new_string(t->t->data));
	json_object_object_add(data, "credrelay", json_object_new_string("1"));
	json_object_object_add(message, "data", data);
	json_object_object_add(
	    android, "priority", json_object_new_string("high"));
	json_object_object_add(
	    android, "ttl", json_object_new_string(ttl.data));
	json_object_object_add(
	    android, "collapse_key", json_object_new_string("credrelay"));
	json_object_object_add(message, "android", android);
	json_object_object_add(top, "message", message);
	buf_puts(out,
	    json_object_to_json_string_ext(
		top, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(top);
	buf_free(&ttl);
}

static enum status
fcm_push(struct gateway *g, const struct token *t, struct push *push)
{
	add_body(t, &push->body);
	buf_printf(
	    &push->url, "%s/v1/projects/%s/messages:send", g->url, g->project);
	buf_printf(&push->headers,
	    "Content-Type: application/json\n"
	    "Authorization: Bearer %s\n",
	    t->credential);
	return (STATUS_OK);
}

static enum verdict
fcm_judge(const struct push_answer *a)
{
	if (gateway_answer_says(a, "UNREGISTERED") ||
	    gateway_answer_says(a, "SENDER_ID_MISMATCH"))
		return (VERDICT_DEAD);
	/* The token's form is wrong: FCM names the field, or says no more. */
	if (a->status == 400 &&
	    (gateway_answer_says(a, "message.token") ||
		gateway_answer_says(a, "not a valid FCM registration token")))
		return (VERDICT_DEAD);
	/* Not ours is stale, but what the app's publisher left with FCM. */
	if (a->status == 401 &&
	    !gateway_answer_says(a, "THIRD_PARTY_AUTH_ERROR"))
		return (VERDICT_CREDENTIAL);
	return (VERDICT_REJECTED);
}

/* RFC 7523: an assertion that we sign, for a bearer token. */
static enum status
fcm_make(struct gateway *g, int64_t now, struct buf *text, unsigned *renew_s,
    unsigned *expires_s, struct push *ask)
{
	struct buf claims = { 0 };

	(void)text, (void)renew_s, (void)expires_s;
	buf_printf(&claims,
	    "{\"iss\":\"%s\",\"scope\":\"" SCOPE "\",\"aud\":\"%s\","
	    "\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}",
	    g->account, g->token_url, now, now + ASSERTION_S);
	buf_puts(&ask->body, "grant_type=" GRANT "&assertion=");
	crypto_jwt(g->key, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", claims.data,
	    &ask->body);
	buf_free(&claims);
	buf_puts(&ask->url, g->token_url);
	buf_puts(
	    &ask->headers, "Content-Type: application/x-www-form-urlencoded\n");
	ask->ca_file = g->ca_file;
	ask->allow = g->allow;
	return (STATUS_AGAIN);
}

static enum status
fcm_answer(struct gateway *g, const struct push_answer *a, struct buf *text,
    unsigned *renew_s, unsigned *expires_s)
{
	struct json_object *object, *life;
	enum status status = STATUS_INVALID;
	char *token;
	int64_t seconds = 0;

	(void)g;
	if (a->status != 200 || a->body.len == 0)
		return (STATUS_INVALID);
	object = json_tokener_parse(a->body.data);
	token = member(object, "access_token");
	if (json_object_object_get_ex(object, "expires_in", &life))
		seconds = json_object_get_int64(life);
	/* It goes into a header line. */
	if (token != NULL && *token != '\0' && strpbrk(token, "\r\n") == NULL &&
	    seconds >= LEAST_S && seconds <= INT32_MAX) {
		buf_puts(text, token);
		*expires_s = (unsigned)seconds - LEAST_S / 2;
		*renew_s = *expires_s / 4 * 3;
		status = STATUS_OK;
	}
	if (token != NULL)
		explicit_bzero(token, strlen(token));
	free(token);
	json_object_put(object);
	return (status);
}

const struct gateway_kind gateway_fcm = {
	.name = "com.google.fcm",
	.credential = "com.google.fcm",
	.open = fcm_open,
	.push = fcm_push,
	.judge = fcm_judge,
	.make = fcm_make,
	.answer = fcm_answer,
};
