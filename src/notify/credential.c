/* credential.c: what a gateway wants to see of us before it takes a push. */
#include "notify/credential.h"

#include <string.h>

#include "log.h"

/*
 * LOOK: the database knows of one that another notifier has made.  PAUSE:
 * while another makes one.  FAILED: after a failure, twice as long after each
 * other one.  FORCE: one is made unasked, because the gateway refused the last,
 * no more often than this.
 */
enum {
	LOOK_MS = 30 * 1000,
	PAUSE_MS = 200,
	FAILED_MS = 5 * 1000,
	FAILED_LONGEST_MS = 60 * 1000,
	FORCE_MS = 60 * 1000
};

void
credential_start(
    struct credential *c, struct gateway *gateway, const struct seal_key *key)
{
	*c = (struct credential){ .gateway = gateway,
		.name = gateway_credential(gateway),
		.key = key };
}

static void
text_wipe(struct buf *text)
{
	if (text->data != NULL)
		explicit_bzero(text->data, text->cap);
	buf_free(text);
}

void
credential_end(struct credential *c)
{
	text_wipe(&c->text);
	push_end(&c->ask);
	*c = (struct credential){ 0 };
}

const char *
credential_text(const struct credential *c, int64_t now_ms)
{
	if (c->name == NULL)
		return ("");
	if (c->text.len == 0 || c->stale || now_ms >= c->until_ms)
		return (NULL);
	return (c->text.data);
}

bool
credential_is_useless(const struct credential *c, int64_t now_ms)
{
	return (credential_text(c, now_ms) == NULL && now_ms < c->useless_ms);
}

void
credential_refused(struct credential *c, unsigned serial)
{
	if (c->name == NULL || serial != c->serial)
		return; /* another has come since */
	c->stale = true;
	c->look_at_ms = 0;
}

/* There is none to be had at present. */
static void
fail(struct credential *c, int64_t now_ms, const char *why)
{
	log_warning("%s: no credential: %s", c->name, why);
	c->state = CREDENTIAL_IDLE;
	c->pause_ms = c->pause_ms == 0 ? FAILED_MS : 2 * c->pause_ms;
	if (c->pause_ms > FAILED_LONGEST_MS)
		c->pause_ms = FAILED_LONGEST_MS;
	c->useless_ms = c->look_at_ms = now_ms + c->pause_ms;
}

static void
take_text(struct credential *c, struct buf *text)
{
	text_wipe(&c->text);
	c->text = *text;
	*text = (struct buf){ 0 };
	c->serial++;
	c->stale = false;
	c->useless_ms = c->pause_ms = 0;
}

/* A new one has been made, and is to be kept. */
static void
take_new(struct credential *c, struct buf *text, int64_t now_ms)
{
	take_text(c, text);
	c->until_ms = now_ms + INT64_C(1000) * c->expires_s;
	c->look_at_ms = now_ms + LOOK_MS;
	c->state = CREDENTIAL_TO_KEEP;
}

static void
make(struct credential *c, int64_t now_ms, int64_t now_s)
{
	struct buf text = { 0 };

	push_end(&c->ask);
	switch (gateway_credential_make(
	    c->gateway, now_s, &text, &c->renew_s, &c->expires_s, &c->ask)) {
	case STATUS_OK:
		take_new(c, &text, now_ms);
		break;
	case STATUS_AGAIN:
		c->state = CREDENTIAL_TO_ASK;
		break;
	default:
		fail(c, now_ms, "it cannot be made");
		break;
	}
	text_wipe(&text);
}

bool
credential_call(
    struct credential *c, bool wanted, int64_t now_ms, struct db_call *call)
{
	static const struct uuid nobody;
	struct buf sealed = { 0 };

