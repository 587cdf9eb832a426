/* test_fcgi: requests over a socket, through libfcgi, and answers back. */
#include <poll.h>
#include <sys/wait.h>

#include "fcgi_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *what;
	size_t body, step;
	size_t kept;
} bodies[] = {
	{ "none", 0, 1, 0 },
	{ "one byte", 1, 1, 1 },
	{ "byte by byte", 100, 1, 100 },
	{ "as large as libfcgi's buffer", 8192, 8192, 8192 },
	{ "one byte more", 8193, 8192, 8193 },
	{ "12 KiB in small records", 12000, 1000, 12000 },
	{ "16 KiB", 16384, 16384, 16384 },
	{ "20 KiB in small records", 20000, 100, 20000 },
	{ "48 KiB as Apache sends it", 49152, 8184, 49152 },
	{ "the bound in one record", BODY_MAX - 1, BODY_MAX - 1, BODY_MAX - 1 },
	{ "the bound", BODY_MAX, 8184, BODY_MAX },
	{ "one byte more than the bound", BODY_MAX + 1, 8184, BODY_MAX + 1 },
	{ "a record more than the bound", BODY_MAX + 9000, 8184, BODY_MAX + 1 },
	{ "a megabyte", 1000000, 65535, BODY_MAX + 1 },
};

