/* db_gather.c: reads of a batch as one call. */
#include "db_gather.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Where the parameters of DB_READ are, and the column of DB_READ_MANY. */
enum { CLAIM = 1, TOKEN_SET = 2, PLACE = 5 };

/*
 * What may have bound a device already is asked again as it was: its answer
 * has to wait for a synchronous standby.
 */
static bool
may_gather(const struct db_call *c)
{
	if (c->alone || c->uncertain)
		return (false);
	return (c->statement == DB_PREVIEW ||
	    (c->statement == DB_READ && !db_param_bool(c, TOKEN_SET)));
}

/* Splits the calls; how many are left. */
static size_t
take(struct db_gather *g, struct db_call **calls, size_t n)
{
	size_t i, left = 0;

	g->calls = mem_alloc(n * sizeof(g->calls[0]));
	for (i = 0; i < n; i++) {
		if (may_gather(calls[i]))
			g->calls[g->n++] = calls[i];
		else
			calls[left++] = calls[i];
	}
	return (left);
}

static void
start_call(struct db_gather *g)
{
	static const struct uuid no_row;
	const struct uuid **words = mem_alloc(g->n * sizeof(words[0]));
	struct uuid *claims = mem_alloc(g->n * sizeof(claims[0]));
	size_t i;

	db_call_start(&g->call, DB_READ_MANY, &no_row);
	for (i = 0; i < g->n; i++)
		words[i] = &g->calls[i]->key;
	db_call_uuids(&g->call, words, g->n);
	for (i = 0; i < g->n; i++) {
		words[i] = NULL;
		if (g->calls[i]->statement == DB_PREVIEW)
			continue;
		claims[i] = db_param_uuid(g->calls[i], CLAIM);
		words[i] = &claims[i];
	}
	db_call_uuids(&g->call, words, g->n);
	free(claims);
	free(words);
}

size_t
db_gather(struct db_gather *g, struct db_call **calls, size_t n)
{
	size_t i, wanted = 0, left;

	for (i = 0; i < n && wanted < 2; i++)
		wanted += may_gather(calls[i]);
	if (wanted < 2)
		return (n);
	left = take(g, calls, n);
	start_call(g);
	memmove(calls + 1, calls, left * sizeof(calls[0]));
	calls[0] = &g->call;
	return (left + 1);
}

/* Each call is alone until a row is found to be its own. */
void
db_gather_share(struct db_gather *g)
{
	int row, rows;
	int64_t place;
	size_t i;

	rows = g->n != 0 && g->call.status == STATUS_OK ? db_rows(&g->call) : 0;
	for (i = 0; i < g->n; i++) {
		g->calls[i]->status = STATUS_OUTAGE;
		g->calls[i]->alone = g->call.status != STATUS_OUTAGE;
	}
	for (row = 0; row < rows; row++) {
		db_row_at(&g->call, row);
		if (db_row_null(&g->call, 0) ||
		    db_row_int8(&g->call, PLACE, &place) != STATUS_OK ||
		    place < 1 || (size_t)place > g->n)
			continue;
		g->calls[place - 1]->alone = false;
		db_call_share(g->calls[place - 1], &g->call);
	}
}

void
db_gather_end(struct db_gather *g)
{
	db_call_end(&g->call);
	free(g->calls);
	*g = (struct db_gather){ 0 };
}
