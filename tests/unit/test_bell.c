/* test_bell: rings in shared memory, heard by many; and who may wait. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bell.h"
#include "tap.h"

/* As many rings as are kept (bell.c). */
enum { RINGS = 16384, WRITERS = 2, EACH = 200000, CROWD = 8 };

static struct bell *bell;

static void
setup(void)
{
	ck_assert(bell_make(&bell) == STATUS_OK);
}

static void
teardown(void)
{
	bell_close(bell);
}

/* The next ring, which must be this one. */
static void
hears(struct bell_ear *ear, uint32_t expected)
{
	uint32_t which = 0;

	ck_assert_int_eq(bell_hear(bell, ear, &which), BELL_ONE);
	ck_assert_uint_eq(which, expected);
}

static void
hears_only(struct bell_ear *ear, enum bell_sound expected)
{
	uint32_t which = 0;

	ck_assert_int_eq(bell_hear(bell, ear, &which), expected);
	ck_assert_int_eq(bell_hear(bell, ear, &which), BELL_NOTHING);
}

START_TEST(each_ear_hears_each_ring_once)
{
	struct bell_ear one, other, late;

	bell_ear_start(bell, &one);
	bell_ear_start(bell, &other);
	hears_only(&one, BELL_NOTHING);
	bell_ring(bell, 7);
	bell_ring(bell, 7);
	bell_ring(bell, UINT32_MAX);
	hears(&one, 7);
	bell_ear_start(bell, &late);
	bell_ring(bell, 0);
	hears(&one, 7);
	hears(&one, UINT32_MAX);
	hears(&one, 0);
	hears_only(&one, BELL_NOTHING);
	hears(&other, 7);
	hears(&other, 7);
	hears(&other, UINT32_MAX);
	hears(&other, 0);
	hears_only(&other, BELL_NOTHING);
	/* What was rung before it began is none of its. */
	hears(&late, 0);
	hears_only(&late, BELL_NOTHING);
}
END_TEST

START_TEST(ring_all)
{
	struct bell_ear one, other;

	bell_ear_start(bell, &one);
	bell_ear_start(bell, &other);
	bell_ring(bell, 1);
	bell_ring_all(bell);
	bell_ring(bell, 2);
	/* It includes what was rung beside it. */
	hears_only(&one, BELL_ALL);
	bell_ring(bell, 3);
	hears(&one, 3);
	hears_only(&one, BELL_NOTHING);
	hears_only(&other, BELL_ALL);
}
END_TEST

/* All that fit are heard, from wherever they begin; one more is too many. */
START_TEST(overflow_is_all)
{
	struct bell_ear ear;
	uint32_t i;

	for (i = 0; i < (uint32_t)_i; i++)
		bell_ring(bell, i);
	bell_ear_start(bell, &ear);
	for (i = 0; i < RINGS; i++)
		bell_ring(bell, i);
	for (i = 0; i < RINGS; i++)
		hears(&ear, i);
	hears_only(&ear, BELL_NOTHING);
	for (i = 0; i < RINGS + 1; i++)
		bell_ring(bell, i);
	hears_only(&ear, BELL_ALL);
	bell_ring(bell, 42);
	hears(&ear, 42);
	hears_only(&ear, BELL_NOTHING);
}
END_TEST

/*
 * A writer that has its number and has not yet written: made by hand, since
 * the count is what a bell begins with (bell.c).
 */
static void
ring_a_hole(void)
{
	_Atomic uint64_t *rung;

	memcpy(&rung, bell, sizeof(rung));
	(void)atomic_fetch_add(rung, 1);
}

/* What is not yet written is waited for; one who died leaves it for good. */
START_TEST(hole)
{
	struct bell_ear ear, late;
	uint32_t i;

	bell_ear_start(bell, &ear);
	bell_ring(bell, 1);
	ring_a_hole();
	bell_ring(bell, 2);
	hears(&ear, 1);
	hears_only(&ear, BELL_NOTHING);
	hears_only(&ear, BELL_NOTHING);
	bell_ear_start(bell, &late);
	bell_ring(bell, 3);
	hears(&late, 3);
	/* Whoever takes its place rings for all, and that is heard. */
	if (_i == 0)
		bell_ring_all(bell);
	else
		for (i = 0; i < RINGS; i++)
			bell_ring(bell, i);
	hears_only(&ear, BELL_ALL);
	bell_ring(bell, 4);
	hears(&ear, 4);
	hears_only(&ear, BELL_NOTHING);
}
END_TEST

static pid_t
start_process(void (*run)(int), int arg)
{
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		run(arg);
		_exit(0);
	}
	return (pid);
}

static void
ring_many(int who)
{
	uint32_t i;

	for (i = 0; i < EACH; i++) {
		bell_ring(bell, (uint32_t)who << 24 | i);
		if (i % 64 == 0)
			bell_tell(bell);
	}
	bell_tell(bell);
}

/*
 * Two ring at once, and who listens meanwhile hears each one's rings in their
 * order, none twice; or hears that it may have missed some.  What is not yet
 * written is waited for: the last of each is heard unless all was.
 */