	if (c->name == NULL)
		return (false);
	if (c->state == CREDENTIAL_IDLE && wanted && now_ms >= c->look_at_ms) {
		db_call_start(call, DB_CREDENTIAL_TAKE, &nobody);
		db_call_text(call, c->name);
		c->state = CREDENTIAL_LOOKING;
		return (true);
	}
	if (c->state != CREDENTIAL_TO_KEEP)
		return (false);
	seal_secret_shut(c->key, c->name, c->text.data, c->text.len, &sealed);
	db_call_start(call, DB_CREDENTIAL_PUT, &nobody);
	db_call_text(call, c->name);
	db_call_bytes(call, sealed.data, sealed.len);
	db_call_int4(call, (int32_t)c->renew_s);
	db_call_int4(call, (int32_t)c->expires_s);
	buf_free(&sealed);
	c->state = CREDENTIAL_KEEPING;
	return (true);
}

static bool
is_same(const struct buf *a, const struct buf *b)
{
	return (a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
}

/* Takes what the database has; false: nothing that is of use. */
static bool
take_kept(struct credential *c, const struct db_call *call, int64_t now_ms)
{
	struct buf text = { 0 };
	const void *sealed;
	int32_t valid_s;
	size_t len;

	if (db_row_bytes(call, 0, &sealed, &len) != STATUS_OK ||
	    db_row_int4(call, 2, &valid_s) != STATUS_OK)
		return (false);
	if (seal_secret_open(c->key, c->name, sealed, len, &text) != STATUS_OK)
		return (false);
	if (text.len != 0 && c->text.len != 0 && is_same(&text, &c->text)) {
		text_wipe(&text);
		return (!c->stale);
	}
	take_text(c, &text);
	c->until_ms = now_ms + INT64_C(1000) * valid_s;
	return (true);
}

static void
looked(struct credential *c, const struct db_call *call, int64_t now_ms,
    int64_t now_s)
{
	bool renew = false, none = db_row_null(call, 0);
	bool kept = take_kept(c, call, now_ms);

	c->state = CREDENTIAL_IDLE;
	c->look_at_ms = now_ms + (kept ? LOOK_MS : PAUSE_MS);
	/* As soon as it ends, if somebody who should has not renewed it. */
	if (kept && c->until_ms < c->look_at_ms)
		c->look_at_ms = c->until_ms + PAUSE_MS;
	if (db_row_bool(call, 1, &renew) != STATUS_OK)
		renew = false;
	/* There is one, of another key or refused, and nobody's turn to make. */
	if (!renew && !kept && !none && now_ms >= c->forced_ms) {
		c->forced_ms = now_ms + FORCE_MS;
		renew = true;
	}
	if (renew)
		make(c, now_ms, now_s);
	else if (!kept && !none)
		fail(c, now_ms, "the gateway refuses the one there is");
}

void
credential_called(struct credential *c, const struct db_call *call,
    int64_t now_ms, int64_t now_s)
{
	bool looking = c->state == CREDENTIAL_LOOKING;

	if (call->status == STATUS_OK && looking) {
		looked(c, call, now_ms, now_s);
	} else if (call->status == STATUS_OK) {
		c->state = CREDENTIAL_IDLE;
	} else if (call->status == STATUS_OUTAGE) {
		c->state = looking ? CREDENTIAL_IDLE : CREDENTIAL_TO_KEEP;
	} else {
		/* It raised, and the log has it; what there is can be used. */
		c->state = CREDENTIAL_IDLE;
		c->look_at_ms = now_ms + FAILED_MS;
	}
}

bool
credential_ask(struct credential *c, struct push *push)
{
	if (c->state != CREDENTIAL_TO_ASK)
		return (false);
	*push = c->ask;
	c->ask = (struct push){ 0 };
	c->state = CREDENTIAL_ASKING;
	return (true);
}

void
credential_asked(
    struct credential *c, const struct push_answer *answer, int64_t now_ms)
{
	struct buf text = { 0 };

	if (gateway_credential_answer(c->gateway, answer, &text, &c->renew_s,
		&c->expires_s) == STATUS_OK)
		take_new(c, &text, now_ms);
	else if (answer->status == 0)
		fail(c, now_ms, "the gateway does not answer");
	else
		fail(c, now_ms, "the gateway gives none");
	text_wipe(&text);
}
