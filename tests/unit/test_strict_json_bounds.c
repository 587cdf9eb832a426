/* test_strict_json_bounds: how deep JSON may be, and how much of it. */
#include <check.h>
#include <json-c/json.h>
#include <time.h>

#include "buf.h"
#include "strict_json.h"
#include "tap.h"

static void
repeat(struct buf *buf, const char *text, size_t times)
{
	while (times-- > 0)
		buf_puts(buf, text);
}

/* An object that holds arrays, or objects, so that depth are open at once. */
static enum status
read_nested(const char *open, const char *shut, size_t depth)
{
	struct strict_json *json;
	struct buf buf = { 0 };
	enum status status;

	buf_puts(&buf, "{\"a\":");
	repeat(&buf, open, depth - 1);
	buf_puts(&buf, "1");
	repeat(&buf, shut, depth - 1);
	buf_puts(&buf, "}");
	status = strict_json_read(buf.data, buf.len, &json);
	strict_json_free(json);
	buf_free(&buf);
	return (status);
}

START_TEST(counts_depth)
{
	static const struct {
		const char *open, *shut;
	} nests[] = {
		{ "[", "]" },
		{ "{\"a\":", "}" },
		{ "[2,", ",3]" },
		{ "{\"b\":[],\"a\":", ",\"c\":{}}" },
	};
	const char *open = nests[_i].open, *shut = nests[_i].shut;
	/* The last one's neighbours are one deeper than the nest. */
	size_t fits = _i < 3 ? STRICT_JSON_DEPTH : STRICT_JSON_DEPTH - 1;

	ck_assert_msg(read_nested(open, shut, fits) == STATUS_OK, "%s", open);
	ck_assert_msg(
	    read_nested(open, shut, fits + 1) == STATUS_INVALID, "%s", open);
	ck_assert_msg(
	    read_nested(open, shut, 100000) == STATUS_INVALID, "%s", open);
}
END_TEST

START_TEST(depth_is_of_what_is_open)
{
	static const char text[] =
	    "{\"a\":[[],[],[],[],[],[],[],[],[]],\"b\":{},\"c\":[{},{}]}";
	struct strict_json *json;

	ck_assert(strict_json_read(text, sizeof(text) - 1, &json) == STATUS_OK);
	strict_json_free(json);
}
END_TEST

static enum status
read_values(size_t values)
{
	struct strict_json *json;
	struct buf buf = { 0 };
	enum status status;

	/* The object, the array and its first value are three. */
	buf_puts(&buf, "{\"a\":[1");
	repeat(&buf, ",{}", values - 3);
	buf_puts(&buf, "]}");
	status = strict_json_read(buf.data, buf.len, &json);
	strict_json_free(json);
	buf_free(&buf);
	return (status);
}

START_TEST(counts_values)
{
	ck_assert(read_values(STRICT_JSON_VALUES) == STATUS_OK);
	ck_assert(read_values(STRICT_JSON_VALUES + 1) == STATUS_INVALID);
}
END_TEST

/* As many members as may be: found, and told from one too many, in no time. */
START_TEST(many_members)
{
	struct strict_json *json;
	struct buf buf = { 0 };
	struct timespec from, to;
	struct span span;
	size_t i, n = STRICT_JSON_VALUES - 2;

	buf_puts(&buf, "{\"first\":1");
	for (i = 0; i < n - 1; i++)
		buf_printf(&buf, ",\"%zu\":%zu", i * 7919 % 9973, i);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	buf_puts(&buf, ",\"firs\\u0074\":2}");
	ck_assert(strict_json_read(buf.data, buf.len, &json) == STATUS_INVALID);
	buf_clear(&buf);
	buf_puts(&buf, "{\"first\":1");
	for (i = 0; i < n; i++)
		buf_printf(&buf, ",\"%zu\":%zu", i, i * 2);
	buf_puts(&buf, "}");
	ck_assert(strict_json_read(buf.data, buf.len, &json) == STATUS_OK);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	ck_assert(strict_json_span(json, "9000", &span));
	ck_assert(span.len == 5 && memcmp(span.start, "18000", 5) == 0);
	ck_assert(!strict_json_span(json, "10001", &span));
	/* A quadratic search takes many times as long, also under valgrind. */
	ck_assert_msg(to.tv_sec - from.tv_sec < 5, "slow");
	strict_json_free(json);
	buf_free(&buf);
}
END_TEST

/* The deepest that is valid is not too deep for json-c either. */
START_TEST(tree_of_the_greatest_depth)
{
	static const char text[] =
	    "{\"a\":[[[[[[[\"deep\"]]]]]]],"
	    "\"b\":{\"b\":{\"b\":{\"b\":{\"b\":{\"b\":{\"b\":{}}}}}}}}";
	struct strict_json *json;
	struct json_object *tree;
	int i;

	ck_assert(strict_json_read(text, sizeof(text) - 1, &json) == STATUS_OK);
	ck_assert_ptr_nonnull(strict_json_member(json, "b"));
	tree = strict_json_member(json, "a");
	for (i = 0; i < 7; i++)
		tree = json_object_array_get_idx(tree, 0);
	ck_assert_str_eq(json_object_get_string(tree), "deep");
	strict_json_free(json);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("strict_json_bounds");
	TCase *tc = tcase_create("strict_json_bounds");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, counts_depth, 0, 4);
	tcase_add_test(tc, depth_is_of_what_is_open);
	tcase_add_test(tc, counts_values);
	tcase_add_test(tc, many_members);
	tcase_add_test(tc, tree_of_the_greatest_depth);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
