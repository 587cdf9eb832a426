/* db_gather.c: calls of a batch that are alike, as one call. */
#include "db_gather.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum kind { READS, CREATES, UPDATES, APART };

/*
 * Which parameters of the single calls go into the arrays, and the column that
 * says whose a row is.
 */
static const struct {
	enum db_statement statement;
	int n_params;
	int params[DB_PARAMS];
	int place;
} kinds[] = {
	/* A preview has but one; that it has no claim is what tells it. */
	[READS] = { DB_READ_MANY, 2, { 0, 1 }, 5 },
	[CREATES] = { DB_CREATE_MANY, 11, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
	    3 },
	[UPDATES] = { DB_UPDATE_MANY, 7, { 0, 1, 2, 4, 5, 6, 7 }, 4 },
};

/* Where the parameters are that only a single call can have. */
enum { READ_TOKEN_SET = 2, UPDATE_IF_MATCH = 3 };

struct db_gathering {
	enum kind kind;
	struct db_call call;
	struct db_call **calls; /* for which it stands */
	size_t n;
};

/*
 * What may have been done already is asked again as it was: its answer has to
 * wait for a synchronous standby.
 */
static enum kind
kind_of(const struct db_call *c)
{
	if (c->alone || c->uncertain || c->bytes.len > DB_GATHER_MAX)
		return (APART);
	switch (c->statement) {
	case DB_READ:
		return (db_param_bool(c, READ_TOKEN_SET) ? APART : READS);
	case DB_PREVIEW:
	case DB_CHECK: /* its content comes with it, seen or not */
		return (READS);
	case DB_CREATE:
		return (CREATES);
	case DB_UPDATE:
		return (db_param_null(c, UPDATE_IF_MATCH) ? UPDATES : APART);
	default:
		return (APART);
	}
}

/* The call that stands for some, of which there are enough. */
static struct db_call *
stand_for(struct db_gather *g, enum kind kind, struct db_call **calls, size_t n)
{
	static const struct uuid no_row;
	struct db_gathering *one = &g->all[g->n++];
	int i;

	*one = (struct db_gathering){ .kind = kind, .calls = calls, .n = n };
	db_call_start(&one->call, kinds[kind].statement, &no_row);
	one->call.gathers = true;
	for (i = 0; i < kinds[kind].n_params; i++)
		db_call_array(&one->call, calls, n, kinds[kind].params[i]);
	return (&one->call);
}

/*
 * Puts the reads before all others, each in their order.  A single one stays
 * where it is: made for itself, it may lock its row.
 */
static void
reads_first(struct db_call **calls, size_t n, struct db_call **room)
{
	size_t i, reads = 0, others = 0;

	for (i = 0; i < n; i++)
		reads += kind_of(calls[i]) == READS;
	if (reads < 2)
		return;
	reads = 0;
	for (i = 0; i < n; i++) {
		if (kind_of(calls[i]) == READS)
			calls[reads++] = calls[i];
		else
			room[others++] = calls[i];
	}
	memcpy(calls + reads, room, others * sizeof(calls[0]));
}

/* How many calls from the first are of its kind. */
static size_t
run_of(struct db_call *const *calls, size_t n)
{
	enum kind kind = kind_of(calls[0]);
	size_t i;

	for (i = 1; i < n && kind != APART && kind_of(calls[i]) == kind; i++)
		continue;
	return (i);
}

size_t
db_gather(struct db_gather *g, struct db_call **calls, size_t n)
{
	size_t i, len, left = 0;

	if (n < 2)
		return (n);
	g->calls = mem_alloc(n * sizeof(g->calls[0]));
	g->all = mem_alloc(n / 2 * sizeof(g->all[0]));
	reads_first(calls, n, g->calls);
	memcpy(g->calls, calls, n * sizeof(calls[0]));
	for (i = 0; i < n; i += len) {
		len = run_of(g->calls + i, n - i);
		calls[left++] = len < 2 ?
		    g->calls[i] :
		    stand_for(g, kind_of(g->calls[i]), g->calls + i, len);
	}
	return (left);
}

/* Each call is alone until a row is found to be its own. */
static void
share(struct db_gathering *one)
{
	bool lost = one->call.status == STATUS_OUTAGE;
	int row, rows;
	int64_t place;
	size_t i;

	rows = one->call.status == STATUS_OK ? db_rows(&one->call) : 0;
	for (i = 0; i < one->n; i++) {
		one->calls[i]->status = STATUS_OUTAGE;
		one->calls[i]->uncertain =
		    one->call.uncertain && one->kind != READS;
		one->calls[i]->alone = !lost;
	}
	for (row = 0; row < rows; row++) {
		db_row_at(&one->call, row);
		if (db_row_null(&one->call, 0) ||
		    db_row_int8(&one->call, kinds[one->kind].place, &place) !=
			STATUS_OK ||
		    place < 1 || (size_t)place > one->n)
			continue;
		one->calls[place - 1]->alone = false;
		db_call_share(one->calls[place - 1], &one->call);
	}
}

void
db_gather_share(struct db_gather *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		share(&g->all[i]);
}

void
db_gather_end(struct db_gather *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		db_call_end(&g->all[i].call);
	free(g->all);
	free(g->calls);
	*g = (struct db_gather){ 0 };
}
