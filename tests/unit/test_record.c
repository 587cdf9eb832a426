/* test_record: when is a request whole, and what is none? */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "stream.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { BODY_MAX = 1000 };

static enum status
walk(struct record_walk *w, const struct buf *b, size_t len)
{
	return (record_walk(w, (const unsigned char *)b->data, len));
}

/*
 * Builders of streams.  Each is a whole request or becomes refused, at its
 * last byte at the latest.
 */
static void
build_smallest(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_STDIN, 1, "", 0, 0);
}

static void
build_plain(struct buf *b)
{
	stream_request(b, 0, 100, 100);
}

static void
build_keep(struct buf *b)
{
	stream_request(b, STREAM_KEEP, 100, 100);
}

static void
build_unknown_flags(struct buf *b)
{
	stream_request(b, 0xfe, 10, 10);
}

static void
build_no_body(struct buf *b)
{
	stream_request(b, 0, 0, 1);
}

static void
build_many_records(struct buf *b)
{
	stream_request(b, STREAM_KEEP, 300, 7);
}

static void
build_padding(struct buf *b)
{
	static const unsigned char begin[8] = { 0, STREAM_RESPONDER };

	stream_record(b, STREAM_BEGIN, 1, begin, sizeof(begin), 255);
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 255);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 255);
	stream_record(b, STREAM_STDIN, 1, "body", 4, 1);
	stream_record(b, STREAM_STDIN, 1, "", 0, 255);
}

static void
build_large_id(struct buf *b)
{
	stream_begin(b, 65535, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 65535, "\1\1ab", 4, 0);
	stream_record(b, STREAM_PARAMS, 65535, "", 0, 0);
	stream_body(b, 65535, 10, 10);
}

static void
build_params(struct buf *b, size_t len)
{
	struct buf pairs = { 0 };
	char block[1024] = { 0 };

	while (pairs.len + sizeof(block) <= len)
		buf_add(&pairs, block, sizeof(block));
	buf_add(&pairs, block, len - pairs.len);
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_params(b, 1, &pairs, 60000);
	stream_body(b, 1, 0, 1);
	buf_free(&pairs);
}

static void
build_params_at_limit(struct buf *b)
{
	build_params(b, RECORD_PARAMS_MAX);
}

static void
build_params_over_limit(struct buf *b)
{
	build_params(b, RECORD_PARAMS_MAX + 1);
}

/* What is refused is the last record. */
static void
build_version_0(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	b->data[0] = 0;
}

static void
build_version_2(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 0);
	b->data[16] = 2;
}

static void
build_id_0(struct buf *b)
{
	stream_begin(b, 0, STREAM_RESPONDER, 0);
}

static void
build_authorizer(struct buf *b)
{
	stream_begin(b, 1, STREAM_AUTHORIZER, 0);
}

static void
build_role_257(struct buf *b)
{
	stream_begin(b, 1, 257, 0);
}

static void
build_short_begin(struct buf *b)
{
	stream_record(b, STREAM_BEGIN, 1, "\0\1\0\0\0\0\0", 7, 1);
}

static void
build_long_begin(struct buf *b)
{
	stream_record(b, STREAM_BEGIN, 1, "\0\1\0\0\0\0\0\0", 9, 0);
}

static void
build_params_first(struct buf *b)
{
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 0);
}

static void
build_get_values(struct buf *b)
{
	stream_record(b, STREAM_GET_VALUES, 0, "\16\0FCGI_MAX_CONNS", 16, 0);
}

static void
build_get_values_inside(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_GET_VALUES, 0, "\16\0FCGI_MAX_CONNS", 16, 0);
}

static void
build_abort(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_ABORT, 1, "", 0, 0);
}

static void
build_abort_of_body(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_STDIN, 1, "body", 4, 0);
	stream_record(b, STREAM_ABORT, 1, "", 0, 0);
}

static void
build_two_begins(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_begin(b, 1, STREAM_RESPONDER, 0);
}

static void
build_other_id_of_params(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 2, "\1\1ab", 4, 0);
}

static void
build_other_id_of_body(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_STDIN, 257, "body", 4, 0);
}

static void
build_body_in_params(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_STDIN, 1, "body", 4, 0);
}

static void
build_params_in_body(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 0);
}

static void
build_data_stream(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, 8, 1, "data", 4, 0);
}

static void
build_type_0(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, 0, 1, "", 0, 0);
}

static const struct whole {
	const char *what;
	void (*build)(struct buf *);
	size_t params, body;
	bool keep;
} wholes[] = {
	{ "the smallest", build_smallest, 0, 0, false },
	{ "with a body", build_plain, 57, 100, false },
	{ "kept", build_keep, 57, 100, true },
	{ "other flags mean nothing", build_unknown_flags, 56, 10, false },
	{ "no body", build_no_body, 55, 0, false },
	{ "many records", build_many_records, 57, 300, true },
	{ "as much padding as can be", build_padding, 4, 4, false },
	{ "the largest id", build_large_id, 4, 10, false },
};

static const struct {
	const char *what;
	void (*build)(struct buf *);
} refused[] = {
	{ "version 0", build_version_0 },
	{ "version 2", build_version_2 },
	{ "id 0", build_id_0 },
	{ "another role", build_authorizer },
	{ "a role of two bytes", build_role_257 },
	{ "a begin that is short", build_short_begin },
	{ "a begin that is long", build_long_begin },
	{ "no begin", build_params_first },
	{ "a management record", build_get_values },
	{ "one inside a request", build_get_values_inside },
	{ "an abort", build_abort },
	{ "an abort of a body", build_abort_of_body },
	{ "two begins", build_two_begins },
	{ "parameters of another", build_other_id_of_params },
	{ "a body of another", build_other_id_of_body },
	{ "a body among parameters", build_body_in_params },
	{ "parameters in the body", build_params_in_body },
	{ "a data stream", build_data_stream },
	{ "type 0", build_type_0 },
	{ "too many parameters", build_params_over_limit },
};

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
