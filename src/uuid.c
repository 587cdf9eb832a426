/* uuid: the hyphenated 36 characters of RFC 9562 and their 16 bytes. */
#include "uuid.h"

#include <string.h>

static bool
uuid_hyphen_at(size_t position)
{
	return (position == 8 || position == 13 || position == 18 ||
	    position == 23);
}

/* Not isxdigit() and strtoul(): no locale, no sign, no white space. */
static int
uuid_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (c - 'A' + 10);
	return (-1);
}

enum status
uuid_parse(const char *text, size_t len, struct uuid *uuid)
{
	struct uuid result = { { 0 } };
	size_t i, digits = 0;

	if (len != UUID_TEXT_LEN)
		return (STATUS_INVALID);
	for (i = 0; i < len; i++) {
		unsigned char *byte = &result.b[digits / 2];
		int digit;

		if (uuid_hyphen_at(i)) {
			if (text[i] != '-')
				return (STATUS_INVALID);
			continue;
		}
		if ((digit = uuid_digit(text[i])) < 0)
			return (STATUS_INVALID);
		*byte = (unsigned char)(*byte << 4 | digit);
		digits++;
	}
	*uuid = result;
	return (STATUS_OK);
}

bool
uuid_is_plain(const struct uuid *uuid)
{
	unsigned char all = 0xFF, any = 0;
	size_t i;

	for (i = 0; i < sizeof(uuid->b); i++) {
		all &= uuid->b[i];
		any |= uuid->b[i];
	}
	return (any != 0 && all != 0xFF);
}

bool
uuid_is_v4(const struct uuid *uuid)
{
	return ((uuid->b[6] & 0xF0) == 0x40 && (uuid->b[8] & 0xC0) == 0x80);
}

void
uuid_format(const struct uuid *uuid, char out[UUID_TEXT_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";
	size_t i, at = 0;

	for (i = 0; i < sizeof(uuid->b); i++) {
		if (uuid_hyphen_at(at))
			out[at++] = '-';
		out[at++] = digits[uuid->b[i] >> 4];
		out[at++] = digits[uuid->b[i] & 0x0F];
	}
	out[at] = '\0';
}

int
uuid_compare(const struct uuid *a, const struct uuid *b)
{
	return (memcmp(a->b, b->b, sizeof(a->b)));
}
