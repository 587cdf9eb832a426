/* row_fixture.h: a row as PostgreSQL would send it, without one. */
#ifndef CREDRELAY_ROW_FIXTURE_H
#define CREDRELAY_ROW_FIXTURE_H

#include <check.h>
#include <string.h>

#include <libpq-fe.h>

#include "db_call.h"

/* Columns of a row, at most; bytes of one. */
enum { ROW_COLUMNS = 9, ROW_BYTES = 16384 };

struct column {
	const char *data; /* NULL: null */
	size_t len;
};

/* The result that has this one row, all columns binary; owned by the caller. */
static inline PGresult *
make_row(const struct column *columns, int n)
{
	static char name[] = "column";
	PGresAttDesc attributes[ROW_COLUMNS] = { { 0 } };
	PGresult *row = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	char copy[ROW_BYTES];
	int i;

	ck_assert_int_le(n, ROW_COLUMNS);
	for (i = 0; i < n; i++)
		attributes[i] = (PGresAttDesc){ .name = name, .format = 1 };
	ck_assert_int_eq(PQsetResultAttrs(row, n, attributes), 1);
	for (i = 0; i < n; i++) {
		ck_assert_uint_le(columns[i].len, sizeof(copy));
		memcpy(copy, columns[i].data == NULL ? "" : columns[i].data,
		    columns[i].len);
		ck_assert_int_eq(
		    PQsetvalue(row, 0, i, copy,
			columns[i].data == NULL ? -1 : (int)columns[i].len),
		    1);
	}
	return (row);
}

/* The call has been made, and this row has come. */
static inline void
row_came(struct db_call *call, const struct column *columns, int n)
{
	call->row = make_row(columns, n);
	call->status = STATUS_OK;
}

#endif
