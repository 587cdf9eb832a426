/* timestamp: the API's form of a point in time, in UTC (RFC 3339, Z). */
#ifndef CREDRELAY_TIMESTAMP_H
#define CREDRELAY_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Characters of YYYY-MM-DDThh:mm:ssZ, without a terminating NUL. */
#define TIMESTAMP_TEXT_LEN 20

/* The first second of the year 1 and the last of 9999, from 1970 on. */
#define TIMESTAMP_MIN INT64_C(-62135596800)
#define TIMESTAMP_MAX INT64_C(253402300799)

/*
 * Read YYYY-MM-DDThh:mm:ssZ, upper-case T and Z alone; behind the seconds a
 * '.' and at least one digit may stand, which are dropped. Dates are those
 * of the Gregorian calendar from 0001 to 9999; no second 60, no hour 24.
 * STATUS_INVALID: anything else; *unix_seconds is unchanged.
 * credrelay-api(7), CreateMailbox, expiration.
 */
MUST_CHECK enum status timestamp_parse(const char *text, size_t len,
    int64_t *unix_seconds);

/*
 * Write YYYY-MM-DDThh:mm:ssZ with a terminating NUL. A time before
 * TIMESTAMP_MIN or after TIMESTAMP_MAX is written as that bound.
 */
void timestamp_format(int64_t unix_seconds, char out[TIMESTAMP_TEXT_LEN + 1]);

#endif
