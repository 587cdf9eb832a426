/* test_fcgi_put_back: requests that are put back and taken again. */
#include "fcgi_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* What is put back is no larger (fcgi.h). */
enum { KEPT_MAX = 16 * 1024, TURNS = 3 };

/* A read that would wait, with a body of `len` bytes in records of `step`. */
static void
put_request(struct buf *b, unsigned flags, size_t len, size_t step)
{
	struct buf pairs = { 0 };
	char length[32];

	(void)snprintf(length, sizeof(length), "%zu", len);
	stream_begin(b, 1, STREAM_RESPONDER, flags);
	stream_pair(&pairs, "REQUEST_METHOD", "POST");
	stream_pair(&pairs, "REQUEST_URI", "/v1/m");
	stream_pair(&pairs, "CONTENT_LENGTH", length);
	stream_pair(&pairs, "HTTP_PREFER", "wait=25");
	stream_params(b, 1, &pairs, 65535);
	buf_free(&pairs);
	stream_body(b, 1, len, step);
}

/* Puts it back and takes it, several times; the same comes each time. */
static void
check_taken_again(size_t body)
{
	int turn;

	for (turn = 0; turn < TURNS; turn++) {
		check_taken(body, body);
		ck_assert_str_eq(param("HTTP_PREFER"), "wait=25");
		ck_assert(fcgi_may_put_back(c));
		ck_assert(fcgi_put_back(c) == STATUS_OK);
		ck_assert(fcgi_poll(c) == STATUS_OK);
		ck_assert(fcgi_begun(c));
		ck_assert(fcgi_take(c) == STATUS_OK);
	}
	check_taken(body, body);
}

static const struct {
	size_t body, step;
} sizes[] = { { 0, 1 }, { 1, 1 }, { 100, 1 }, { 5000, 8184 }, { 12000, 1000 } };

/* From the socket, where it was whole at the first look. */
START_TEST(from_the_socket)
{
	struct buf b = { 0 };

	put_request(&b, 0, sizes[_i].body, sizes[_i].step);
	ck_assert_uint_le(b.len, KEPT_MAX);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken_again(sizes[_i].body);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
	buf_free(&b);
}
END_TEST

/* In pieces, so that it was drained. */
static void
deliver_in_pieces(const struct buf *b)
{
	enum status status = STATUS_AGAIN;
	size_t at, n;

	for (at = 0; at < b->len; at += n) {
		n = b->len - at < 50 ? b->len - at : 50;
		ck_assert_int_eq(status, STATUS_AGAIN);
		ck_assert_int_eq(write(peer, b->data + at, n), (ssize_t)n);
		status = fcgi_poll(c);
	}
	ck_assert_int_eq(status, STATUS_OK);
}

START_TEST(drained)
{
	struct buf b = { 0 };

	put_request(&b, 0, sizes[_i].body, sizes[_i].step);
	deliver_in_pieces(&b);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken_again(sizes[_i].body);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
	buf_free(&b);
}
END_TEST

/*
 * A kept connection goes on after the answer: with a request that comes while
 * the first is put back, with one that is put back as well, with a plain one.
 */
START_TEST(kept)
{
	struct buf b = { 0 }, plain = { 0 };
	int turn;

	stream_request(&plain, STREAM_KEEP, 10, 10);
	put_request(&b, STREAM_KEEP, 10, 10);
	for (turn = 0; turn < 2; turn++) {
		if (turn == 0 && _i == 0)
			ck_assert(deliver(&b) == STATUS_OK);
		else
			deliver_in_pieces(&b);
		ck_assert(fcgi_take(c) == STATUS_OK);
		ck_assert(fcgi_put_back(c) == STATUS_OK);
		/* It is the one put back that is looked at. */
		ck_assert_int_eq(
		    write(peer, plain.data, plain.len), (ssize_t)plain.len);
		ck_assert(fcgi_poll(c) == STATUS_OK);
		ck_assert(fcgi_take(c) == STATUS_OK);
		check_taken_again(10);
		ck_assert(answer(ANSWER) == STATUS_OK);
		check_answer(1, ANSWER);
		ck_assert(fcgi_poll(c) == STATUS_OK);
		ck_assert(fcgi_take(c) == STATUS_OK);
		check_taken(10, 10);
		ck_assert_ptr_null(param("HTTP_PREFER"));
		ck_assert(!fcgi_may_put_back(c));
		ck_assert(answer(ANSWER) == STATUS_OK);
		check_answer(1, ANSWER);
		ck_assert(fcgi_poll(c) == STATUS_AGAIN);
		ck_assert(!fcgi_begun(c));
	}
	buf_free(&b);
	buf_free(&plain);
}
END_TEST