START_TEST(two_writers)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC), n = 0, status;
	int64_t last[WRITERS] = { -1, -1 };
	enum bell_sound sound;
	struct bell_ear ear;
	bool all = false;
	uint32_t which;
	pid_t pids[WRITERS];
	size_t i;

	ck_assert_int_eq(
	    epoll_ctl(epoll, EPOLL_CTL_ADD, bell_fd(bell), &event), 0);
	bell_ear_start(bell, &ear);
	for (i = 0; i < WRITERS; i++)
		pids[i] = start_process(ring_many, (int)i);
	while (last[0] < EACH - 1 || last[1] < EACH - 1) {
		while ((sound = bell_hear(bell, &ear, &which)) == BELL_ONE) {
			int64_t at = which & 0xffffff;

			ck_assert_uint_lt(which >> 24, WRITERS);
			if (all ? at <= last[which >> 24] :
				  at != last[which >> 24] + 1)
				ck_abort_msg("%lld after %lld", (long long)at,
				    (long long)last[which >> 24]);
			last[which >> 24] = at;
			n++;
		}
		all |= sound == BELL_ALL;
		if (sound == BELL_ALL)
			continue;
		/* Told once it ends; an end that ALL swallowed never comes. */
		if (epoll_wait(epoll, &event, 1, all ? 100 : 10000) == 0)
			break;
	}
	for (i = 0; i < WRITERS; i++) {
		ck_assert(all || last[i] == EACH - 1);
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	ck_assert(all || n == WRITERS * EACH);
	ck_assert_int_eq(close(epoll), 0);
}
END_TEST

/* Nobody reads the descriptor: each telling is an event of its own, to all. */
START_TEST(each_telling_is_an_event)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int sets[3], i, turn;

	for (i = 0; i < 3; i++) {
		sets[i] = epoll_create1(EPOLL_CLOEXEC);
		ck_assert_int_eq(
		    epoll_ctl(sets[i], EPOLL_CTL_ADD, bell_fd(bell), &event),
		    0);
		ck_assert_int_eq(epoll_wait(sets[i], &event, 1, 0), 0);
	}
	for (turn = 0; turn < 3; turn++) {
		bell_ring(bell, 1);
		for (i = 0; i < 3; i++)
			ck_assert_int_eq(epoll_wait(sets[i], &event, 1, 0), 0);
		bell_tell(bell);
		for (i = 0; i < 3; i++) {
			ck_assert_int_eq(epoll_wait(sets[i], &event, 1, 0), 1);
			ck_assert_int_eq(epoll_wait(sets[i], &event, 1, 0), 0);
		}
	}
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(close(sets[i]), 0);
}
END_TEST

START_TEST(admitted_up_to_most)
{
	ck_assert(!bell_admit(bell, 0));
	ck_assert(bell_admit(bell, 2));
	ck_assert(bell_admit(bell, 2));
	ck_assert(!bell_admit(bell, 2));
	ck_assert(!bell_admit(bell, 1));
	ck_assert(bell_admit(bell, 3));
	bell_dismiss(bell, 0);
	ck_assert(!bell_admit(bell, 3));
	/* A worker that died takes all of its away. */
	bell_dismiss(bell, 2);
	ck_assert(bell_admit(bell, 2));
	ck_assert(!bell_admit(bell, 2));
	bell_dismiss(bell, 2);
	ck_assert(bell_admit(bell, 1));
}
END_TEST

/* Each takes places and leaves them; the odd ones end with one in hand. */
static void
crowd(int who)
{
	int i, held = 0;

	for (i = 0; i < 100000; i++) {
		if (held < 3 && bell_admit(bell, CROWD))
			held++;
		else if (held > 0) {
			bell_dismiss(bell, 1);
			held--;
		}
	}
	bell_dismiss(bell, (unsigned)held);
	if (who % 2 == 0)
		return;
	while (!bell_admit(bell, CROWD))
		continue;
}

START_TEST(many_processes_are_counted)
{
	pid_t pids[CROWD];
	int i, status;

	for (i = 0; i < CROWD; i++)
		pids[i] = start_process(crowd, i);
	for (i = 0; i < CROWD; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	/* CROWD / 2 are held, by who has ended; as many are free. */
	for (i = 0; i < CROWD / 2; i++)
		ck_assert(bell_admit(bell, CROWD));
	ck_assert(!bell_admit(bell, CROWD));
	bell_dismiss(bell, CROWD);
	ck_assert(!bell_admit(bell, 0));
	ck_assert(bell_admit(bell, 1));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("bell");
	TCase *tc = tcase_create("bell");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_ear_hears_each_ring_once);
	tcase_add_test(tc, ring_all);
	tcase_add_loop_test(tc, overflow_is_all, 0, 3);
	tcase_add_loop_test(tc, hole, 0, 2);
	tcase_add_test(tc, two_writers);
	tcase_add_test(tc, each_telling_is_an_event);
	tcase_add_test(tc, admitted_up_to_most);
	tcase_add_test(tc, many_processes_are_counted);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
