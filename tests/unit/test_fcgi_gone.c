/* test_fcgi_gone: one end goes before the answer is there. */
#include "fcgi_fixture.h"
#include "tap.h"

START_TEST(peer_is_gone_at_once)
{
	ck_assert_int_eq(close(peer), 0);
	peer = -1;
	ck_assert(fcgi_poll(c) == STATUS_GONE);
}
END_TEST

/* Cut off anywhere, nothing is ever taken for a request. */
START_TEST(peer_is_gone_halfway)
{
	static const struct {
		size_t body, cut;
	} rows[] = { { 10, 1 }, { 10, 8 }, { 10, 100 }, { 30000, 1 },
		{ 30000, 8 }, { 30000, 10000 } };
	struct buf b = { 0 };

	stream_request(&b, 0, rows[_i].body, 30000);
	b.len -= rows[_i].cut;
	ck_assert(deliver(&b) == STATUS_AGAIN);
	ck_assert_int_eq(close(peer), 0);
	peer = -1;
	ck_assert(fcgi_poll(c) != STATUS_OK);
	if (b.len > 16384)
		ck_assert(fcgi_poll(c) == STATUS_GONE);
	buf_free(&b);
}
END_TEST

START_TEST(peer_is_gone_before_the_answer)
{
	struct buf b = { 0 }, large = { 0 };
	size_t i;

	stream_request(&b, STREAM_KEEP, (size_t)_i * 30000, 8000);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	ck_assert_int_eq(close(peer), 0);
	peer = -1;
	for (i = 0; i < 100; i++)
		buf_puts(&large, ANSWER);
	/* Neither a signal nor a wait. */
	ck_assert(fcgi_answer(c, &large) == STATUS_GONE);
	buf_free(&b);
	buf_free(&large);
}
END_TEST

/* The relay's end goes without an answer: the peer must not see half a one. */
START_TEST(closed_unanswered)
{
	struct buf b = { 0 };

	stream_request(&b, STREAM_KEEP, (size_t)_i * 30000, 8000);
	ck_assert(deliver(&b) == STATUS_OK);
	ck_assert(fcgi_take(c) == STATUS_OK);
	fcgi_close(c);
	c = NULL;
	check_peer_sees_end();
	buf_free(&b);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("fcgi_gone");
	TCase *tc = tcase_create("fcgi_gone");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, peer_is_gone_at_once);
	tcase_add_loop_test(tc, peer_is_gone_halfway, 0, 6);
	tcase_add_loop_test(tc, peer_is_gone_before_the_answer, 0, 2);
	tcase_add_loop_test(tc, closed_unanswered, 0, 2);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