/* What did not wait its turn is lost: the connection must not go on. */
START_TEST(pipelined)
{
	struct buf b = { 0 };

	put_request(&b, STREAM_KEEP, 10, 10);
	if (_i / 2 == 0)
		stream_request(&b, STREAM_KEEP, 20, 20);
	else
		stream_record(&b, STREAM_STDIN, 1, "", 0, 0);
	if (_i % 2 == 0)
		ck_assert(deliver(&b) == STATUS_OK);
	else {
		/* All but its end first: the rest is drained in one go. */
		ck_assert_int_eq(write(peer, b.data, 30), 30);
		ck_assert(fcgi_poll(c) == STATUS_AGAIN);
		ck_assert_int_eq(
		    write(peer, b.data + 30, b.len - 30), (ssize_t)b.len - 30);
		ck_assert(fcgi_poll(c) == STATUS_OK);
	}
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken_again(10);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
	buf_free(&b);
}
END_TEST

static void
check_not_put_back(void)
{
	ck_assert(!fcgi_may_put_back(c));
	ck_assert(fcgi_put_back(c) == STATUS_INVALID);
	/* It is there still, and can be answered. */
	ck_assert_str_eq(param("REQUEST_METHOD"), "POST");
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
}

START_TEST(without_prefer)
{
	struct buf b = { 0 };

	stream_request(&b, 0, (size_t)_i * 30000, 8000);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_not_put_back();
	buf_free(&b);
}
END_TEST

/* It would cost that much for as long as it waits. */
START_TEST(around_the_bound)
{
	static const char content[KEPT_MAX];
	struct buf b = { 0 }, pairs = { 0 };
	size_t size;

	stream_begin(&b, 1, STREAM_RESPONDER, 0);
	stream_pair(&pairs, "REQUEST_METHOD", "POST");
	stream_pair(&pairs, "HTTP_PREFER", "");
	stream_params(&b, 1, &pairs, 65535);
	size = KEPT_MAX + (size_t)_i - b.len - 2 * 8;
	stream_record(&b, STREAM_STDIN, 1, content, size, 0);
	stream_record(&b, STREAM_STDIN, 1, "", 0, 0);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	if (_i > 0)
		check_not_put_back();
	else {
		ck_assert(fcgi_put_back(c) == STATUS_OK);
		ck_assert(fcgi_take(c) == STATUS_OK);
		ck_assert_uint_eq(fcgi_body(c)->len, size);
		ck_assert_mem_eq(fcgi_body(c)->data, content, size);
	}
	buf_free(&b);
	buf_free(&pairs);
}
END_TEST

/* In many small records, of which only the whole is large. */
START_TEST(too_many_records)
{
	struct buf b = { 0 };

	put_request(&b, 0, 3000, 1);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_not_put_back();
	buf_free(&b);
}
END_TEST

/* The bytes that are looked at belong to one connection at a time. */
START_TEST(another_was_polled)
{
	struct buf b = { 0 }, foreign = { 0 };
	struct fcgi *other;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	other = fcgi_open(fds[0], BODY_MAX);
	put_request(&b, 0, 10, 10);
	put_request(&foreign, 0, 20, 20);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert_int_eq(
	    write(fds[1], foreign.data, foreign.len), (ssize_t)foreign.len);
	ck_assert(fcgi_poll(other) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken(10, 10);
	check_not_put_back();
	fcgi_close(other);
	ck_assert_int_eq(close(fds[1]), 0);
	buf_free(&b);
	buf_free(&foreign);
}
END_TEST

/* Put back, and nobody waits any more: nothing is left of it. */
START_TEST(closed)
{
	struct buf b = { 0 };

	put_request(&b, STREAM_KEEP, 10, 10);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	ck_assert(fcgi_put_back(c) == STATUS_OK);
	if (_i != 0) {
		ck_assert(fcgi_poll(c) == STATUS_OK);
		ck_assert(fcgi_take(c) == STATUS_OK);
	}
	fcgi_close(c);
	c = NULL;
	check_peer_sees_end();
	buf_free(&b);
}
END_TEST

/* The client leaves meanwhile: the answer tells. */
START_TEST(peer_is_gone)
{
	struct buf b = { 0 };

	put_request(&b, STREAM_KEEP, 10, 10);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	ck_assert(fcgi_put_back(c) == STATUS_OK);
	ck_assert_int_eq(close(peer), 0);
	peer = -1;
	ck_assert(fcgi_poll(c) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken(10, 10);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	buf_free(&b);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("fcgi_put_back");
	TCase *tc = tcase_create("fcgi_put_back");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, from_the_socket, 0, LEN(sizes));
	tcase_add_loop_test(tc, drained, 0, LEN(sizes));
	tcase_add_loop_test(tc, kept, 0, 2);
	tcase_add_loop_test(tc, pipelined, 0, 4);
	tcase_add_loop_test(tc, without_prefer, 0, 2);
	tcase_add_loop_test(tc, around_the_bound, -1, 2);
	tcase_add_test(tc, too_many_records);
	tcase_add_test(tc, another_was_polled);
	tcase_add_loop_test(tc, closed, 0, 2);
	tcase_add_test(tc, peer_is_gone);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
