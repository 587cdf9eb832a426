/* test_record: when is a request whole, and what is none? */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record_cases.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static enum status
walk(struct record_walk *w, const struct buf *b, size_t len)
{
	return (record_walk(w, (const unsigned char *)b->data, len));
}

static void
check_whole(
    const struct whole *row, const struct record_walk *w, const struct buf *b)
{
	ck_assert_msg(w->phase == RECORD_WHOLE, "%s", row->what);
	ck_assert_msg(w->at == b->len, "%s: at %zu", row->what, w->at);
	ck_assert_msg(w->params == row->params, "%s: %zu bytes of parameters",
	    row->what, w->params);
	ck_assert_msg(
	    w->body == row->body, "%s: %zu bytes of body", row->what, w->body);
	ck_assert_msg(w->keep == row->keep, "%s: keep", row->what);
}

START_TEST(whole_at_once)
{
	struct record_walk w = { 0 };
	struct buf b = { 0 };

	wholes[_i].build(&b);
	ck_assert(walk(&w, &b, b.len) == STATUS_OK);
	check_whole(&wholes[_i], &w, &b);
	/* And it stays so, whatever comes behind. */
	ck_assert(walk(&w, &b, b.len) == STATUS_OK);
	check_whole(&wholes[_i], &w, &b);
	buf_free(&b);
}
END_TEST

/* Cut at every byte, each time from the start. */
START_TEST(cut_anywhere_is_not_whole)
{
	struct record_walk w;
	struct buf b = { 0 };
	size_t n;

	wholes[_i].build(&b);
	for (n = 0; n < b.len; n++) {
		/* A block of its own, so that no byte behind it is read. */
		char *part = malloc(n + 1);

		ck_assert_ptr_nonnull(part);
		memcpy(part, b.data, n);
		part = realloc(part, n == 0 ? 1 : n);
		w = (struct record_walk){ 0 };
		ck_assert_msg(
		    record_walk(&w, (unsigned char *)part, n) == STATUS_AGAIN,
		    "%s: cut at %zu", wholes[_i].what, n);
		free(part);
	}
	buf_free(&b);
}
END_TEST

/* The same with one walk that goes on. */
START_TEST(byte_by_byte)
{
	struct record_walk w = { 0 };
	struct buf b = { 0 };
	size_t n;

	wholes[_i].build(&b);
	for (n = 0; n < b.len; n++)
		ck_assert_msg(walk(&w, &b, n) == STATUS_AGAIN, "%s: at %zu",
		    wholes[_i].what, n);
	ck_assert(walk(&w, &b, n) == STATUS_OK);
	check_whole(&wholes[_i], &w, &b);
	buf_free(&b);
}
END_TEST

START_TEST(next_request_is_left)
{
	struct record_walk w = { 0 };
	struct buf b = { 0 };
	size_t len;

	wholes[_i].build(&b);
	len = b.len;
	build_plain(&b);
	ck_assert(walk(&w, &b, b.len) == STATUS_OK);
	ck_assert_uint_eq(w.at, len);
	buf_free(&b);
}
END_TEST

/* Refused at the last byte at the latest, never taken, and so from there. */
START_TEST(refuse)
{
	struct record_walk w = { 0 };
	struct buf b = { 0 };
	size_t len;

	refused[_i].build(&b);
	len = b.len;
	ck_assert_msg(
	    walk(&w, &b, len) == STATUS_INVALID, "%s", refused[_i].what);
	buf_puts(&b, "whatever comes behind, whatever comes behind");
	w = (struct record_walk){ 0 };
	ck_assert_msg(
	    walk(&w, &b, b.len) == STATUS_INVALID, "%s", refused[_i].what);
	w = (struct record_walk){ 0 };
	b.len = len;
	ck_assert_msg(record_walk_cutting(&w, &b, BODY_MAX) == STATUS_INVALID,
	    "%s: cutting", refused[_i].what);
	buf_free(&b);
}
END_TEST

START_TEST(refuse_byte_by_byte)
{
	struct record_walk w = { 0 };
	enum status status = STATUS_AGAIN;
	struct buf b = { 0 };
	size_t n;

	refused[_i].build(&b);
	for (n = 0; n <= b.len && status == STATUS_AGAIN; n++)
		status = walk(&w, &b, n);
	ck_assert_msg(
	    status == STATUS_INVALID, "%s: %d", refused[_i].what, (int)status);
	buf_free(&b);
}
END_TEST

START_TEST(params_at_the_limit)
{
	struct record_walk w = { 0 };
	struct buf b = { 0 };

	build_params_at_limit(&b);
	ck_assert(walk(&w, &b, b.len) == STATUS_OK);
	ck_assert_uint_eq(w.params, RECORD_PARAMS_MAX);
	buf_free(&b);
}
END_TEST

static TCase *
walks(void)
{
	TCase *tc = tcase_create("walk");

	tcase_add_loop_test(tc, whole_at_once, 0, LEN(wholes));
	tcase_add_loop_test(tc, cut_anywhere_is_not_whole, 0, LEN(wholes));
	tcase_add_loop_test(tc, byte_by_byte, 0, LEN(wholes));
	tcase_add_loop_test(tc, next_request_is_left, 0, LEN(wholes));
	tcase_add_loop_test(tc, refuse, 0, LEN(refused));
	tcase_add_loop_test(tc, refuse_byte_by_byte, 0, LEN(refused));
	tcase_add_test(tc, params_at_the_limit);
	return (tc);
}

int
main(void)
{
	Suite *s = suite_create("record");

	suite_add_tcase(s, walks());
	return (tap_run(srunner_create(s)));
}
