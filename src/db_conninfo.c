/* db_conninfo.c: libpq's connection parameters, with several hosts in turn. */
#include "db_conninfo.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "buf.h"
#include "mem.h"

enum { MAX_PARAMS = 64 };

struct db_conninfo {
	const char *keywords[MAX_PARAMS + 1]; /* libpq's, or static */
	char *values[MAX_PARAMS + 1];	      /* owned */
	int n;
	PQconninfoOption *options; /* holds the keywords */
};

static void
add(struct db_conninfo *c, const char *keyword, const char *value)
{
	if (c->n == MAX_PARAMS)
		return;
	c->keywords[c->n] = keyword;
	c->values[c->n] = mem_strdup(value);
	c->n++;
}

static bool
has(const struct db_conninfo *c, const char *keyword)
{
	int i;

	for (i = 0; i < c->n; i++) {
		if (strcmp(c->keywords[i], keyword) == 0)
			return (true);
	}
	return (false);
}

enum status
db_conninfo_parse(const char *text, struct db_conninfo **out)
{
	/*
	 * Who listens sends nothing, and would wait two hours for a host that
	 * went without a word.
	 */
	static const struct {
		const char *keyword, *value;
	} added[] = {
		{ "target_session_attrs", "read-write" },
		{ "application_name", "credrelay" },
		{ "keepalives_idle", "10" },
		{ "keepalives_interval", "5" },
		{ "keepalives_count", "3" },
	};
	struct db_conninfo *c;
	PQconninfoOption *o;
	size_t i;

	o = PQconninfoParse(text, NULL);
	if (o == NULL)
		return (STATUS_INVALID);
	c = mem_alloc(sizeof(*c));
	c->options = o;
	for (; o->keyword != NULL; o++) {
		if (o->val != NULL)
			add(c, o->keyword, o->val);
	}
	for (i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
		if (!has(c, added[i].keyword))
			add(c, added[i].keyword, added[i].value);
	}
	*out = c;
	return (STATUS_OK);
}

void
db_conninfo_free(struct db_conninfo *c)
{
	if (c == NULL)
		return;
	while (c->n > 0)
		free(c->values[--c->n]);
	PQconninfoFree(c->options);
	free(c);
}

/* "a,b,c" becomes "b,c,a"; a list of one stays. */
static void
rotate(char **list)
{
	struct buf turned = { 0 };
	char *comma = strchr(*list, ',');

	if (comma == NULL)
		return;
	buf_puts(&turned, comma + 1);
	buf_puts(&turned, ",");
	buf_add(&turned, *list, (size_t)(comma - *list));
	free(*list);
	*list = turned.data;
}

void
db_conninfo_next_host(struct db_conninfo *c)
{
	int i;

	for (i = 0; i < c->n; i++) {
		if (strcmp(c->keywords[i], "host") == 0 ||
		    strcmp(c->keywords[i], "hostaddr") == 0 ||
		    strcmp(c->keywords[i], "port") == 0)
			rotate(&c->values[i]);
	}
}

static const char *
option_of(const PQconninfoOption *o, const char *keyword)
{
	for (; o->keyword != NULL; o++) {
		if (strcmp(o->keyword, keyword) == 0)
			return (
			    o->val != NULL && *o->val != '\0' ? o->val : NULL);
	}
	return (NULL);
}

/* A path, an abstract socket, or libpq's own; hosts have commas between. */
static bool
are_sockets(const char *hosts)
{
	const char *p;

	for (p = hosts; p != NULL; p = strchr(p, ',')) {
		if (*p == ',')
			p++;
		if (*p != '/' && *p != '@' && *p != ',' && *p != '\0')
			return (false);
	}
	return (true);
}

bool
db_conninfo_is_local(const char *text)
{
	PQconninfoOption *given = PQconninfoParse(text, NULL);
	PQconninfoOption *defaults = PQconndefaults();
	const char *host;
	bool local = false;

	if (given == NULL || defaults == NULL)
		goto out;
	host = option_of(given, "host");
	if (host == NULL)
		host = option_of(defaults, "host");
	local = are_sockets(host) && option_of(given, "service") == NULL &&
	    option_of(defaults, "service") == NULL &&
	    option_of(given, "hostaddr") == NULL &&
	    option_of(defaults, "hostaddr") == NULL;
out:
	PQconninfoFree(given);
	PQconninfoFree(defaults);
	return (local);
}

const char *const *
db_conninfo_keywords(const struct db_conninfo *c)
{
	return (c->keywords);
}

const char *const *
db_conninfo_values(const struct db_conninfo *c)
{
	return ((const char *const *)c->values);
}
