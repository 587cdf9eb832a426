/* token.c: a notification token. */
#include "device/token.h"

#include <stdbool.h>
#include <string.h>

#include <json-c/json.h>

#include "buf.h"
#include "strict_json.h"
#include "utf8.h"

static bool
is_text(const char *text, size_t len)
{
	size_t n;

	return (utf8_count(text, len, &n) == STATUS_OK && n > 0);
}

static enum exit_code
fail_length(struct outcome *outcome)
{
	return (outcome_fail(outcome, EXIT_USAGE,
	    "a notification token has at most %d bytes", TOKEN_MAX));
}

enum exit_code
token_make(const char *text, struct buf *token, struct outcome *outcome)
{
	const char *colon = strchr(text, ':'), *json;
	struct json_object *object;
	size_t len;

	if (colon == NULL || !is_text(text, (size_t)(colon - text)) ||
	    !is_text(colon + 1, strlen(colon + 1)))
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--notify-token takes TYPE:DATA, in UTF-8"));
	object = json_object_new_object();
	json_object_object_add(object, "type",
	    json_object_new_string_len(text, (int)(colon - text)));
	json_object_object_add(
	    object, "tokenData", json_object_new_string(colon + 1));
	json = json_object_to_json_string_length(object,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	if (len <= TOKEN_MAX)
		buf_add(token, json, len);
	json_object_put(object);
	return (len <= TOKEN_MAX ? EXIT_DONE : fail_length(outcome));
}

static bool
has_string(struct strict_json *json, const char *name)
{
	return (strict_json_kind(json, name) == STRICT_JSON_STRING &&
	    json_object_get_string_len(strict_json_member(json, name)) > 0);
}

enum exit_code
token_take(
    const char *text, size_t len, struct buf *token, struct outcome *outcome)
{
	static const char blanks[] = { ' ', '\t', '\r', '\n' };
	struct strict_json *json;
	bool good;

	while (len > 0 && memchr(blanks, text[len - 1], sizeof(blanks)) != NULL)
		len--;
	while (len > 0 && memchr(blanks, text[0], sizeof(blanks)) != NULL) {
		text++;
		len--;
	}
	if (len > TOKEN_MAX)
		return (fail_length(outcome));
	good = len > 0 && strict_json_read(text, len, &json) == STATUS_OK;
	if (good) {
		good =
		    has_string(json, "type") && has_string(json, "tokenData");
		strict_json_free(json);
	}
	if (!good)
		return (outcome_fail(outcome, EXIT_USAGE,
		    "a notification token is a JSON object with the strings "
		    "\"type\" and \"tokenData\""));
	buf_add(token, text, len);
	return (EXIT_DONE);
}
