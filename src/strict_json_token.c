/* strict_json_token: the strings, numbers and literals of strict_json. */
#include "strict_json_token.h"

#include <stddef.h>
#include <string.h>

#include "utf8.h"

static bool
token_take(const char **p, const char *end, char c)
{
	if (*p == end || **p != c)
		return (false);
	++*p;
	return (true);
}

/* Any number of digits; how many there were. */
static size_t
token_digits(const char **p, const char *end)
{
	const char *start = *p;

	while (*p < end && **p >= '0' && **p <= '9')
		++*p;
	return ((size_t)(*p - start));
}

bool
json_token_number(const char **p, const char *end)
{
	(void)token_take(p, end, '-');
	if (!token_take(p, end, '0') && token_digits(p, end) == 0)
		return (false);
	if (token_take(p, end, '.') && token_digits(p, end) == 0)
		return (false);
	if (token_take(p, end, 'e') || token_take(p, end, 'E')) {
		if (!token_take(p, end, '+'))
			(void)token_take(p, end, '-');
		if (token_digits(p, end) == 0)
			return (false);
	}
	return (true);
}

bool
json_token_literal(const char **p, const char *end, const char *literal)
{
	size_t len = strlen(literal);

	if ((size_t)(end - *p) < len || memcmp(*p, literal, len) != 0)
		return (false);
	*p += len;
	return (true);
}

/* The four digits of a \u escape. */
static bool
escape_hex(const char **p, const char *end, uint32_t *unit)
{
	uint32_t value = 0;
	int i;

	if (end - *p < 4)
		return (false);
	for (i = 0; i < 4; i++) {
		char c = (*p)[i];
		int digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return (false);
		value = value << 4 | (uint32_t)digit;
	}
	*p += 4;
	*unit = value;
	return (true);
}

/* A \u escape from behind its u on, or a pair of them: one code point. */
static bool
escape_unicode(const char **p, const char *end, uint32_t *cp)
{
	uint32_t low;

	if (!escape_hex(p, end, cp) || *cp == 0)
		return (false);
	if (*cp < 0xD800 || *cp > 0xDFFF)
		return (true);
	if (*cp >= 0xDC00 || end - *p < 2 || (*p)[0] != '\\' || (*p)[1] != 'u')
		return (false);
	*p += 2;
	if (!escape_hex(p, end, &low) || low < 0xDC00 || low > 0xDFFF)
		return (false);
	*cp = 0x10000 + ((*cp - 0xD800) << 10) + (low - 0xDC00);
	return (true);
}

bool
json_token_escape(const char **p, const char *end, uint32_t *cp)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (*p == end)
		return (false);
	if (**p == 'u') {
		++*p;
		return (escape_unicode(p, end, cp));
	}
	at = memchr(letters, **p, sizeof(letters) - 1);
	if (at == NULL)
		return (false);
	++*p;
	*cp = (uint32_t)meanings[at - letters];
	return (true);
}

bool
json_token_string(const char **p, const char *end, bool *escaped)
{
	const char *at = *p;
	uint32_t cp;

	*escaped = false;
	if (!token_take(&at, end, '"'))
		return (false);
	while (at < end) {
		unsigned char c = (unsigned char)*at;

		if (c == '"') {
			*p = at + 1;
			return (true);
		}
		if (c == '\\') {
			*escaped = true;
			at++;
			if (!json_token_escape(&at, end, &cp))
				return (false);
		} else if (c >= 0x20 && c < 0x80) {
			at++;
		} else if (c < 0x20 || utf8_next(&at, end, &cp) != STATUS_OK) {
			return (false);
		}
	}
	return (false);
}
