/* conf_mask.c: a connection string of libpq that people may see. */
#include "conf_table.h"

#include <stdbool.h>
#include <string.h>

static const char mask[] = "****";

static bool
is_space(char c)
{
	return (c == ' ' || (c >= '\t' && c <= '\r'));
}

/*
 * Key words of libpq whose values are secrets, by what is in their names, so
 * that those of a later libpq are masked too.  A name in a URI that is not
 * plain (libpq decodes %70assword) counts as one.
 */
static bool
is_secret(const char *name, size_t len)
{
	static const char *const parts[] = { "password", "secret", "scram" };
	size_t i, n, at;

	for (i = 0; i < len; i++) {
		if (!(name[i] == '_' || (name[i] >= 'a' && name[i] <= 'z')))
			return (true);
	}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		n = strlen(parts[i]);
		for (at = 0; at + n <= len; at++) {
			if (memcmp(name + at, parts[i], n) == 0)
				return (true);
		}
	}
	return (false);
}

/* The end of a value: quoted with ', or up to white space; \ escapes. */
static const char *
value_end(const char *p)
{
	bool quoted = *p == '\'';

	if (quoted)
		p++;
	while (*p != '\0' && (quoted ? *p != '\'' : !is_space(*p))) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		p++;
	}
	return (quoted && *p == '\'' ? p + 1 : p);
}

/* key = value key='value': spaces may stand around each '='. */
static void
mask_key_words(const char *p, struct buf *out)
{
	const char *name, *name_end, *value;

	for (;;) {
		while (is_space(*p)) {
			buf_add(out, p, 1);
			p++;
		}
		if (*p == '\0')
			return;
		for (name = p; *p != '\0' && *p != '=' && !is_space(*p); p++)
			;
		name_end = p;
		while (is_space(*p))
			p++;
		if (*p != '=') { /* libpq will refuse it */
			buf_puts(out, mask);
			return;
		}
		for (p++; is_space(*p); p++)
			;
		buf_add(out, name, (size_t)(p - name));
		value = p;
		p = value_end(value);
		if (is_secret(name, (size_t)(name_end - name)))
			buf_puts(out, mask);
		else
			buf_add(out, value, (size_t)(p - value));
	}
}

/* scheme://user:password@hosts/dbname?name=value&... */
static void
mask_uri(const char *uri, struct buf *out)
{
	const char *p = strstr(uri, "://") + 3, *end, *at, *colon, *equals;

	end = p + strcspn(p, "?");
	/*
	 * libpq ends the user info at the first '@' and the rest at the first
	 * '?'.  A password with either of them is an error there; here it
	 * must not show, so rather too much is masked than too little.
	 */
	for (at = p + strlen(p); at > p && at[-1] != '@'; at--)
		;
	if (at > end)
		end = at;
	colon = memchr(p, ':', (size_t)(at - p));
	if (at > p && colon != NULL) {
		buf_add(out, uri, (size_t)(colon + 1 - uri));
		buf_printf(out, "%s@", mask);
		buf_add(out, at, (size_t)(end - at));
	} else {
		buf_add(out, uri, (size_t)(end - uri));
	}
	for (p = end; *p != '\0'; p = end) {
		end = p + 1 + strcspn(p + 1, "&");
		equals = memchr(p, '=', (size_t)(end - p));
		if (equals == NULL ||
		    is_secret(p + 1, (size_t)(equals - p - 1))) {
			if (equals != NULL)
				buf_add(out, p, (size_t)(equals + 1 - p));
			buf_puts(out, mask);
		} else {
			buf_add(out, p, (size_t)(end - p));
		}
	}
}

void
conf_mask_conninfo(const char *conninfo, struct buf *out)
{
	if (strncmp(conninfo, "postgresql://", 13) == 0 ||
	    strncmp(conninfo, "postgres://", 11) == 0)
		mask_uri(conninfo, out);
	else
		mask_key_words(conninfo, out);
}
