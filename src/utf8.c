/* utf8: strict UTF-8 (RFC 3629), one code point at a time. */
#include "utf8.h"

#include <stdbool.h>

/* What the first byte tells: how many bytes follow, and what it carries. */
static bool
utf8_lead(unsigned char lead, unsigned *more, uint32_t *cp)
{
	if (lead < 0x80) {
		*more = 0;
		*cp = lead;
	} else if (lead >= 0xC2 && lead <= 0xDF) {
		*more = 1;
		*cp = lead & 0x1Fu;
	} else if (lead >= 0xE0 && lead <= 0xEF) {
		*more = 2;
		*cp = lead & 0x0Fu;
	} else if (lead >= 0xF0 && lead <= 0xF4) {
		*more = 3;
		*cp = lead & 0x07u;
	} else {
		return (false);
	}
	return (true);
}

enum status
utf8_next(const char **p, const char *end, uint32_t *cp)
{
	/* The least value that needs so many bytes behind the first. */
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const char *s = *p;
	unsigned more, i;
	uint32_t value;

	if (s >= end || !utf8_lead((unsigned char)*s, &more, &value))
		return (STATUS_INVALID);
	s++;
	if ((size_t)(end - s) < more)
		return (STATUS_INVALID);
	for (i = 0; i < more; i++, s++) {
		unsigned char byte = (unsigned char)*s;

		if ((byte & 0xC0) != 0x80)
			return (STATUS_INVALID);
		value = value << 6 | (byte & 0x3Fu);
	}
	if (value < least[more] || value > 0x10FFFF ||
	    (value >= 0xD800 && value <= 0xDFFF))
		return (STATUS_INVALID);
	*p = s;
	*cp = value;
	return (STATUS_OK);
}

enum status
utf8_count(const char *text, size_t len, size_t *characters)
{
	const char *end;
	size_t count = 0;
	uint32_t cp;

	if (len == 0) {
		*characters = 0;
		return (STATUS_OK);
	}
	for (end = text + len; text < end; count++)
		if (utf8_next(&text, end, &cp) != STATUS_OK)
			return (STATUS_INVALID);
	*characters = count;
	return (STATUS_OK);
}

size_t
utf8_put(char *out, uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return (1);
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return (2);
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return (3);
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return (4);
}