START_TEST(body)
{
	struct buf b = { 0 };

	stream_request(&b, 0, bodies[_i].body, bodies[_i].step);
	ck_assert_msg(deliver(&b) == STATUS_OK, "%s", bodies[_i].what);
	ck_assert(fcgi_poll(c) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken(bodies[_i].body, bodies[_i].kept);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
	buf_free(&b);
}
END_TEST

/* A kept connection: three requests, each of any size, one behind another. */
START_TEST(kept)
{
	struct buf b = { 0 };
	int turn;

	for (turn = 0; turn < 3; turn++) {
		size_t i = ((size_t)_i + (size_t)turn * 5) % LEN(bodies);

		ck_assert(fcgi_poll(c) == STATUS_AGAIN);
		ck_assert(!fcgi_begun(c));
		buf_clear(&b);
		stream_request(&b, STREAM_KEEP, bodies[i].body, bodies[i].step);
		ck_assert_msg(deliver(&b) == STATUS_OK, "%s", bodies[i].what);
		ck_assert(fcgi_begun(c));
		ck_assert(fcgi_take(c) == STATUS_OK);
		check_taken(bodies[i].body, bodies[i].kept);
		ck_assert(answer(ANSWER) == STATUS_OK);
		check_answer(1, ANSWER);
	}
	buf_free(&b);
}
END_TEST

/* Padding around the streams, of which libfcgi knows nothing. */
START_TEST(padded_ends)
{
	static const char begin[8] = { 0, STREAM_RESPONDER, STREAM_KEEP };
	struct buf b = { 0 }, pairs = { 0 };
	int turn;

	stream_pair(&pairs, "REQUEST_METHOD", "POST");
	stream_record(&b, STREAM_BEGIN, 1, begin, sizeof(begin), 1);
	stream_record(&b, STREAM_PARAMS, 1, pairs.data, pairs.len, 7);
	stream_record(&b, STREAM_PARAMS, 1, "", 0, 54);
	stream_record(&b, STREAM_STDIN, 1, "body", 4, 3);
	stream_record(&b, STREAM_STDIN, 1, "", 0, 255);
	for (turn = 0; turn < 3; turn++) {
		ck_assert(fcgi_poll(c) == STATUS_AGAIN);
		ck_assert(deliver(&b) == STATUS_OK);
		ck_assert(fcgi_take(c) == STATUS_OK);
		ck_assert_str_eq(fcgi_params(c)[1], "REQUEST_METHOD=POST");
		ck_assert_ptr_null(fcgi_params(c)[2]);
		ck_assert_str_eq(fcgi_body(c)->data, "body");
		ck_assert(answer(ANSWER) == STATUS_OK);
		check_answer(1, ANSWER);
	}
	buf_free(&b);
	buf_free(&pairs);
}
END_TEST

/* Requests of just 16 KiB in all: what may wait in the socket, and more. */
START_TEST(around_16_kib)
{
	struct buf b = { 0 }, pairs = { 0 };
	size_t i, total = 16 * 1024 + (size_t)_i, size;
	char content[16 * 1024];

	stream_begin(&b, 1, STREAM_RESPONDER, 0);
	stream_pair(&pairs, "A", "b");
	stream_params(&b, 1, &pairs, 100);
	size = total - b.len - 2 * 8;
	for (i = 0; i < size; i++)
		content[i] = stream_body_byte(i);
	stream_record(&b, STREAM_STDIN, 1, content, size, 0);
	stream_record(&b, STREAM_STDIN, 1, "", 0, 0);
	ck_assert_uint_eq(b.len, total);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	ck_assert_str_eq(param("A"), "b");
	ck_assert_uint_eq(fcgi_body(c)->len, size);
	ck_assert_mem_eq(fcgi_body(c)->data, content, size);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
	buf_free(&b);
	buf_free(&pairs);
}
END_TEST

START_TEST(byte_by_byte)
{
	struct buf b = { 0 };
	size_t i;

	stream_request(&b, 0, 50, 20);
	for (i = 0; i < b.len; i++) {
		ck_assert(fcgi_poll(c) == STATUS_AGAIN);
		ck_assert_int_eq(fcgi_begun(c), i != 0);
		ck_assert_int_eq(write(peer, b.data + i, 1), 1);
	}
	ck_assert(fcgi_poll(c) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken(50, 50);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
	buf_free(&b);
}
END_TEST

START_TEST(id_is_the_requests_own)
{
	struct buf b = { 0 }, pairs = { 0 };

	stream_begin(&b, 0x0203, STREAM_RESPONDER, STREAM_KEEP);
	stream_pair(&pairs, "A", "");
	stream_pair(&pairs, "A", "twice");
	stream_params(&b, 0x0203, &pairs, 3);
	stream_body(&b, 0x0203, 0, 1);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	/* A name that came twice is there twice. */
	ck_assert_str_eq(fcgi_params(c)[1], "A=");
	ck_assert_str_eq(fcgi_params(c)[2], "A=twice");
	ck_assert_ptr_null(fcgi_params(c)[3]);
	ck_assert(answer(ANSWER) == STATUS_OK);
	check_answer(0x0203, ANSWER);
	buf_free(&b);
	buf_free(&pairs);
}
END_TEST

/* Long names and values, more than libfcgi's buffer holds at once. */
START_TEST(long_params)
{
	struct buf b = { 0 }, pairs = { 0 };
	char value[20001];

	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	stream_begin(&b, 1, STREAM_RESPONDER, 0);
	stream_pair(&pairs, "LONG", value);
	stream_pair(&pairs, "SHORT", "s");
	stream_params(&b, 1, &pairs, (size_t)_i);
	stream_body(&b, 1, 0, 1);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	ck_assert_str_eq(param("LONG"), value);
	ck_assert_str_eq(param("SHORT"), "s");
	buf_free(&b);
	buf_free(&pairs);
}
END_TEST

/* Parameters of which the record says one thing and their lengths another. */
static const struct {
	const char *what;
	const char *content;
	size_t len;
} broken[] = {
	{ "a name that ends early", "\5\0abc", 5 },
	{ "a value that ends early", "\1\5abc", 5 },
	{ "a name's length alone", "\1", 1 },
	{ "half a long length", "\x80\0", 2 },
	{ "a long value's length", "\1\x80\0\1\0a", 6 },
	{ "16 MB that are not there", "\x80\xff\xff\xff\0", 5 },
	{ "a good pair, then half a one", "\1\1ab\5\5a", 7 },
};

START_TEST(broken_params)
{
	struct buf b = { 0 }, pairs = { 0 };
	char value[30001];
	bool large = _i % 2 != 0; /* drained, or left in the socket */

	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	stream_begin(&b, 1, STREAM_RESPONDER, STREAM_KEEP);
	if (large)
		stream_pair(&pairs, "LONG", value);
	buf_add(&pairs, broken[_i / 2].content, broken[_i / 2].len);
	stream_params(&b, 1, &pairs, 65535);
	stream_body(&b, 1, 10, 10);
	/* Seen before libfcgi is let at them. */
	ck_assert_msg(deliver(&b) == STATUS_INVALID, "%s", broken[_i / 2].what);
	fcgi_close(c);
	c = NULL;
	check_peer_sees_end();
	/* Before the peer's own end goes: the relay's is gone. */
	ck_assert_int_eq(count_descriptors(), descriptors + 1);
	buf_free(&b);
	buf_free(&pairs);
}
END_TEST

/* libfcgi would cut it there: the relay is to see nothing of the request. */
START_TEST(nul_in_a_param)
{
	static const char *const cut[] = { "\4\4NAMEva\0e", "\4\4N\0MEvalu" };
	struct buf b = { 0 }, pairs = { 0 };

	stream_pair(&pairs, "FIRST", "1");
	buf_add(&pairs, cut[_i], 10);
	stream_begin(&b, 1, STREAM_RESPONDER, STREAM_KEEP);
	stream_params(&b, 1, &pairs, 65535);
	stream_body(&b, 1, 10, 10);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	ck_assert_ptr_null(fcgi_params(c)[0]);
	ck_assert_uint_eq(fcgi_body(c)->len, 10);
	buf_free(&b);
	buf_free(&pairs);
}
END_TEST

START_TEST(no_request_is_refused)
{
	static const char text[] = "GET / HTTP/1.0\r\n\r\n";
	struct buf b = { 0 };

	buf_puts(&b, text);
	ck_assert(deliver(&b) == STATUS_INVALID);
	buf_free(&b);
}
END_TEST

/* A management record would overflow a buffer of libfcgi's. */
START_TEST(get_values_is_refused)
{
	struct buf b = { 0 };
	int i;

	if (_i != 0) {
		/* Also behind what was drained already. */
		stream_request(&b, 0, 40000, 40000);
		b.len -= 8;
	}
	for (i = 0; i < 20; i++)
		stream_record(&b, STREAM_GET_VALUES, 0,
		    "\16\0FCGI_MAX_CONNS\16\0FCGI_MAX_CONNS", 32, 0);
	ck_assert(deliver(&b) == STATUS_INVALID);
	buf_free(&b);
}
END_TEST

/* A second request that did not wait is not served as half of one. */
START_TEST(no_pipelining)
{
	struct buf b = { 0 };

	stream_request(&b, STREAM_KEEP, 30000, 30000);
	stream_request(&b, STREAM_KEEP, 10, 10);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	check_taken(30000, 30000);
	ck_assert(answer(ANSWER) == STATUS_GONE);
	check_answer(1, ANSWER);
	buf_free(&b);
}
END_TEST

/* The peer of a large answer, in a process of its own: how much it got. */
static pid_t
start_reader(size_t at_least)
{
	pid_t pid = fork();
	char bytes[65536];
	size_t got = 0;
	ssize_t n;

	ck_assert_int_ne(pid, -1);
	if (pid != 0)
		return (pid);
	(void)fcntl(peer, F_SETFL, 0);
	while (got < at_least && (n = read(peer, bytes, sizeof(bytes))) > 0)
		got += (size_t)n;
	_exit(got >= at_least ? 0 : 1);
}

START_TEST(large_answer)
{
	struct buf b = { 0 }, large = { 0 };
	enum status sent;
	struct pollfd p;
	int status;
	pid_t pid;

	buf_reserve(&large, 2000000);
	memset(large.data, 'x', 2000000);
	large.len = 2000000;
	stream_request(&b, STREAM_KEEP, 10, 10);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	/* Nobody reads yet: it must not be waited for. */
	sent = fcgi_answer(c, &large);
	ck_assert(sent == STATUS_AGAIN);
	pid = start_reader(large.len);
	for (p = (struct pollfd){ .fd = own, .events = POLLOUT };
	     sent == STATUS_AGAIN; sent = fcgi_send(c))
		ck_assert_int_eq(poll(&p, 1, 10000), 1);
	ck_assert(sent == STATUS_OK);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	buf_free(&b);
	buf_free(&large);
}
END_TEST

START_TEST(close_takes_null)
{
	fcgi_close(NULL);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("fcgi");
	TCase *tc = tcase_create("fcgi");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, body, 0, LEN(bodies));
	tcase_add_loop_test(tc, kept, 0, LEN(bodies));
	tcase_add_test(tc, padded_ends);
	tcase_add_loop_test(tc, around_16_kib, -9, 10);
	tcase_add_test(tc, byte_by_byte);
	tcase_add_test(tc, id_is_the_requests_own);
	tcase_add_loop_test(tc, long_params, 4095, 4098);
	tcase_add_loop_test(tc, broken_params, 0, 2 * LEN(broken));
	tcase_add_loop_test(tc, nul_in_a_param, 0, 2);
	tcase_add_test(tc, no_request_is_refused);
	tcase_add_loop_test(tc, get_values_is_refused, 0, 2);
	tcase_add_test(tc, no_pipelining);
	tcase_add_test(tc, large_answer);
	tcase_add_test(tc, close_takes_null);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
