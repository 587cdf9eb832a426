/* test_strict_json: the JSON that credrelay-api(7) takes. */
#include <check.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "strict_json.h"
#include "tap.h"
#include "utf8.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct text {
	const char *what;
	const char *text;
} good[] = {
	{ "an empty object", "{}" },
	{ "white space around and inside", " \t\r\n{ \n} \t\r\n" },
	{ "white space between all", "{ \"a\" : [ 1 , 2 ] , \"b\" : { } }" },
	{ "all literals", "{\"a\":[true,false,null]}" },
	{ "numbers of all forms",
	    "{\"a\":[0,-0,10,1.5,-1.5,1e5,1E5,1e+5,1e-5,0.0e-00]}" },
	{ "a number beyond a double", "{\"a\":1e400,\"b\":-1e-400}" },
	{ "a number beyond 64 bits", "{\"a\":18446744073709551616}" },
	{ "all short escapes", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}" },
	{ "an escaped pair", "{\"a\":\"\\ud83d\\uDD11\"}" },
	{ "an escape below the surrogates", "{\"a\":\"\\ud7ff\\ue000\"}" },
	{ "DEL and C1, raw", "{\"a\":\"\x7F\xC2\x80\"}" },
	{ "a byte-order mark inside a string", "{\"a\":\"\xEF\xBB\xBF\"}" },
	{ "noncharacters", "{\"a\":\"\xEF\xBF\xBF\\ufffe\"}" },
	{ "an empty name", "{\"\":1}" },
	{ "names that differ in case", "{\"a\":1,\"A\":2}" },
	{ "names that differ in form (NFC, NFD)",
	    "{\"\xC3\xA9\":1,\"e\xCC\x81\":2}" },
	{ "one name in two objects", "{\"a\":{\"b\":1},\"b\":[{\"b\":2}]}" },
	{ "a name that is its parent's", "{\"a\":{\"a\":{\"a\":1}}}" },
	{ "a name that begins like another", "{\"ab\":1,\"a\":2,\"abc\":3}" },
}, bad[] = {
	{ "nothing", "" },
	{ "white space alone", " " },
	{ "a byte-order mark in front", "\xEF\xBB\xBF{}" },
	{ "an array", "[]" },
	{ "a string", "\"a\"" },
	{ "a number", "123" },
	{ "null", "null" },
	{ "two objects", "{}{}" },
	{ "text behind", "{}x" },
	{ "a comma behind", "{}," },
	{ "a form feed behind", "{}\f" },
	{ "a no-break space behind", "{}\xC2\xA0" },
	{ "not closed", "{" },
	{ "closed twice", "{}}" },
	{ "closed as an array", "{\"a\":1]" },
	{ "an array closed as an object", "{\"a\":[1}}" },
	{ "a comma too many", "{\"a\":1,}" },
	{ "a comma in front", "{,\"a\":1}" },
	{ "a comma too many in an array", "{\"a\":[1,]}" },
	{ "two commas in an array", "{\"a\":[1,,2]}" },
	{ "a comma missing", "{\"a\":1 \"b\":2}" },
	{ "a comma missing in an array", "{\"a\":[1 2]}" },
	{ "a colon missing", "{\"a\" 1}" },
	{ "two colons", "{\"a\"::1}" },
	{ "a value missing", "{\"a\":}" },
	{ "a name alone", "{\"a\"}" },
	{ "a name without quotes", "{a:1}" },
	{ "a name in single quotes", "{'a':1}" },
	{ "a number as a name", "{1:1}" },
	{ "a string in single quotes", "{\"a\":'b'}" },
	{ "a comment", "{/**/}" },
	{ "a comment to the line's end", "{}//" },
	{ "NaN", "{\"a\":NaN}" },
	{ "Infinity", "{\"a\":Infinity}" },
	{ "-Infinity", "{\"a\":-Infinity}" },
	{ "a literal in upper case", "{\"a\":True}" },
	{ "a literal cut short", "{\"a\":nul}" },
	{ "a literal too long", "{\"a\":nulll}" },
	{ "a leading zero", "{\"a\":01}" },
	{ "a leading zero behind a minus", "{\"a\":-01}" },
	{ "a plus", "{\"a\":+1}" },
	{ "a minus alone", "{\"a\":-}" },
	{ "no digit behind the point", "{\"a\":1.}" },
	{ "no digit before the point", "{\"a\":.5}" },
	{ "no digit in the exponent", "{\"a\":1e}" },
	{ "no digit behind the exponent's sign", "{\"a\":1e+}" },
	{ "a broken exponent", "{\"a\":1e1.5}" },
	{ "a hexadecimal number", "{\"a\":0x10}" },
	{ "a number of Arabic digits", "{\"a\":\xD9\xA1}" },
	{ "a string not closed", "{\"a\":\"b}" },
	{ "a string whose last quote is escaped", "{\"a\":\"b\\\"}" },
	{ "a raw line feed in a string", "{\"a\":\"\n\"}" },
	{ "a raw tab in a string", "{\"a\":\"\t\"}" },
	{ "a raw 1F in a string", "{\"a\":\"\x1F\"}" },
	{ "a raw control character in a name", "{\"a\x01\":1}" },
	{ "an unknown escape", "{\"a\":\"\\x\"}" },
	{ "an escape with U", "{\"a\":\"\\U0041\"}" },
	{ "an escape of three digits", "{\"a\":\"\\u004\"}" },
	{ "an escape with a letter beyond F", "{\"a\":\"\\u004g\"}" },
	{ "an escape with a sign", "{\"a\":\"\\u+041\"}" },
	{ "an escaped NUL in a string", "{\"a\":\"x\\u0000y\"}" },
	{ "an escaped NUL in a name",
	    "{\"payload\":\"good\",\"payload\\u0000x\":\"evil\"}" },
	{ "an escaped NUL in an inner name", "{\"a\":{\"\\u0000\":1}}" },
	{ "a high surrogate alone", "{\"a\":\"\\ud83d\"}" },
	{ "a low surrogate alone", "{\"a\":\"\\udd11\"}" },
	{ "a high surrogate before a letter", "{\"a\":\"\\ud83dx\"}" },
	{ "a high surrogate before an escape", "{\"a\":\"\\ud83d\\n\"}" },
	{ "a high surrogate before an escaped letter",
	    "{\"a\":\"\\ud83d\\u0041\"}" },
	{ "a high surrogate before what follows the low ones",
	    "{\"a\":\"\\ud83d\\ue000\"}" },
	{ "a high surrogate before another", "{\"a\":\"\\ud83d\\ud83d\"}" },
	{ "a pair turned round", "{\"a\":\"\\udd11\\ud83d\"}" },
	{ "a surrogate alone in a name", "{\"\\ud83d\":1}" },
	{ "a raw surrogate", "{\"a\":\"\xED\xA0\xBD\"}" },
	{ "an overlong slash", "{\"a\":\"\xC0\xAF\"}" },
	{ "an overlong NUL", "{\"a\":\"\xC0\x80\"}" },
	{ "a code point above the last", "{\"a\":\"\xF4\x90\x80\x80\"}" },
	{ "Latin-1", "{\"a\":\"\xE9\"}" },
	{ "no UTF-8 in a name", "{\"\xFF\":1}" },
	{ "a character that the end cuts", "{\"a\":\"\xE2\x82" },
	{ "a repeated name", "{\"a\":1,\"a\":1}" },
	{ "a repeated name with others between",
	    "{\"a\":1,\"b\":1,\"c\":1,\"a\":1}" },
	{ "a repeated name through an escape", "{\"a\":1,\"\\u0061\":2}" },
	{ "a repeated name through two escapes",
	    "{\"\\u0061\":1,\"\\u0061\":2}" },
	{ "a repeated name through a short escape",
	    "{\"\\/\":1,\"/\":2}" },
	{ "a repeated name through an escaped pair",
	    "{\"\xF0\x9F\x94\x91\":1,\"\\ud83d\\udd11\":2}" },
	{ "a repeated empty name", "{\"\":1,\"\":2}" },
	{ "a repeated name in an inner object",
	    "{\"x\":[{\"a\":1,\"b\":{},\"a\":2}]}" },
	{ "a repeated name behind an inner object",
	    "{\"a\":{\"b\":1,\"c\":2},\"a\":3}" },
};

