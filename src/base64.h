/* base64.h: RFC 4648, both alphabets. */
#ifndef CREDRELAY_BASE64_H
#define CREDRELAY_BASE64_H

#include <stddef.h>

#include "status.h"

struct buf;

/* Appends base64 with padding (section 4). */
void base64_encode(struct buf *out, const void *bytes, size_t len);

/* Appends base64url without padding (section 5), as a URL wants it. */
void base64_encode_url(struct buf *out, const void *bytes, size_t len);

/*
 * Appends what `text` stands for: base64 or base64url, padded or not.
 * STATUS_INVALID: both alphabets in one text, a character of neither (white
 * space too), a wrong number of characters or of '=', or left-over bits that
 * are not zero; `out` is unchanged.
 */
MUST_CHECK enum status
base64_decode(const char *text, size_t len, struct buf *out);

#endif
