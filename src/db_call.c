/* db_call.c: the table of statements; parameters in, columns out. */
#include "db_call.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

/* PostgreSQL's type numbers; they are part of its protocol and never change. */
enum {
	T_BOOL = 16,
	T_BYTEA = 17,
	T_INT8 = 20,
	T_INT2 = 21,
	T_INT4 = 23,
	T_TEXT = 25,
	T_INT8S = 1016,
	T_TIME = 1184,
	T_UUID = 2950
};

/* From the Unix epoch to PostgreSQL's, 2000-01-01, in seconds. */
#define PG_EPOCH INT64_C(946684800)

static const struct statement {
	const char *name;
	const char *sql;
	enum db_client client;
	int n_types;
	unsigned types[DB_PARAMS];
	bool has_rows;
} statements[] = {
	[DB_CREATE] = { "mailbox_create",
	    "select outcome, expires_at, token from relay_api.mailbox_create"
	    "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
	    DB_WORKER, 11,
	    { T_UUID, T_UUID, T_UUID, T_INT2, T_TIME, T_INT4, T_INT4, T_INT8,
		T_BYTEA, T_BYTEA, T_BYTEA },
	    false },
	[DB_READ] = { "mailbox_read",
	    "select outcome, expires_at, version, payload, display"
	    " from relay_api.mailbox_read($1,$2,$3,$4)",
	    DB_WORKER, 4, { T_UUID, T_UUID, T_BOOL, T_BYTEA }, false },
	[DB_CHECK] = { "mailbox_check",
	    "select outcome, expires_at, version, payload, display"
	    " from relay_api.mailbox_check($1,$2,$3)",
	    DB_WORKER, 3, { T_UUID, T_UUID, T_INT8S }, false },
	[DB_UPDATE] = { "mailbox_update",
	    "select outcome, version, token, pushed"
	    " from relay_api.mailbox_update($1,$2,$3,$4,$5,$6,$7,$8)",
	    DB_WORKER, 8,
	    { T_UUID, T_UUID, T_UUID, T_INT8S, T_BYTEA, T_BOOL, T_BYTEA,
		T_BYTEA },
	    false },
	[DB_RELINQUISH] = { "mailbox_relinquish",
	    "select outcome from relay_api.mailbox_relinquish"
	    "($1,$2,$3,$4)",
	    DB_WORKER, 4, { T_UUID, T_UUID, T_UUID, T_INT8S }, false },
	[DB_DELETE] = { "mailbox_delete",
	    "select outcome, pushed"
	    " from relay_api.mailbox_delete($1,$2,$3,$4)",
	    DB_WORKER, 4, { T_UUID, T_UUID, T_INT8S, T_BYTEA }, false },
	[DB_PREVIEW] = { "mailbox_preview",
	    "select outcome, expires_at, display"
	    " from relay_api.mailbox_preview($1)",
	    DB_WORKER, 1, { T_UUID }, false },
	[DB_READY] = { "ready",
	    "select schema_version, purged_at, oldest_expired"
	    " from relay_api.ready()",
	    DB_WORKER, 0, { 0 }, false },
	[DB_AWAIT_SAFE] = { "await_safe", "select relay_api.await_safe()",
	    DB_WORKER, 0, { 0 }, false },
	[DB_RING] = { "ring", "select relay_api.ring($1,$2)", DB_WORKER, 2,
	    { T_TEXT, T_BOOL }, false },
	[DB_OUTBOX_LEASE] = { "outbox_lease",
	    "select row_key, for_sender, generation, owner, token, wrap,"
	    " attempts, expires_at, put_at"
	    " from relay_api.outbox_lease($1,$2)",
	    DB_NOTIFIER, 2, { T_INT4, T_INT4 }, true },
	[DB_OUTBOX_DONE] = { "outbox_done",
	    "select relay_api.outbox_done($1,$2,$3,$4,$5,$6)", DB_NOTIFIER, 6,
	    { T_UUID, T_BOOL, T_INT4, T_TEXT, T_TEXT, T_INT4 }, false },
	[DB_CREDENTIAL_TAKE] = { "credential_take",
	    "select sealed, renew from relay_api.credential_take($1)",
	    DB_NOTIFIER, 1, { T_TEXT }, false },
	[DB_CREDENTIAL_PUT] = { "credential_put",
	    "select relay_api.credential_put($1,$2,$3,$4)", DB_NOTIFIER, 4,
	    { T_TEXT, T_BYTEA, T_INT4, T_INT4 }, false },
};