START_TEST(takes)
{
	const struct text *row = &good[_i];
	struct strict_json *json = NULL;

	ck_assert_msg(
	    strict_json_read(row->text, strlen(row->text), &json) == STATUS_OK,
	    "%s", row->what);
	ck_assert_ptr_nonnull(json);
	strict_json_free(json);
}
END_TEST

START_TEST(refuses)
{
	const struct text *row = &bad[_i];
	struct strict_json *json = NULL;

	ck_assert_msg(strict_json_read(row->text, strlen(row->text), &json) ==
		STATUS_INVALID,
	    "%s", row->what);
	ck_assert_ptr_null(json);
}
END_TEST

/* Of every plane, and of every place in it where json-c looks for halves. */
START_TEST(decodes_every_pair)
{
	struct strict_json *json;
	struct json_object *tree;
	char text[32], bytes[8];
	uint32_t cp;

	for (cp = 0x10000; cp <= 0x10FFFF; cp += 0x7F) {
		(void)snprintf(text, sizeof(text), "{\"a\":\"\\u%04x\\u%04x\"}",
		    0xD800 + ((cp - 0x10000) >> 10), 0xDC00 + (cp & 0x3FF));
		bytes[utf8_put(bytes, cp)] = '\0';
		ck_assert(
		    strict_json_read(text, strlen(text), &json) == STATUS_OK);
		tree = strict_json_member(json, "a");
		if (strcmp(json_object_get_string(tree), bytes) != 0)
			ck_abort_msg("U+%X", cp);
		strict_json_free(json);
	}
}
END_TEST

