/* outbox.c: the rows of relay.outbox, as they are leased and given back. */
#include "notify/outbox.h"

#include <endian.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "mem.h"
#include "notify/crypto.h"
#include "strict_json.h"

enum column {
	C_ROW_KEY,
	C_FOR_SENDER,
	C_GENERATION,
	C_OWNER,
	C_TOKEN,
	C_WRAP,
	C_ATTEMPTS,
	C_EXPIRES_AT,
	C_PUT_AT
};

static const char *const names[] = {
	[OUTBOX_DELIVERED] = "delivered",
	[OUTBOX_DEAD] = "dead",
	[OUTBOX_REJECTED] = "rejected",
	[OUTBOX_FAILED] = "failed",
	[OUTBOX_RETRY] = "retry",
	[OUTBOX_UNSENT] = "unsent",
};

const char *
outbox_outcome_name(enum outbox_outcome outcome)
{
	return (names[outcome]);
}

void
outbox_row_end(struct outbox_row *r)
{
	if (r->token.data != NULL)
		explicit_bzero(r->token.data, r->token.cap);
	buf_free(&r->token);
	free(r->type);
	*r = (struct outbox_row){ 0 };
}

void
outbox_lease_call(struct db_call *c, unsigned limit)
{
	static const struct uuid nobody;

	db_call_start(c, DB_OUTBOX_LEASE, &nobody);
	db_call_int4(c, (int32_t)limit);
	db_call_int4(c, OUTBOX_LEASE_S);
}

void
outbox_done_call(struct db_call *c, const struct outbox_row *r,
    const char *type, enum outbox_outcome outcome, int64_t retry_ms)
{
	db_call_start(c, DB_OUTBOX_DONE, &r->key);
	db_call_uuid(c, &r->key);
	db_call_bool(c, r->for_sender);
	db_call_int4(c, r->generation);
	db_call_text(c, type);
	db_call_text(c, names[outcome]);
	db_call_int4(c, (int32_t)(retry_ms > INT32_MAX ? INT32_MAX : retry_ms));
}

int
outbox_compare(const struct outbox_row *a, enum outbox_outcome of_a,
    const struct outbox_row *b, enum outbox_outcome of_b)
{
	int order = uuid_compare(&a->key, &b->key);

	if (order != 0)
		return (order);
	return ((of_b == OUTBOX_DEAD) - (of_a == OUTBOX_DEAD));
}

/* A receiver may see a nudge twice, and knows by this that it is the same. */
static void
name_delivery(struct outbox_row *r, const struct seal_key *key, int64_t put_at)
{
	struct buf text = { 0 };
	unsigned char mac[CRYPTO_SHA256_LEN];
	uint64_t when = htobe64((uint64_t)put_at);
	uint32_t generation = htobe32((uint32_t)r->generation);
	struct uuid id;

	buf_puts(&text, "delivery");
	buf_add(&text, r->key.b, sizeof(r->key.b));
	buf_add(&text, r->for_sender ? "s" : "r", 1);
	buf_add(&text, &when, sizeof(when));
	buf_add(&text, &generation, sizeof(generation));
	crypto_hmac_sha256(key->b, sizeof(key->b), text.data, text.len, mac);
	memcpy(id.b, mac, sizeof(id.b));
	id.b[6] = (unsigned char)((id.b[6] & 0x0f) | 0x40);
	id.b[8] = (unsigned char)((id.b[8] & 0x3f) | 0x80);
	uuid_format(&id, r->delivery);
	buf_free(&text);
}

/* The relay has checked the token when it came; so it is JSON, of an object. */
static void
find_type(struct outbox_row *r)
{
	struct json_object *token, *type;

	if (r->token.len > INT_MAX)
		abort();
	token = strict_json_tree(r->token.data, r->token.len);
	if (json_object_object_get_ex(token, "type", &type) &&
	    json_object_is_type(type, json_type_string))
		r->type = mem_strdup(json_object_get_string(type));
	json_object_put(token);
}

enum status
outbox_read(struct db_call *c, int row, const struct seal_key *key,
    struct outbox_row *r)
{
	const void *token, *wrap;
	size_t token_len, wrap_len;
	struct uuid owner;
	int64_t put_at;
	int16_t attempts;

	db_row_at(c, row);
	if (db_row_uuid(c, C_ROW_KEY, &r->key) != STATUS_OK ||
	    db_row_bool(c, C_FOR_SENDER, &r->for_sender) != STATUS_OK ||
	    db_row_int4(c, C_GENERATION, &r->generation) != STATUS_OK ||
	    db_row_uuid(c, C_OWNER, &owner) != STATUS_OK ||
	    db_row_bytes(c, C_TOKEN, &token, &token_len) != STATUS_OK ||
	    db_row_bytes(c, C_WRAP, &wrap, &wrap_len) != STATUS_OK ||
	    db_row_int2(c, C_ATTEMPTS, &attempts) != STATUS_OK ||
	    db_row_time(c, C_EXPIRES_AT, &r->expires_at) != STATUS_OK ||
	    db_row_int8(c, C_PUT_AT, &put_at) != STATUS_OK)
		return (STATUS_BUG);
	r->attempts = attempts < 0 ? 0 : (unsigned)attempts;
	name_delivery(r, key, put_at);
	if (seal_open_outbox(key, &r->key, &owner, wrap, wrap_len, token,
		token_len, &r->token) == STATUS_OK)
		find_type(r);
	return (STATUS_OK);
}
