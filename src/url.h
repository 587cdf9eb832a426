/* url: is a text an https URL that a page may name? */
#ifndef CREDRELAY_URL_H
#define CREDRELAY_URL_H

#include <stddef.h>

#include "status.h"

/* The longest URL that is taken, in bytes. */
#define URL_MAX 2048

/*
 * STATUS_OK: text is UTF-8 of at most URL_MAX bytes; "https:" in any case,
 * "//", a host; no user info, not even an empty one; a port, if any, from 0
 * to 65535; no control characters, no white space at its ends or in its
 * authority. What follows the authority is not looked at further.
 * STATUS_INVALID: anything else.
 * A backslash ends the host, as in browsers; an '@' between it and the next
 * '/', '?' or '#' is still refused, since others would read it as user info.
 * The URL is never fetched. credrelay-api(7), CreateMailbox, imageURL.
 */
MUST_CHECK enum status url_check_https(const char *text, size_t len);

#endif