/* No text that was cut anywhere is valid, and none is read beyond its end. */
START_TEST(refuses_every_beginning)
{
	static const char text[] =
	    "{\"a\\u00e9\":[1.5e-3,true,\"\\ud83d"
	    "\\udd11\xF0\x9F\x94\x91\\n\",{\"b\":null}],\"c\":-0}";
	struct strict_json *json;
	char *copy;
	size_t len;

	ck_assert(strict_json_read(text, sizeof(text) - 1, &json) == STATUS_OK);
	strict_json_free(json);
	for (len = 0; len < sizeof(text) - 1; len++) {
		copy = malloc(len + 1);
		ck_assert_ptr_nonnull(copy);
		memcpy(copy + 1, text, len); /* ends where the memory ends */
		ck_assert_msg(
		    strict_json_read(copy + 1, len, &json) == STATUS_INVALID,
		    "%zu bytes", len);
		free(copy);
	}
}
END_TEST

START_TEST(refuses_nul)
{
	static const struct {
		const char *text;
		size_t len;
	} texts[] = {
		{ "{}\0", 3 },
		{ "{}\0{}", 5 },
		{ "\0{}", 3 },
		{ "{\0}", 3 },
		{ "{\"a\":\"\0\"}", 9 },
		{ "{\"a\0\":1}", 8 },
		{ "{\"a\":1\0}", 8 },
	};
	struct strict_json *json;

	ck_assert_msg(strict_json_read(texts[_i].text, texts[_i].len, &json) ==
		STATUS_INVALID,
	    "row %d", _i);
}
END_TEST

static const char document[] =
    "{\"object\": {\"type\" :\"t\", \"n\": 1e400},"
    "\"array\":[ 1 ],\"string\":\"\\u00e9\\n\",\"empty\":\"\","
    "\"integer\":12345678901234567890123456789012345678901234567890,"
    "\"real\":-0.10,\"big\":1E400,\"zero\":0,\"true\":true,\"false\":false,"
    "\"null\":null,\"pay\\u006coad\":{\"type\":\"a\",\"data\":\"b\"},"
    "\"inner\":{\"outer\":1}}";

