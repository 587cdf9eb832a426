/* uuid: the hyphenated 36 characters of RFC 9562 and their 16 bytes. */
#ifndef CREDRELAY_UUID_H
#define CREDRELAY_UUID_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* Characters of the text form, without a terminating NUL. */
#define UUID_TEXT_LEN 36

/* The bytes in the order in which the text names them. */
struct uuid {
	unsigned char b[16];
};

/*
 * Read exactly UUID_TEXT_LEN characters: hexadecimal digits of either case,
 * hyphens after the 8th, 12th, 16th and 20th. Every version and variant is
 * taken, nil and all-ones too: see uuid_is_plain() and uuid_is_v4().
 * STATUS_INVALID: anything else; *uuid is unchanged.
 */
MUST_CHECK enum status uuid_parse(const char *text, size_t len,
    struct uuid *uuid);

/* Neither nil nor all-ones (what a claim and a request id must be). */
bool uuid_is_plain(const struct uuid *uuid);

/* Version 4 of the variant 10 (what a mailboxIdentifier must be). */
bool uuid_is_v4(const struct uuid *uuid);

/* Write the lower-case text form with a terminating NUL. */
void uuid_format(const struct uuid *uuid, char out[UUID_TEXT_LEN + 1]);

/* Order by bytes, as PostgreSQL orders them: below, equal to or above 0. */
int uuid_compare(const struct uuid *a, const struct uuid *b);

#endif
