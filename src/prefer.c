/* prefer.c: how long a client would wait for an answer (RFC 7240, 4.3). */
#include "prefer.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

/* Up to the comma that ends this preference; commas in quotes do not. */
static const char *
end_of(const char *p)
{
	bool quoted = false;

	for (; *p != '\0' && (quoted || *p != ','); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && quoted && p[1] != '\0')
			p++;
	}
	return (p);
}

static const char *
skip_blanks(const char *p)
{
	return (p + strspn(p, " \t"));
}

/* wait=N: digits alone, quoted or not, up to a parameter or the end. */
static void
take_seconds(struct prefer *prefer, const char *p, const char *end)
{
	bool quoted = *p == '"';
	unsigned n = 0;
	const char *from;

	p += quoted;
	for (from = p; p < end && *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		n = n > (UINT_MAX - digit) / 10 ? UINT_MAX : n * 10 + digit;
	}
	if (p == from || (quoted && *p++ != '"'))
		return;
	p = skip_blanks(p);
	if (p < end && *p != ';')
		return;
	prefer->waits = true;
	prefer->seconds = n;
}

void
prefer_add(struct prefer *prefer, const char *field)
{
	static const char name[] = "wait";
	const char *p = field, *end, *value;

	for (; !prefer->seen; p = end + 1) {
		p = skip_blanks(p);
		end = end_of(p);
		value = skip_blanks(p + strcspn(p, "=;, \t"));
		if (strncasecmp(p, name, strlen(name)) == 0 &&
		    strchr("=;, \t", p[strlen(name)]) != NULL) {
			prefer->seen = true;
			if (*value == '=')
				take_seconds(
				    prefer, skip_blanks(value + 1), end);
		}
		if (*end == '\0')
			return;
	}
}
