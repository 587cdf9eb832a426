/* html: text of others made safe for a page. */
#include "html.h"

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"
#include "utf8.h"

#define REPLACEMENT_CHARACTER "\xEF\xBF\xBD"

/* Invisible characters that can make a reader see another text. */
static bool
html_is_dropped(uint32_t cp)
{
	return (cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) ||
	    (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069));
}

static bool
html_is_noncharacter(uint32_t cp)
{
	return ((cp >= 0xFDD0 && cp <= 0xFDEF) || (cp & 0xFFFE) == 0xFFFE);
}

/* What stands for the code point; NULL: it stands for itself. */
static const char *
html_reference(uint32_t cp)
{
	switch (cp) {
	case '&':
		return ("&amp;");
	case '<':
		return ("&lt;");
	case '>':
		return ("&gt;");
	case '"':
		return ("&quot;");
	case '\'':
		return ("&#39;");
	default:
		if (html_is_dropped(cp))
			return ("");
		return (
		    html_is_noncharacter(cp) ? REPLACEMENT_CHARACTER : NULL);
	}
}

void
html_escape(struct buf *out, const char *text, size_t len)
{
	const char *p = text, *end = p + len;
	const char *plain = text; /* from here to p all stands for itself */
	const char *at, *reference;
	uint32_t cp;

	while (p < end) {
		at = p;
		if (utf8_next(&p, end, &cp) == STATUS_OK) {
			reference = html_reference(cp);
		} else {
			p++;
			reference = REPLACEMENT_CHARACTER;
		}
		if (reference == NULL)
			continue;
		buf_add(out, plain, (size_t)(at - plain));
		buf_puts(out, reference);
		plain = p;
	}
	if (p > plain)
		buf_add(out, plain, (size_t)(p - plain));
}
