/*
 * no_database.c: stands in for db.c and db_batch.c in a credrelayd that has no
 * database, for bench/run: what the worker's loop can do at most.
 *
 * Each call succeeds at the next turn.  The payloads of the first creates are
 * remembered, in memory that all workers share, since a read has to open what
 * it is given; what else is asked for is answered without a look.
 */
#include "db.h"

#include <sys/mman.h>

#include <endian.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libpq-fe.h>

#include "mem.h"

/* How many mailboxes are remembered, and how large a sealed payload may be. */
enum { SLOTS = 16384, CREATES = 4096, PAYLOAD_MAX = 2048 };
enum { COLUMNS = 6, LIFE_S = 86400, A_SCHEMA = 1000 };

struct slot {
	atomic_int state; /* 0: free, 1: being written, 2: whole */
	struct uuid key;
	int len;
	char payload[PAYLOAD_MAX];
};

static struct store {
	atomic_int n;
	struct slot slots[SLOTS];
} * store;

struct db {
	struct db_call **calls;
	size_t n_calls;
	PGresAttDesc columns[COLUMNS];
};

/* Before anything is forked. */
__attribute__((constructor)) static void
make_store(void)
{
	store = mmap(NULL, sizeof(*store), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (store == MAP_FAILED)
		abort();
}

static size_t
place_of(const struct uuid *key)
{
	uint32_t n;

	memcpy(&n, key->b, sizeof(n));
	return (n % SLOTS);
}

static void
remember(const struct uuid *key, const char *payload, int len)
{
	size_t i = place_of(key);
	int free_state = 0;

	if (len > PAYLOAD_MAX || atomic_load(&store->n) >= CREATES)
		return;
	atomic_fetch_add(&store->n, 1);
	while (!atomic_compare_exchange_strong(
	    &store->slots[i].state, &free_state, 1)) {
		free_state = 0;
		i = (i + 1) % SLOTS;
	}
	store->slots[i].key = *key;
	store->slots[i].len = len;
	memcpy(store->slots[i].payload, payload, (size_t)len);
	atomic_store(&store->slots[i].state, 2);
}

static const struct slot *
recall(const struct uuid *key)
{
	size_t i;

	for (i = place_of(key); atomic_load(&store->slots[i].state) == 2;
	     i = (i + 1) % SLOTS) {
		if (uuid_compare(&store->slots[i].key, key) == 0)
			return (&store->slots[i]);
	}
	return (NULL);
}

/* In the last row, or, as its first column, in a new one. */
static void
put(PGresult *res, int column, const void *value, size_t len)
{
	int row = PQntuples(res) - (column != 0);

	/* It takes what it is not to change as if it were. */
	if (PQsetvalue(res, row, column, (char *)(uintptr_t)value, (int)len) ==
	    0)
		abort();
}

static void
put_outcome(PGresult *row, const char *text)
{
	put(row, 0, text, strlen(text));
}

static void
put_end(PGresult *row, int column)
{
	uint64_t wire =
	    htobe64((uint64_t)((time(NULL) + LIFE_S - DB_EPOCH) * 1000000));

	put(row, column, &wire, sizeof(wire));
}

static void
put_number(PGresult *row, int column, uint64_t value)
{
	uint64_t wire = htobe64(value);

	put(row, column, &wire, sizeof(wire));
}

static void
put_read(PGresult *row, const struct uuid *key)
{
	const struct slot *slot = recall(key);

	put_outcome(row, slot == NULL ? "not_found" : "ok");
	if (slot == NULL)
		return;
	put_end(row, 1);
	put_number(row, 2, 1);
	put(row, 3, slot->payload, (size_t)slot->len);
}

static void
put_preview(PGresult *row)
{
	put_outcome(row, "ok");
	put_end(row, 1);
}

/* An array that is a parameter: five words, then length and value of each. */
struct array {
	uint32_t n;
	const char *at;
	const char *value; /* the element that was taken last; NULL: null */
	int len;
};

static struct array
array_of(const struct db_call *call, int param)
{
	const char *bytes = call->bytes.data + call->offsets[param];
	struct array a = { .at = bytes + 20 };

	memcpy(&a.n, bytes + 12, sizeof(a.n));
	a.n = be32toh(a.n);
	return (a);
}

static void
take_element(struct array *a)
{
	uint32_t len;

	memcpy(&len, a->at, sizeof(len));
	len = be32toh(len);
	a->at += sizeof(len);
	a->value = len == UINT32_MAX ? NULL : a->at;
	a->len = len == UINT32_MAX ? 0 : (int)len;
	a->at += a->len;
}

static struct uuid
take_uuid(struct array *a)
{
	struct uuid u;

	take_element(a);
	memcpy(u.b, a->value, sizeof(u.b));
	return (u);
}

static void
put_read_many(PGresult *res, const struct db_call *call)
{
	struct array keys = array_of(call, 0), claims = array_of(call, 1);
	struct uuid key;
	uint32_t i;

	for (i = 1; i <= keys.n; i++) {
		key = take_uuid(&keys);
		take_element(&claims);
		if (claims.value == NULL)
			put_preview(res);
		else
			put_read(res, &key);
		put_number(res, 5, i);
	}
}

static void
put_create_many(PGresult *res, const struct db_call *call)
{
	struct array keys = array_of(call, 0), payloads = array_of(call, 8);
	struct uuid key;
	uint32_t i;

	for (i = 1; i <= keys.n; i++) {
		key = take_uuid(&keys);
		take_element(&payloads);
		remember(&key, payloads.value, payloads.len);
		put_outcome(res, "ok");
		put_end(res, 1);
		put_number(res, 3, i);
	}
}

static void
put_update_many(PGresult *res, const struct db_call *call)
{
	uint32_t i;

	for (i = 1; i <= array_of(call, 0).n; i++) {
		put_outcome(res, "ok");
		put_number(res, 1, 1);
		put_number(res, 4, i);
	}
}

static void
put_ready(PGresult *row)
{
	uint32_t wire = htobe32(A_SCHEMA);

	put(row, 0, &wire, sizeof(wire));
}

static void
put_row(PGresult *row, const struct db_call *call)
{
	switch (call->statement) {
	case DB_CREATE:
		remember(&call->key, call->bytes.data + call->offsets[8],
		    call->lengths[8]);
		put_outcome(row, "ok");
		put_end(row, 1);
		break;
	case DB_READ:
	case DB_CHECK:
		put_read(row, &call->key);
		break;
	case DB_UPDATE:
		put_outcome(row, "ok");
		put_number(row, 1, 1);
		break;
	case DB_PREVIEW:
		put_preview(row);
		break;
	case DB_READ_MANY:
		put_read_many(row, call);
		break;
	case DB_CREATE_MANY:
		put_create_many(row, call);
		break;
	case DB_UPDATE_MANY:
		put_update_many(row, call);
		break;
	case DB_READY:
		put_ready(row);
		break;
	default:
		put_outcome(row, "ok");
		break;
	}
}

enum status
db_open(const char *conninfo, int64_t patience_ms, enum db_client client,
    struct db **out)
{
	static char name[] = "column";
	int i;

	(void)conninfo, (void)patience_ms, (void)client;
	*out = mem_alloc(sizeof(**out));
	**out = (struct db){ 0 };
	for (i = 0; i < COLUMNS; i++)
		(*out)->columns[i] =
		    (PGresAttDesc){ .name = name, .format = 1, .typlen = -1 };
	return (STATUS_OK);
}

void
db_close(struct db *db)
{
	free(db);
}

void
db_listen(struct db *db, const char *channel,
    void (*heard)(void *, const char *), void *arg)
{
	(void)db, (void)channel, (void)heard, (void)arg;
}

int
db_fd(const struct db *db)
{
	(void)db;
	return (-1);
}

short
db_events(const struct db *db)
{
	(void)db;
	return (0);
}

/* At once, if there is anything: what has come meanwhile is the next batch. */
int64_t
db_due_ms(const struct db *db)
{
	return (db->calls != NULL ? 0 : INT64_MAX);
}

void
db_turn(struct db *db, int64_t now_ms, bool woken)
{
	(void)db, (void)now_ms, (void)woken;
}

bool
db_ready(const struct db *db)
{
	return (db->calls == NULL);
}

enum db_health
db_health(const struct db *db)
{
	(void)db;
	return (DB_CONNECTED);
}

void
db_send(struct db *db, struct db_call **calls, size_t n, int64_t now_ms)
{
	(void)now_ms;
	db->calls = calls;
	db->n_calls = n;
}

bool
db_finished(struct db *db)
{
	PGresult *row;
	size_t i;

	if (db->calls == NULL)
		return (false);
	for (i = 0; i < db->n_calls; i++) {
		row = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
		if (row == NULL ||
		    PQsetResultAttrs(row, COLUMNS, db->columns) == 0)
			abort();
		put_row(row, db->calls[i]);
		db->calls[i]->row = row;
		db->calls[i]->status = STATUS_OK;
	}
	db->calls = NULL;
	return (true);
}