static const char *const outcomes[] = {
	[DB_OK] = "ok",
	[DB_REPEATED] = "repeated",
	[DB_NOT_FOUND] = "not_found",
	[DB_ENDED] = "ended",
	[DB_CONFLICT] = "conflict",
	[DB_UNBOUND] = "unbound",
	[DB_FORBIDDEN] = "forbidden",
	[DB_STALE] = "stale",
	[DB_TOO_SOON] = "too_soon",
	[DB_UNCHANGED] = "unchanged",
};

bool
db_statement_is_of(enum db_statement s, enum db_client client)
{
	return (statements[s].client == client);
}

bool
db_statement_has_rows(enum db_statement s)
{
	return (statements[s].has_rows);
}

const char *
db_statement_sql(enum db_statement s)
{
	return (statements[s].sql);
}

const char *
db_statement_name(enum db_statement s)
{
	return (statements[s].name);
}

const unsigned *
db_statement_types(enum db_statement s, int *n)
{
	*n = statements[s].n_types;
	return (statements[s].types);
}

void
db_call_start(
    struct db_call *c, enum db_statement statement, const struct uuid *key)
{
	*c = (struct db_call){
		.statement = statement, .key = *key, .status = STATUS_OUTAGE
	};
}

void
db_call_forget(struct db_call *c)
{
	PQclear(c->row);
	c->row = NULL;
	c->at = 0;
}

void
db_call_end(struct db_call *c)
{
	db_call_forget(c);
	buf_free(&c->bytes);
}

static void
add_param(struct db_call *c, const void *bytes, size_t len)
{
	/* A handler that gives another number than the table is a bug. */
	assert(c->n_params < statements[c->statement].n_types);
	c->offsets[c->n_params] = c->bytes.len;
	c->lengths[c->n_params] = (int)len;
	c->n_params++;
	buf_add(&c->bytes, bytes, len);
}

void
db_call_null(struct db_call *c)
{
	add_param(c, "", 0);
	c->lengths[c->n_params - 1] = -1;
}

void
db_call_bool(struct db_call *c, bool value)
{
	add_param(c, value ? "\1" : "\0", 1);
}

void
db_call_int2(struct db_call *c, int16_t value)
{
	uint16_t wire = htobe16((uint16_t)value);

	add_param(c, &wire, sizeof(wire));
}

void
db_call_int4(struct db_call *c, int32_t value)
{
	uint32_t wire = htobe32((uint32_t)value);

	add_param(c, &wire, sizeof(wire));
}

void
db_call_int8(struct db_call *c, int64_t value)
{
	uint64_t wire = htobe64((uint64_t)value);

	add_param(c, &wire, sizeof(wire));
}

/* An array travels as a header of five words, then length and value of each. */
void
db_call_int8s(struct db_call *c, const int64_t *values, size_t n)
{
	uint32_t head[5] = { htobe32(n != 0), 0, htobe32(T_INT8),
		htobe32((uint32_t)n), htobe32(1) };
	uint32_t len = htobe32(sizeof(int64_t));
	size_t i;

	add_param(c, head, n == 0 ? 3 * sizeof(head[0]) : sizeof(head));
	for (i = 0; i < n; i++) {
		uint64_t wire = htobe64((uint64_t)values[i]);

		buf_add(&c->bytes, &len, sizeof(len));
		buf_add(&c->bytes, &wire, sizeof(wire));
	}
	c->lengths[c->n_params - 1] =
	    (int)(c->bytes.len - c->offsets[c->n_params - 1]);
}

void
db_call_time(struct db_call *c, int64_t unix_seconds)
{
	db_call_int8(c, (unix_seconds - PG_EPOCH) * 1000000);
}

