/* text.c: words of others made fit for a terminal, and for an array. */
#include "device/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "utf8.h"

static bool
turns_direction(uint32_t cp)
{
	return ((cp >= 0x202a && cp <= 0x202e) ||
	    (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e || cp == 0x200f ||
	    cp == 0x061c);
}

void
text_make_safe(struct buf *out, const char *text, size_t len)
{
	const char *at = text, *end = text + len, *from;
	uint32_t cp;

	buf_reserve(out, len);
	while (at < end) {
		from = at;
		if (utf8_next(&at, end, &cp) != STATUS_OK) {
			buf_puts(out, "?");
			at++;
		} else if (cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) ||
		    cp == 0x2028 || cp == 0x2029) {
			buf_puts(out, " ");
		} else if (!turns_direction(cp)) {
			buf_add(out, from, (size_t)(at - from));
		}
	}
	buf_puts(out, "");
}

void
text_copy(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		len = 0;
	memcpy(out, text, len);
	out[len] = '\0';
}
