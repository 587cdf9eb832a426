/* db_gather.c: the calls of a batch that are alike, as one call. */
#include "db_gather.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { CREATES, UPDATES, READS, APART };

/*
 * In the order in which they are made: which parameters of the single calls go
 * into its arrays, and the column that says whose a row is.
 */
static const struct {
	enum db_statement statement;
	int n_params;
	int params[DB_PARAMS];
	int place;
} kinds[DB_GATHERINGS] = {
	[CREATES] = { DB_CREATE_MANY, 11, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
	    3 },
	[UPDATES] = { DB_UPDATE_MANY, 5, { 0, 1, 2, 4, 7 }, 4 },
	/* A preview has but one; that it has no claim is what tells it. */
	[READS] = { DB_READ_MANY, 2, { 0, 1 }, 5 },
};

/* Where the parameters are that only a single call can have. */
enum { READ_TOKEN_SET = 2, UPDATE_IF_MATCH = 3, UPDATE_TOKEN_SET = 5 };

/*
 * What may have been done already is asked again as it was: its answer has to
 * wait for a synchronous standby.
 */
static int
kind_of(const struct db_call *c)
{
	if (c->alone || c->uncertain)
		return (APART);
	switch (c->statement) {
	case DB_CREATE:
		return (CREATES);
	case DB_UPDATE:
		return (db_param_null(c, UPDATE_IF_MATCH) &&
			    !db_param_bool(c, UPDATE_TOKEN_SET) ?
			UPDATES :
			APART);
	case DB_READ:
		return (db_param_bool(c, READ_TOKEN_SET) ? APART : READS);
	case DB_PREVIEW:
		return (READS);
	default:
		return (APART);
	}
}

/* Takes the calls of a kind out; how many are left. */
static size_t
take(struct db_gathering *g, int kind, struct db_call **calls, size_t n)
{
	size_t i, left = 0;

	g->calls = mem_alloc(n * sizeof(g->calls[0]));
	for (i = 0; i < n; i++) {
		if (kind_of(calls[i]) == kind)
			g->calls[g->n++] = calls[i];
		else
			calls[left++] = calls[i];
	}
	return (left);
}

static void
start_call(struct db_gathering *g, int kind)
{
	static const struct uuid no_row;
	int i;

	db_call_start(&g->call, kinds[kind].statement, &no_row);
	for (i = 0; i < kinds[kind].n_params; i++)
		db_call_array(&g->call, g->calls, g->n, kinds[kind].params[i]);
}

size_t
db_gather(struct db_gather *all, struct db_call **calls, size_t n)
{
	size_t i, counts[APART + 1] = { 0 }, left = n, made = 0;
	struct db_call *ours[DB_GATHERINGS];
	int kind;

	for (i = 0; i < n; i++)
		counts[kind_of(calls[i])]++;
	for (kind = 0; kind < DB_GATHERINGS; kind++) {
		if (counts[kind] < 2)
			continue;
		left = take(&all->kinds[kind], kind, calls, left);
		start_call(&all->kinds[kind], kind);
		ours[made++] = &all->kinds[kind].call;
	}
	memmove(calls + made, calls, left * sizeof(calls[0]));
	for (i = 0; i < made; i++)
		calls[i] = ours[i];
	return (made + left);
}

/*
 * Each call is alone until a row is found to be its own; after an outage too,
 * since a single one of them may be what it is about.
 */
static void
share(struct db_gathering *g, int kind)
{
	int row, rows = g->call.status == STATUS_OK ? db_rows(&g->call) : 0;
	int64_t place;
	size_t i;

	for (i = 0; i < g->n; i++) {
		g->calls[i]->status = STATUS_OUTAGE;
		g->calls[i]->uncertain = g->call.uncertain;
		g->calls[i]->alone = true;
	}
	for (row = 0; row < rows; row++) {
		db_row_at(&g->call, row);
		if (db_row_null(&g->call, 0) ||
		    db_row_int8(&g->call, kinds[kind].place, &place) !=
			STATUS_OK ||
		    place < 1 || (size_t)place > g->n)
			continue;
		g->calls[place - 1]->alone = false;
		db_call_share(g->calls[place - 1], &g->call);
	}
}

void
db_gather_share(struct db_gather *all)
{
	int kind;

	for (kind = 0; kind < DB_GATHERINGS; kind++) {
		if (all->kinds[kind].n != 0)
			share(&all->kinds[kind], kind);
	}
}

void
db_gather_end(struct db_gather *all)
{
	int kind;

	for (kind = 0; kind < DB_GATHERINGS; kind++) {
		db_call_end(&all->kinds[kind].call);
		free(all->kinds[kind].calls);
	}
	*all = (struct db_gather){ 0 };
}
