/* utf8: strict UTF-8 (RFC 3629), one code point at a time. */
#ifndef CREDRELAY_UTF8_H
#define CREDRELAY_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/*
 * Read the code point at *p, which lies before end.
 * STATUS_OK: *cp is the code point and *p has moved behind it.
 * STATUS_INVALID: nothing is left, or the bytes are no UTF-8: a stray or
 * missing continuation byte, an overlong form, a surrogate, a value above
 * U+10FFFF. Then neither *p nor *cp has changed.
 */
MUST_CHECK enum status utf8_next(const char **p, const char *end,
    uint32_t *cp);

/*
 * Count the code points of text (credrelay-api(7) calls them characters).
 * STATUS_INVALID: text is no UTF-8; *characters is unchanged. An empty text
 * is valid and has none.
 */
MUST_CHECK enum status utf8_count(const char *text, size_t len,
    size_t *characters);

/* Write cp, a valid code point, as its 1 to 4 bytes; how many there were. */
size_t utf8_put(char *out, uint32_t cp);

#endif
