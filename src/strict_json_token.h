/*
 * strict_json_token: the strings, numbers and literals of strict_json.
 *
 * Each function reads at *p, not beyond end. True: *p has moved behind what
 * was read. False: it is not there or breaks RFC 8259; *p is anywhere.
 */
#ifndef CREDRELAY_STRICT_JSON_TOKEN_H
#define CREDRELAY_STRICT_JSON_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

/* A number of any length. What follows it is the caller's to check. */
MUST_CHECK bool json_token_number(const char **p, const char *end);

/* Exactly this text: "true", "false" or "null". */
MUST_CHECK bool json_token_literal(const char **p, const char *end,
    const char *literal);

/*
 * A string, from its first quote to behind its last, in strict UTF-8, without
 * control characters, \u0000 and halves of surrogate pairs, raw or escaped.
 * *escaped tells whether there is a backslash in it.
 */
MUST_CHECK bool json_token_string(const char **p, const char *end,
    bool *escaped);

/* An escape, from behind its backslash on; a surrogate pair is one. */
MUST_CHECK bool json_token_escape(const char **p, const char *end,
    uint32_t *cp);

#endif
