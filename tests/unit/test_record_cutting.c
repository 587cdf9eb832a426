/* test_record_cutting: a body without end needs no memory without end. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "stream.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { BODY_MAX = 1000 };

static const struct {
	const char *what;
	size_t body, step; /* of the request, and of its records */
	size_t kept;	   /* what is left of the body */
} rows[] = {
	{ "no body", 0, 1, 0 },
	{ "one byte", 1, 1, 1 },
	{ "one byte less than the bound", BODY_MAX - 1, 100, BODY_MAX - 1 },
	{ "as much as the bound", BODY_MAX, 100, BODY_MAX },
	{ "the bound in one record", BODY_MAX, BODY_MAX, BODY_MAX },
	{ "one byte more in one record", BODY_MAX + 1, BODY_MAX + 1,
	    BODY_MAX + 1 },
	{ "one byte more by itself", BODY_MAX + 1, BODY_MAX, BODY_MAX + 1 },
	{ "two bytes more, byte by byte", BODY_MAX + 2, 1, BODY_MAX + 1 },
	{ "the record that crosses the bound stays whole", 2000, 300, 1200 },
	{ "one large record stays whole", 65535, 65535, 65535 },
	{ "twenty times the bound", 20 * BODY_MAX, 500, 1500 },
	{ "large records behind the bound", 200000, 60000, 60000 },
};

static const size_t chunks[] = { 1, 7, 8, 9, 4096, 65536, SIZE_MAX };

/* Feeds a stream in chunks; the most that was in memory, in `*most`. */
static enum status
feed(struct record_walk *w, struct buf *to, const struct buf *from,
    size_t chunk, size_t *most)
{
	enum status status = STATUS_AGAIN;
	size_t at = 0, n;

	*most = 0;
	while (status == STATUS_AGAIN && at < from->len) {
		n = from->len - at < chunk ? from->len - at : chunk;
		buf_add(to, from->data + at, n);
		at += n;
		if (to->len > *most)
			*most = to->len;
		status = record_walk_cutting(w, to, BODY_MAX);
	}
	ck_assert_uint_eq(at, from->len);
	return (status);
}

/* What is left is a request with less body, and nothing else is gone. */
static void
check_left(const struct buf *left, const struct record_walk *w, size_t kept)
{
	struct record_walk again = { 0 };
	const unsigned char *p = (const unsigned char *)left->data;
	size_t i, len, at = 0, body = 0, wrong = 0;

	ck_assert(record_walk(&again, p, left->len) == STATUS_OK);
	ck_assert_uint_eq(again.at, left->len);
	ck_assert_uint_eq(again.at, w->at);
	ck_assert_uint_eq(again.params, w->params);
	ck_assert_uint_eq(again.body, kept);
	for (at = 0; at < left->len; at += 8 + len + p[at + 6]) {
		len = (size_t)p[at + 4] << 8 | p[at + 5];
		for (i = 0; p[at + 1] == STREAM_STDIN && i < len; i++)
			wrong +=
			    left->data[at + 8 + i] != stream_body_byte(body++);
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq(body, kept);
}

START_TEST(cut)
{
	size_t i, most;

	for (i = 0; i < LEN(chunks); i++) {
		struct buf whole = { 0 }, left = { 0 };
		struct record_walk w = { 0 };

		stream_request(
		    &whole, STREAM_KEEP, rows[_i].body, rows[_i].step);
		ck_assert_msg(
		    feed(&w, &left, &whole, chunks[i], &most) == STATUS_OK,
		    "%s, by %zu", rows[_i].what, chunks[i]);
		ck_assert_msg(w.phase == RECORD_WHOLE && w.keep, "%s, by %zu",
		    rows[_i].what, chunks[i]);
		check_left(&left, &w, rows[_i].kept);
		buf_free(&whole);
		buf_free(&left);
	}
}
END_TEST

/* Not before its last byte. */
START_TEST(cut_is_not_whole_early)
{
	struct buf whole = { 0 }, left = { 0 };
	struct record_walk w = { 0 };
	size_t most;

	stream_request(&whole, 0, rows[_i].body, rows[_i].step);
	whole.len--;
	ck_assert(feed(&w, &left, &whole, 9, &most) == STATUS_AGAIN);
	buf_free(&whole);
	buf_free(&left);
}
END_TEST

/*
 * Fed as it comes, a body of 10 MB never needs more than its bound, the
 * record that crosses it, the one that is coming, and a chunk.
 */
START_TEST(memory_is_bounded)
{
	static const size_t steps[] = { 1000, 8192, 65535 };
	struct buf whole = { 0 }, left = { 0 };
	struct record_walk w = { 0 };
	size_t most, step = steps[_i];

	stream_request(&whole, 0, 10 * 1000 * 1000, step);
	ck_assert(feed(&w, &left, &whole, 4096, &most) == STATUS_OK);
	ck_assert_uint_lt(most, 200 + BODY_MAX + 2 * (step + 16) + 4096);
	buf_free(&whole);
	buf_free(&left);
}
END_TEST

START_TEST(next_request_is_left)
{
	struct buf b = { 0 };
	struct record_walk w = { 0 };
	size_t i, len;

	stream_request(&b, 0, 5 * BODY_MAX, 500);
	len = b.len;
	stream_request(&b, 0, 10, 10);
	len = b.len - len;
	ck_assert(record_walk_cutting(&w, &b, BODY_MAX) == STATUS_OK);
	ck_assert_uint_eq(b.len - w.at, len);
	for (i = 0; i < 4; i++)
		ck_assert_int_eq(b.data[w.at + i], "\1\1\0\1"[i]);
	buf_free(&b);
}
END_TEST

/* What does not belong there is refused behind the bound too. */
static const struct {
	const char *what;
	unsigned type, id;
} strangers[] = {
	{ "an abort", STREAM_ABORT, 1 },
	{ "a management record", STREAM_GET_VALUES, 0 },
	{ "parameters", STREAM_PARAMS, 1 },
	{ "a body of another", STREAM_STDIN, 2 },
	{ "a begin", STREAM_BEGIN, 1 },
};

START_TEST(refuse_behind_the_bound)
{
	struct buf b = { 0 }, left = { 0 };
	struct record_walk w = { 0 };
	size_t most;

	stream_request(&b, 0, 3 * BODY_MAX, 500);
	b.len -= 8; /* the end */
	stream_record(
	    &b, strangers[_i].type, strangers[_i].id, "12345678", 8, 0);
	ck_assert_msg(feed(&w, &left, &b, 7, &most) == STATUS_INVALID, "%s",
	    strangers[_i].what);
	buf_free(&b);
	buf_free(&left);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("record_cutting");
	TCase *tc = tcase_create("cutting");

	/* Byte by byte is slow under valgrind. */
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, cut, 0, LEN(rows));
	tcase_add_loop_test(tc, cut_is_not_whole_early, 0, LEN(rows));
	tcase_add_loop_test(tc, memory_is_bounded, 0, 3);
	tcase_add_test(tc, next_request_is_left);
	tcase_add_loop_test(tc, refuse_behind_the_bound, 0, LEN(strangers));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
