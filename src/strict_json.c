/* strict_json: the JSON that credrelay-api(7) takes, in front of json-c. */
#include "strict_json.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "strict_json_token.h"
#include "utf8.h"

struct member {
	const char *name; /* decoded; borrowed from text or names */
	size_t name_len;
	struct span value;	  /* borrowed from text */
	struct json_object *tree; /* owned; NULL until it is asked for */
};

/*
 * While a text is scanned, members is a stack: those of an object that was
 * closed are dropped from its top once no two were the same. At the end the
 * outermost object's are left, sorted.
 */
struct strict_json {
	struct member *members;
	size_t count;
	size_t cap;
	char *names; /* owned: names that were written with escapes */
	size_t names_len;
};

struct scan {
	const char *p;
	const char *end;
	const char *text;
	unsigned depth;
	size_t values;
	struct strict_json *json;
};

static bool scan_value(struct scan *scan);

static void
scan_space(struct scan *scan)
{
	while (scan->p < scan->end &&
	    (*scan->p == ' ' || *scan->p == '\t' || *scan->p == '\n' ||
		*scan->p == '\r'))
		scan->p++;
}

static bool
scan_take(struct scan *scan, char c)
{
	if (scan->p == scan->end || *scan->p != c)
		return (false);
	scan->p++;
	return (true);
}

/* Give the member its name, which lies between two quotes of the text. */
static void
member_name(
    struct scan *scan, struct member *member, struct span raw, bool escaped)
{
	struct strict_json *json = scan->json;
	const char *p = raw.start, *end = p + raw.len;
	uint32_t cp;

	member->name = raw.start;
	member->name_len = raw.len;
	if (!escaped)
		return;
	/* No name grows when it is decoded, so all fit into the text's size. */
	if (json->names == NULL)
		json->names = mem_alloc((size_t)(scan->end - scan->text));
	member->name = json->names + json->names_len;
	while (p < end) {
		if (*p != '\\') {
			json->names[json->names_len++] = *p++;
			continue;
		}
		p++;
		if (!json_token_escape(&p, end, &cp))
			break; /* cannot be: json_token_string() has read it */
		json->names_len += utf8_put(json->names + json->names_len, cp);
	}
	member->name_len =
	    (size_t)(json->names + json->names_len - member->name);
}

/* A name and its colon; the member is put on the stack. */
static bool
scan_name(struct scan *scan)
{
	struct strict_json *json = scan->json;
	const char *quote = scan->p;
	struct member member = { 0 };
	struct span raw;
	bool escaped;

	if (!json_token_string(&scan->p, scan->end, &escaped))
		return (false);
	raw.start = quote + 1;
	raw.len = (size_t)(scan->p - 1 - raw.start);
	member_name(scan, &member, raw, escaped);
	if (json->count == json->cap) {
		json->cap = json->cap == 0 ? 16 : json->cap * 2;
		json->members =
		    mem_grow(json->members, json->cap * sizeof(*json->members));
	}
	json->members[json->count++] = member;
	scan_space(scan);
	if (!scan_take(scan, ':'))
		return (false);
	scan_space(scan);
	return (true);
}

static int
member_compare(const void *left, const void *right)
{
	const struct member *a = left, *b = right;

	if (a->name_len != b->name_len)
		return (a->name_len < b->name_len ? -1 : 1);
	return (memcmp(a->name, b->name, a->name_len));
}

/*
 * Sort the members from first on: two of one name are then neighbours.
 * Sorting has no worst case that a sender could aim at, unlike a hash table.
 */
static bool
members_unique(struct strict_json *json, size_t first)
{
	size_t i;

	if (json->count - first < 2)
		return (true);
	qsort(json->members + first, json->count - first,
	    sizeof(*json->members), member_compare);
	for (i = first + 1; i < json->count; i++)
		if (member_compare(&json->members[i - 1], &json->members[i]) ==
		    0)
			return (false);
	return (true);
}

static bool
scan_object(struct scan *scan)
{
	struct strict_json *json = scan->json;
	size_t first = json->count, at;
	const char *start;

	if (++scan->depth > STRICT_JSON_DEPTH || !scan_take(scan, '{'))
		return (false);
	scan_space(scan);
	if (!scan_take(scan, '}')) {
		do {
			scan_space(scan);
			at = json->count;
			if (!scan_name(scan))
				return (false);
			start = scan->p;
			if (!scan_value(scan))
				return (false);
			json->members[at].value.start = start;
			json->members[at].value.len = (size_t)(scan->p - start);
			scan_space(scan);
		} while (scan_take(scan, ','));
		if (!scan_take(scan, '}') || !members_unique(json, first))
			return (false);
	}
	if (--scan->depth > 0)
		json->count = first;
	return (true);
}

static bool
scan_array(struct scan *scan)
{
	if (++scan->depth > STRICT_JSON_DEPTH || !scan_take(scan, '['))
		return (false);
	scan_space(scan);
	if (!scan_take(scan, ']')) {
		do {
			scan_space(scan);
			if (!scan_value(scan))
				return (false);
			scan_space(scan);
		} while (scan_take(scan, ','));
		if (!scan_take(scan, ']'))
			return (false);
	}
	scan->depth--;
	return (true);
}

