/*
 * token.h: a notification token: where a relay can tell this device that the
 * other side has written (credrelay-api(7), NOTIFICATIONS).
 *
 * Everywhere else in the device a token is the JSON text of its object, which
 * goes to the relay as it is, or TOKEN_NONE, which takes a former one back.
 */
#ifndef CREDRELAY_DEVICE_TOKEN_H
#define CREDRELAY_DEVICE_TOKEN_H

#include <stddef.h>

#include "device/outcome.h"

struct buf;

#define TOKEN_NONE "null"

/* The longest token that a relay takes, in bytes, from { to }. */
#define TOKEN_MAX 4096

/*
 * Appends the token that "TYPE:DATA" means: the type ends at the first colon,
 * the data are any text of UTF-8.  EXIT_USAGE with a message.
 */
MUST_CHECK enum exit_code
token_make(const char *text, struct buf *token, struct outcome *);

/*
 * Appends the token that a file's text holds, without the white space around
 * it.  EXIT_USAGE with a message: no JSON object with the strings "type" and
 * "tokenData", or too long.
 */
MUST_CHECK enum exit_code token_take(
    const char *text, size_t len, struct buf *token, struct outcome *);

#endif
