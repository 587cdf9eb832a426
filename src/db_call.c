/* db_call.c: the table of statements, and the parameters of a call. */
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
	T_TIME = 1184,
	T_UUID = 2950,
	/* Arrays of these. */
	T_BOOLS = 1000,
	T_BYTEAS = 1001,
	T_INT2S = 1005,
	T_INT4S = 1007,
	T_INT8S = 1016,
	T_TIMES = 1185,
	T_UUIDS = 2951
};

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
	    /* In the columns of a read. */
	    "select outcome, expires_at, null::int8, null::bytea, display"
	    " from relay_api.mailbox_preview($1)",
	    DB_WORKER, 1, { T_UUID }, false },
	[DB_READ_MANY] = { "mailbox_read_many",
	    "select outcome, expires_at, version, payload, display, place"
	    " from relay_api.mailbox_read_many($1,$2)",
	    DB_WORKER, 2, { T_UUIDS, T_UUIDS }, true },
	[DB_CREATE_MANY] = { "mailbox_create_many",
	    "select outcome, expires_at, token, place"
	    " from relay_api.mailbox_create_many"
	    "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
	    DB_WORKER, 11,
	    { T_UUIDS, T_UUIDS, T_UUIDS, T_INT2S, T_TIMES, T_INT4S, T_INT4S,
		T_INT8S, T_BYTEAS, T_BYTEAS, T_BYTEAS },
	    true },
	[DB_UPDATE_MANY] = { "mailbox_update_many",
	    "select outcome, version, token, pushed, place"
	    " from relay_api.mailbox_update_many($1,$2,$3,$4,$5,$6,$7)",
	    DB_WORKER, 7,
	    { T_UUIDS, T_UUIDS, T_UUIDS, T_BYTEAS, T_BOOLS, T_BYTEAS,
		T_BYTEAS },
	    true },
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
	    "select sealed, renew, valid_seconds"
	    " from relay_api.credential_take($1)",
	    DB_NOTIFIER, 1, { T_TEXT }, false },
	[DB_CREDENTIAL_PUT] = { "credential_put",
	    "select relay_api.credential_put($1,$2,$3,$4)", DB_NOTIFIER, 4,
	    { T_TEXT, T_BYTEA, T_INT4, T_INT4 }, false },
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
	if (!c->shared)
		PQclear(c->row);
	c->row = NULL;
	c->shared = false;
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
static void
add_array(struct db_call *c, uint32_t type, size_t n, bool nulls)
{
	uint32_t head[5] = { htobe32(n != 0), htobe32(nulls), htobe32(type),
		htobe32((uint32_t)n), htobe32(1) };

	add_param(c, head, n == 0 ? 3 * sizeof(head[0]) : sizeof(head));
}

/* NULL: null. */
static void
add_element(struct db_call *c, const void *value, uint32_t size)
{
	uint32_t len = htobe32(value == NULL ? UINT32_MAX : size);

	buf_add(&c->bytes, &len, sizeof(len));
	if (value != NULL)
		buf_add(&c->bytes, value, size);
	c->lengths[c->n_params - 1] =
	    (int)(c->bytes.len - c->offsets[c->n_params - 1]);
}

void
db_call_int8s(struct db_call *c, const int64_t *values, size_t n)
{
	uint64_t wire;
	size_t i;

	add_array(c, T_INT8, n, false);
	for (i = 0; i < n; i++) {
		wire = htobe64((uint64_t)values[i]);
		add_element(c, &wire, sizeof(wire));
	}
}

/* Of which type the elements of this array are. */
static uint32_t
element_type(unsigned array)
{
	static const unsigned types[][2] = { { T_BOOLS, T_BOOL },
		{ T_BYTEAS, T_BYTEA }, { T_INT2S, T_INT2 }, { T_INT4S, T_INT4 },
		{ T_INT8S, T_INT8 }, { T_TIMES, T_TIME }, { T_UUIDS, T_UUID } };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i][0] == array)
			return (types[i][1]);
	}
	abort();
}

void
db_call_array(
    struct db_call *c, struct db_call *const *from, size_t n, int param)
{
	size_t i;

	add_array(c, element_type(statements[c->statement].types[c->n_params]),
	    n, true);
	for (i = 0; i < n; i++) {
		if (db_param_null(from[i], param))
			add_element(c, NULL, 0);
		else
			add_element(c,
			    from[i]->bytes.data + from[i]->offsets[param],
			    (uint32_t)from[i]->lengths[param]);
	}
}

void
db_call_time(struct db_call *c, int64_t unix_seconds)
{
	db_call_int8(c, (unix_seconds - DB_EPOCH) * 1000000);
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

bool
db_param_null(const struct db_call *c, int param)
{
	return (param >= c->n_params || c->lengths[param] == -1);
}

bool
db_param_bool(const struct db_call *c, int param)
{
	return (c->bytes.data[c->offsets[param]] != '\0');
}

void
db_call_share(struct db_call *c, const struct db_call *from)
{
	db_call_forget(c);
	c->row = from->row;
	c->shared = true;
	c->at = from->at;
	c->status = STATUS_OK;
}
