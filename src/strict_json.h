/* strict_json: the JSON that credrelay-api(7) takes, in front of json-c. */
#ifndef CREDRELAY_STRICT_JSON_H
#define CREDRELAY_STRICT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

struct json_object;

/* Objects and arrays open at once, the outermost counted. */
#define STRICT_JSON_DEPTH 8

/*
 * Values in one text: each object, array, string, number and literal, the
 * outermost counted, names not. A bound on time and memory.
 */
#define STRICT_JSON_VALUES 10000

/* One JSON object that was found valid. Opaque. */
struct strict_json;

/* Bytes of a text. Borrowed from it; no terminating NUL. */
struct span {
	const char *start;
	size_t len;
};

/* What a member's value is. */
enum strict_json_kind {
	STRICT_JSON_ABSENT, /* there is no such member */
	STRICT_JSON_NULL,
	STRICT_JSON_BOOLEAN,
	STRICT_JSON_NUMBER,
	STRICT_JSON_STRING,
	STRICT_JSON_ARRAY,
	STRICT_JSON_OBJECT
};

/*
 * Check the whole text and remember where the members of its object are.
 * No tree is built yet: see strict_json_member().
 * STATUS_OK: *json is owned by the caller, who releases it with
 * strict_json_free(). It borrows text, which must stay as it is until then.
 * STATUS_INVALID: the text is not exactly one object of RFC 8259, with
 * nothing but white space around it (no byte-order mark, no NUL), in strict
 * UTF-8; or it is nested more than STRICT_JSON_DEPTH deep, has more than
 * STRICT_JSON_VALUES values, an object with two members of one name (names
 * are compared as decoded), \u0000 or half of a surrogate pair in a name or
 * string. *json is NULL. The size of numbers does not matter.
 * Takes n log n time at most, whatever the text. credrelay-api(7), JSON.
 */
MUST_CHECK enum status strict_json_read(const char *text, size_t len,
    struct strict_json **json);

/* The kind of the value of the outermost object's member of that name. */
enum strict_json_kind strict_json_kind(const struct strict_json *json,
    const char *name);

/*
 * The value of the outermost object's member of that name, byte by byte as
 * it was written, from its first character to its last: borrowed from the
 * text, numbers as long as they came. A null member's span is "null".
 * False: there is no such member; *span is unchanged.
 */
bool strict_json_span(const struct strict_json *json, const char *name,
    struct span *span);

/*
 * The same value as json-c's tree, built at the first call for this member.
 * Borrowed until strict_json_free(); do not change or release it.
 * NULL when the member is absent or null (strict_json_kind() tells),
 * and should json-c refuse what was found valid, which cannot happen.
 * Strings are exact: without NUL, json_object_get_string_len() bytes. Numbers
 * are not: json-c cuts those beyond its range; the span has their digits.
 */
struct json_object *strict_json_member(struct strict_json *json,
    const char *name);

/*
 * A value that was found valid once before, at most INT_MAX bytes, as a tree
 * of the same sort; owned by the caller. NULL: json-c refuses it.
 */
struct json_object *strict_json_tree(const char *text, size_t len);

/* Release json and its trees, not the text. Takes NULL. */
void strict_json_free(struct strict_json *json);

#endif