static bool
scan_value(struct scan *scan)
{
	bool escaped;

	if (scan->p == scan->end || ++scan->values > STRICT_JSON_VALUES)
		return (false);
	switch (*scan->p) {
	case '{':
		return (scan_object(scan));
	case '[':
		return (scan_array(scan));
	case '"':
		return (json_token_string(&scan->p, scan->end, &escaped));
	case 't':
		return (json_token_literal(&scan->p, scan->end, "true"));
	case 'f':
		return (json_token_literal(&scan->p, scan->end, "false"));
	case 'n':
		return (json_token_literal(&scan->p, scan->end, "null"));
	default:
		return (json_token_number(&scan->p, scan->end));
	}
}

enum status
strict_json_read(const char *text, size_t len, struct strict_json **json)
{
	struct scan scan = { 0 };

	*json = NULL;
	if (len == 0 || len > INT_MAX) /* json-c counts in int */
		return (STATUS_INVALID);
	scan.text = scan.p = text;
	scan.end = text + len;
	scan.json = mem_alloc(sizeof(*scan.json));
	scan_space(&scan);
	if (scan.p == scan.end || *scan.p != '{' || !scan_value(&scan))
		goto invalid;
	scan_space(&scan);
	if (scan.p != scan.end)
		goto invalid;
	*json = scan.json;
	return (STATUS_OK);
invalid:
	strict_json_free(scan.json);
	return (STATUS_INVALID);
}

static struct member *
member_find(const struct strict_json *json, const char *name)
{
	struct member key = { .name = name, .name_len = strlen(name) };

	if (json->count == 0)
		return (NULL);
	return (bsearch(
	    &key, json->members, json->count, sizeof(key), member_compare));
}

static enum strict_json_kind
span_kind(struct span span)
{
	switch (span.start[0]) {
	case '{':
		return (STRICT_JSON_OBJECT);
	case '[':
		return (STRICT_JSON_ARRAY);
	case '"':
		return (STRICT_JSON_STRING);
	case 't':
	case 'f':
		return (STRICT_JSON_BOOLEAN);
	case 'n':
		return (STRICT_JSON_NULL);
	default:
		return (STRICT_JSON_NUMBER);
	}
}

enum strict_json_kind
strict_json_kind(const struct strict_json *json, const char *name)
{
	const struct member *member = member_find(json, name);

	return (member == NULL ? STRICT_JSON_ABSENT : span_kind(member->value));
}

bool
strict_json_span(
    const struct strict_json *json, const char *name, struct span *span)
{
	const struct member *member = member_find(json, name);

	if (member == NULL)
		return (false);
	*span = member->value;
	return (true);
}

/*
 * The same text with UTF-8 in place of pairs of escapes: json-c 0.16 takes
 * those whose code point ends with D800 to DFFF for half a pair.
 */
static void
pairs_decode(const char *text, size_t len, struct buf *out)
{
	const char *p = text, *end = text + len, *plain = text, *at;
	char bytes[4];
	uint32_t cp;

	while ((at = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		p = at + 1;
		if (!json_token_escape(&p, end, &cp)) {
			p = end; /* it is not valid: json-c's to find */
		} else if (cp >= 0x10000) {
			buf_add(out, plain, (size_t)(at - plain));
			buf_add(out, bytes, utf8_put(bytes, cp));
			plain = p;
		}
	}
	buf_add(out, plain, (size_t)(end - plain));
}

/*
 * What comes here is valid, so json-c is asked for no strictness of its own:
 * it would refuse numbers that credrelay-api(7) takes, in some versions. The
 * trap of a value that may go on (a number) is met with a NUL behind it.
 */
struct json_object *
strict_json_tree(const char *text, size_t len)
{
	struct json_tokener *tokener;
	struct json_object *tree;
	struct buf decoded = { 0 };
	bool whole;

	/* Most strings say what they are, and need no tokener. */
	if (len >= 2 && len < INT_MAX && text[0] == '"' &&
	    memchr(text, '\\', len) == NULL &&
	    memchr(text + 1, '"', len - 1) == text + len - 1)
		return (json_object_new_string_len(text + 1, (int)len - 2));
	tokener = json_tokener_new_ex(STRICT_JSON_DEPTH + 1);
	if (tokener == NULL)
		return (NULL);
	pairs_decode(text, len, &decoded);
	tree = json_tokener_parse_ex(tokener, decoded.data, (int)decoded.len);
	whole = json_tokener_get_parse_end(tokener) == decoded.len;
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		tree = json_tokener_parse_ex(tokener, "", 1);
	if (json_tokener_get_error(tokener) != json_tokener_success || !whole) {
		json_object_put(tree);
		tree = NULL;
	}
	json_tokener_free(tokener);
	if (decoded.len > 0)
		explicit_bzero(decoded.data, decoded.len);
	buf_free(&decoded);
	return (tree);
}

struct json_object *
strict_json_member(struct strict_json *json, const char *name)
{
	struct member *member = member_find(json, name);

	if (member == NULL || span_kind(member->value) == STRICT_JSON_NULL)
		return (NULL);
	if (member->tree == NULL)
		member->tree =
		    strict_json_tree(member->value.start, member->value.len);
	return (member->tree);
}

void
strict_json_free(struct strict_json *json)
{
	size_t i;

	if (json == NULL)
		return;
	for (i = 0; i < json->count; i++)
		json_object_put(json->members[i].tree);
	free(json->members);
	free(json->names);
	free(json);
}