static const struct member {
	const char *name;
	enum strict_json_kind kind;
	const char *span;
	enum json_type type;
} members[] = {
	{ "object", STRICT_JSON_OBJECT, "{\"type\" :\"t\", \"n\": 1e400}",
	    json_type_object },
	{ "array", STRICT_JSON_ARRAY, "[ 1 ]", json_type_array },
	{ "string", STRICT_JSON_STRING, "\"\\u00e9\\n\"", json_type_string },
	{ "empty", STRICT_JSON_STRING, "\"\"", json_type_string },
	{ "integer", STRICT_JSON_NUMBER,
	    "12345678901234567890123456789012345678901234567890",
	    json_type_int },
	{ "real", STRICT_JSON_NUMBER, "-0.10", json_type_double },
	{ "big", STRICT_JSON_NUMBER, "1E400", json_type_double },
	{ "zero", STRICT_JSON_NUMBER, "0", json_type_int },
	{ "true", STRICT_JSON_BOOLEAN, "true", json_type_boolean },
	{ "false", STRICT_JSON_BOOLEAN, "false", json_type_boolean },
	{ "null", STRICT_JSON_NULL, "null", json_type_null },
	{ "payload", STRICT_JSON_OBJECT, "{\"type\":\"a\",\"data\":\"b\"}",
	    json_type_object },
	{ "absent", STRICT_JSON_ABSENT, NULL, json_type_null },
	{ "outer", STRICT_JSON_ABSENT, NULL, json_type_null },
	{ "type", STRICT_JSON_ABSENT, NULL, json_type_null },
	{ "obj", STRICT_JSON_ABSENT, NULL, json_type_null },
	{ "objects", STRICT_JSON_ABSENT, NULL, json_type_null },
	{ "", STRICT_JSON_ABSENT, NULL, json_type_null },
};

START_TEST(member)
{
	const struct member *row = &members[_i];
	struct strict_json *json;
	struct json_object *tree;
	struct span span = { "untouched", 9 };
	const char *expected = row->span != NULL ? row->span : "untouched";

	ck_assert(strict_json_read(document, sizeof(document) - 1, &json) ==
	    STATUS_OK);
	ck_assert_msg(strict_json_kind(json, row->name) == row->kind,
	    "kind of %s", row->name);
	ck_assert_msg(
	    strict_json_span(json, row->name, &span) == (row->span != NULL),
	    "presence of %s", row->name);
	ck_assert_msg(span.len == strlen(expected) &&
		memcmp(span.start, expected, span.len) == 0,
	    "span of %s: %.*s", row->name, (int)span.len, span.start);
	tree = strict_json_member(json, row->name);
	ck_assert_msg(
	    json_object_is_type(tree, row->type), "tree of %s", row->name);
	ck_assert_msg(tree == strict_json_member(json, row->name),
	    "tree of %s, the second time", row->name);
	strict_json_free(json);
}
END_TEST

START_TEST(tree_holds_the_decoded_strings)
{
	struct strict_json *json;
	struct json_object *tree, *type;

	ck_assert(strict_json_read(document, sizeof(document) - 1, &json) ==
	    STATUS_OK);
	tree = strict_json_member(json, "string");
	ck_assert_int_eq(json_object_get_string_len(tree), 3);
	ck_assert_str_eq(json_object_get_string(tree), "\xC3\xA9\n");
	tree = strict_json_member(json, "payload");
	ck_assert(json_object_object_get_ex(tree, "type", &type));
	ck_assert_str_eq(json_object_get_string(type), "a");
	strict_json_free(json);
}
END_TEST

START_TEST(free_takes_null)
{
	strict_json_free(NULL);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("strict_json");
	TCase *tc = tcase_create("strict_json");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, takes, 0, LEN(good));
	tcase_add_loop_test(tc, refuses, 0, LEN(bad));
	tcase_add_test(tc, decodes_every_pair);
	tcase_add_test(tc, refuses_every_beginning);
	tcase_add_loop_test(tc, refuses_nul, 0, 7);
	tcase_add_loop_test(tc, member, 0, LEN(members));
	tcase_add_test(tc, tree_holds_the_decoded_strings);
	tcase_add_test(tc, free_takes_null);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