void
db_call_uuid(struct db_call *c, const struct uuid *value)
{
	add_param(c, value->b, sizeof(value->b));
}

void
db_call_bytes(struct db_call *c, const void *bytes, size_t len)
{
	add_param(c, bytes, len);
}

void
db_call_text(struct db_call *c, const char *text)
{
	add_param(c, text, strlen(text));
}

int
db_rows(const struct db_call *c)
{
	return (PQntuples(c->row));
}

void
db_row_at(struct db_call *c, int row)
{
	assert(row >= 0 && row < PQntuples(c->row));
	c->at = row;
}

bool
db_row_null(const struct db_call *c, int column)
{
	return (column >= PQnfields(c->row) ||
	    PQgetisnull(c->row, c->at, column) != 0);
}

/* A column that must be there and, unless `len` is 0, exactly so long. */
static enum status
get_column(const struct db_call *c, int column, size_t len, const char **out)
{
	if (db_row_null(c, column))
		return (STATUS_BUG);
	if (len != 0 && (size_t)PQgetlength(c->row, c->at, column) != len)
		return (STATUS_BUG);
	*out = PQgetvalue(c->row, c->at, column);
	return (STATUS_OK);
}

enum status
db_row_outcome(const struct db_call *c, enum db_outcome *out)
{
	const char *text;
	int i;

	if (get_column(c, 0, 0, &text) != STATUS_OK)
		return (STATUS_BUG);
	for (i = 0; i < DB_OUTCOMES; i++) {
		if (strcmp(text, outcomes[i]) == 0) {
			*out = (enum db_outcome)i;
			return (STATUS_OK);
		}
	}
	return (STATUS_BUG);
}

enum status
db_row_bool(const struct db_call *c, int column, bool *out)
{
	const char *bytes;

	if (get_column(c, column, 1, &bytes) != STATUS_OK)
		return (STATUS_BUG);
	*out = *bytes != 0;
	return (STATUS_OK);
}

enum status
db_row_uuid(const struct db_call *c, int column, struct uuid *out)
{
	const char *bytes;

	if (get_column(c, column, sizeof(out->b), &bytes) != STATUS_OK)
		return (STATUS_BUG);
	memcpy(out->b, bytes, sizeof(out->b));
	return (STATUS_OK);
}

enum status
db_row_int2(const struct db_call *c, int column, int16_t *out)
{
	const char *bytes;
	uint16_t wire;

	if (get_column(c, column, sizeof(wire), &bytes) != STATUS_OK)
		return (STATUS_BUG);
	memcpy(&wire, bytes, sizeof(wire));
	*out = (int16_t)be16toh(wire);
	return (STATUS_OK);
}

enum status
db_row_int4(const struct db_call *c, int column, int32_t *out)
{
	const char *bytes;
	uint32_t wire;

	if (get_column(c, column, sizeof(wire), &bytes) != STATUS_OK)
		return (STATUS_BUG);
	memcpy(&wire, bytes, sizeof(wire));
	*out = (int32_t)be32toh(wire);
	return (STATUS_OK);
}

enum status
db_row_int8(const struct db_call *c, int column, int64_t *out)
{
	const char *bytes;
	uint64_t wire;

	if (get_column(c, column, sizeof(wire), &bytes) != STATUS_OK)
		return (STATUS_BUG);
	memcpy(&wire, bytes, sizeof(wire));
	*out = (int64_t)be64toh(wire);
	return (STATUS_OK);
}

enum status
db_row_time(const struct db_call *c, int column, int64_t *unix_seconds)
{
	int64_t micros;

	if (db_row_int8(c, column, &micros) != STATUS_OK)
		return (STATUS_BUG);
	*unix_seconds = micros / 1000000 - (micros % 1000000 < 0) + PG_EPOCH;
	return (STATUS_OK);
}

enum status
db_row_bytes(const struct db_call *c, int column, const void **out, size_t *len)
{
	const char *bytes;

	if (get_column(c, column, 0, &bytes) != STATUS_OK)
		return (STATUS_BUG);
	*out = bytes;
	*len = (size_t)PQgetlength(c->row, c->at, column);
	return (STATUS_OK);
}
