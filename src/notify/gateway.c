/* gateway.c: the push gateways, as a table, and what they share. */
#include "notify/gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <json-c/json.h>

#include "mem.h"
#include "notify/gateway_kind.h"

/*
 * Back-off: an answer that never came is tried soon, one that says "too many"
 * later, a gateway that fails later still.
 */
enum {
	FILE_MOST = 64 * 1024,
	NETWORK_FIRST_MS = 50,
	BUSY_FIRST_MS = 500,
	FAILED_FIRST_MS = 1000,
	LONGEST_MS = 15 * 60 * 1000,
	TOLD_MOST_S = 86400,
	TTL_MOST_S = 4 * 7 * 86400
};

static const struct gateway_kind *const kinds[] = {
	[CONF_WEBHOOK] = &gateway_webhook,
	[CONF_APNS] = &gateway_apns,
	[CONF_FCM] = &gateway_fcm,
	[CONF_WEBPUSH] = &gateway_webpush,
};

enum status
gateway_open(const struct conf *conf, enum conf_gateway which,
    struct gateway **out, struct buf *error)
{
	struct gateway *g = mem_alloc(sizeof(*g));
	enum status status;

	g->kind = kinds[which];
	g->conf = conf;
	g->which = which;
	status = g->kind->open(conf, g, error);
	if (status != STATUS_OK) {
		gateway_close(g);
		return (status);
	}
	*out = g;
	return (STATUS_OK);
}

void
gateway_close(struct gateway *g)
{
	if (g == NULL)
		return;
	free(g->url);
	free(g->allow);
	free(g->ca_file);
	free(g->key_id);
	free(g->team_id);
	free(g->account);
	free(g->project);
	free(g->token_url);
	free(g->subject);
	crypto_key_free(g->key);
	if (g->secret.data != NULL)
		explicit_bzero(g->secret.data, g->secret.len);
	buf_free(&g->secret);
	buf_free(&g->origin);
	buf_free(&g->vapid);
	free(g);
}

const char *
gateway_name(const struct gateway *g)
{
	return (g->kind->name);
}

const char *
gateway_credential(const struct gateway *g)
{
	return (g->kind->credential);
}

const char *
gateway_string(struct json_object *object, const char *name)
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

int64_t
gateway_ttl(const struct token *t)
{
	int64_t left = t->expires_at - t->now;

	if (left < 0)
		return (0);
	return (left > TTL_MOST_S ? TTL_MOST_S : left);
}

enum status
gateway_push(struct gateway *g, const char *text, size_t len,
    const char *delivery, const char *credential, int64_t now,
    int64_t expires_at, struct push *push)
{
	struct push_token t;
	struct token token = { .t = &t,
		.delivery = delivery,
		.credential = credential,
		.now = now,
		.expires_at = expires_at };
	enum status status = push_token_read(g->conf, g->which, text, len, &t);

	if (status == STATUS_OK) {
		push->ca_file = g->ca_file;
		push->allow = g->allow;
		status = g->kind->push(g, &token, push);
	}
	push_token_end(&t);
	if (status != STATUS_OK)
		push_end(push);
	return (status);
}

/* Twice as long each time, a fifth more or less, so that none come together. */
static int64_t
back_off(int64_t first_ms, unsigned attempts)
{
	int64_t ms = first_ms;

	for (; attempts > 1 && ms < LONGEST_MS; attempts--)
		ms *= 2;
	if (ms > LONGEST_MS)
		ms = LONGEST_MS;
	return (ms * (800 + (int64_t)arc4random_uniform(401)) / 1000);
}

/* As told, not earlier; a little later, likewise. */
static int64_t
pause_ms(const struct push_answer *a, int64_t first_ms, unsigned attempts)
{
	int64_t told_ms;

	if (a->retry_after < 0)
		return (back_off(first_ms, attempts));
	told_ms = INT64_C(1000) *
	    (a->retry_after > TOLD_MOST_S ? TOLD_MOST_S : a->retry_after);
	return (told_ms + (int64_t)arc4random_uniform(250));
}

enum verdict
gateway_judge(struct gateway *g, const struct push_answer *a, unsigned attempts,
    int64_t *retry_ms)
{
	*retry_ms = 0;
	/* A stranger's endpoint is of no use; the operator's may be mended. */
	if (a->refused)
		return (g->kind == &gateway_webpush ? VERDICT_DEAD :
						      VERDICT_REJECTED);
	/* At once, but not for ever to a server that has only this to say. */
	if (a->goaway && attempts <= 1)
		return (VERDICT_RETRY);
	if (a->status == 0) {
		*retry_ms = back_off(NETWORK_FIRST_MS, attempts);
		return (VERDICT_RETRY);
	}
	if (a->status >= 200 && a->status < 300)
		return (VERDICT_DELIVERED);
	*retry_ms = pause_ms(
	    a, a->status >= 500 ? FAILED_FIRST_MS : BUSY_FIRST_MS, attempts);
	if (a->status == 429 || a->status == 408 || a->status >= 500)
		return (VERDICT_RETRY);
	return (g->kind->judge(a));
}

enum status
gateway_credential_make(struct gateway *g, int64_t now, struct buf *text,
    unsigned *renew_s, unsigned *expires_s, struct push *ask)
{
	if (g->kind->make == NULL)
		return (STATUS_INVALID);
	return (g->kind->make(g, now, text, renew_s, expires_s, ask));
}

enum status
gateway_credential_answer(struct gateway *g, const struct push_answer *answer,
    struct buf *text, unsigned *renew_s, unsigned *expires_s)
{
	if (g->kind->answer == NULL)
		return (STATUS_INVALID);
	return (g->kind->answer(g, answer, text, renew_s, expires_s));
}

enum status
gateway_read_file(
    const char *setting, const char *path, struct buf *text, struct buf *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	ssize_t n = -1;

	buf_reserve(text, FILE_MOST + 1);
	if (fd != -1)
		n = read(fd, text->data, FILE_MOST + 1);
	saved = errno;
	if (fd != -1)
		(void)close(fd);
	if (n == -1) {
		buf_printf(error, "%s: %s: %s", setting, path, strerror(saved));
		errno = saved;
		return (STATUS_IO);
	}
	if (n == 0 || n > FILE_MOST) {
		buf_printf(error, "%s: %s must hold 1 to %d bytes", setting,
		    path, FILE_MOST);
		return (STATUS_INVALID);
	}
	text->len = (size_t)n;
	text->data[n] = '\0';
	return (STATUS_OK);
}

enum status
gateway_read_key(const char *setting, const char *path, bool p256,
    struct gateway *g, struct buf *error)
{
	struct buf pem = { 0 };
	enum status status = gateway_read_file(setting, path, &pem, error);

	if (status == STATUS_OK) {
		status = crypto_key_parse(pem.data, pem.len, p256, &g->key);
		if (status != STATUS_OK)
			buf_printf(error, "%s: %s holds no private key of %s",
			    setting, path, p256 ? "P-256" : "RSA");
	}
	if (pem.data != NULL)
		explicit_bzero(pem.data, pem.len);
	buf_free(&pem);
	return (status);
}

char *
gateway_first_word(const char *words)
{
	words += strspn(words, " ");
	return (mem_strndup(words, strcspn(words, " ")));
}

bool
gateway_answer_says(const struct push_answer *a, const char *reason)
{
	return (a->body.len != 0 &&
	    memmem(a->body.data, a->body.len, reason, strlen(reason)) != NULL);
}
