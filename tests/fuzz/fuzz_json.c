/*
 * fuzz_json: strict_json, and json-c behind it.
 *
 * Whether it accepts what Python's json accepts is asked afterwards, of all
 * that was found (json_oracle.py); here, that it agrees with itself.
 */
#include <json-c/json.h>

#include "buf.h"
#include "fuzz.h"
#include "strict_json.h"

static bool
is_valid(const char *text, size_t len)
{
	struct strict_json *json;
	bool valid = strict_json_read(text, len, &json) == STATUS_OK;

	HOLD(valid == (json != NULL));
	strict_json_free(json);
	return (valid);
}

static enum strict_json_kind
kind_of(struct json_object *tree)
{
	switch (json_object_get_type(tree)) {
	case json_type_null:
		return (STRICT_JSON_NULL);
	case json_type_boolean:
		return (STRICT_JSON_BOOLEAN);
	case json_type_double:
	case json_type_int:
		return (STRICT_JSON_NUMBER);
	case json_type_string:
		return (STRICT_JSON_STRING);
	case json_type_array:
		return (STRICT_JSON_ARRAY);
	default:
		return (STRICT_JSON_OBJECT);
	}
}

/* A member by itself is the same as where it came from. */
static void
check_member(struct strict_json *json, const char *name,
    struct json_object *tree, const char *text, size_t size)
{
	struct span span = { 0 }, again = { 0 };
	struct strict_json *other;
	struct buf alone = { 0 };

	HOLD(strict_json_kind(json, name) == kind_of(tree));
	HOLD(strict_json_span(json, name, &span));
	HOLD(span.len > 0 && span.start > text &&
	    span.start + span.len < text + size);
	HOLD(json_object_equal(strict_json_member(json, name), tree));
	buf_puts(&alone, "{\"a\":");
	buf_add(&alone, span.start, span.len);
	buf_puts(&alone, "}");
	HOLD(strict_json_read(alone.data, alone.len, &other) == STATUS_OK);
	HOLD(strict_json_span(other, "a", &again));
	HOLD(again.start == alone.data + 5 && again.len == span.len);
	strict_json_free(other);
	buf_free(&alone);
}

/* What json-c writes of it is valid, and says the same. */
static void
check_written(struct json_object *tree)
{
	struct strict_json *json;
	struct json_object *again;
	struct buf text = { 0 };
	const char *written =
	    json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN);

	buf_printf(&text, "{\"a\":%s}", written);
	HOLD(strict_json_read(text.data, text.len, &json) == STATUS_OK);
	again = strict_json_member(json, "a");
	HOLD(again != NULL && json_object_equal(again, tree));
	HOLD(strcmp(
		 json_object_to_json_string_ext(again, JSON_C_TO_STRING_PLAIN),
		 written) == 0);
	strict_json_free(json);
	buf_free(&text);
}

/* All names, by way of the object as a member of another. */
static void
check_members(const char *text, size_t size)
{
	struct strict_json *json, *outer;
	struct json_object *tree;
	struct buf wrapped = { 0 };

	HOLD(strict_json_read(text, size, &json) == STATUS_OK);
	buf_puts(&wrapped, "{\"a\":");
	buf_add(&wrapped, text, size);
	buf_puts(&wrapped, "}");
	if (strict_json_read(wrapped.data, wrapped.len, &outer) == STATUS_OK) {
		tree = strict_json_member(outer, "a");
		HOLD(tree != NULL);
		json_object_object_foreach(tree, name, value)
		{
			if (name[0] != '\0')
				check_member(json, name, value, text, size);
		}
		check_written(tree);
	} /* else it was at a bound */
	strict_json_free(outer);
	buf_free(&wrapped);
	strict_json_free(json);
}

static void
check_around(const char *text, size_t size)
{
	struct buf other = { 0 };
	size_t end = size;

	while (text[end - 1] != '}')
		end--;
	HOLD(!is_valid(text, end - 1));
	buf_puts(&other, " \t\r\n");
	buf_add(&other, text, size);
	buf_puts(&other, " \t\r\n");
	HOLD(is_valid(other.data, other.len));
	HOLD(!is_valid(other.data, other.len + 1)); /* its NUL */
	buf_puts(&other, "}");
	HOLD(!is_valid(other.data, other.len));
	buf_free(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	if (is_valid(text, size)) {
		check_members(text, size);
		check_around(text, size);
	}
	return (0);
}
