/* db_row.c: the columns of what a call gave. */
#include "db_call.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include <libpq-fe.h>

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
	*unix_seconds = micros / 1000000 - (micros % 1000000 < 0) + DB_EPOCH;
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
