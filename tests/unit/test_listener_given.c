/* test_listener_given: sockets that systemd or a web server gives. */
#include <netinet/in.h>

#include "listener_fixture.h"

static void
give(int fd, int as)
{
	ck_assert_int_ne(dup2(fd, as), -1);
	(void)close(fd);
}

static void
say(const char *pid_prefix, const char *count)
{
	char pid[32];

	(void)snprintf(pid, sizeof(pid), "%s%ld", pid_prefix, (long)getpid());
	ck_assert_int_eq(setenv("LISTEN_PID", pid, 1), 0);
	ck_assert_int_eq(setenv("LISTEN_FDS", count, 1), 0);
}

START_TEST(takes_descriptor_3)
{
	give(other_listener(), 3);
	say("", "1");
	ck_assert(listener_adopt(&listener) == STATUS_OK);
	ck_assert(listener.kind == LISTENER_ACTIVATED);
	ck_assert_int_eq(listener.fd, 3);
	ck_assert_int_eq(fcntl(3, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	ck_assert_int_eq(fcntl(3, F_GETFD), FD_CLOEXEC);
	ck_assert_ptr_null(getenv("LISTEN_PID"));
	ck_assert_ptr_null(getenv("LISTEN_FDS"));
	listener_close(&listener);
	ck_assert(exists(path)); /* not ours to remove */
}
END_TEST

START_TEST(leaves_descriptor_3_to_whom_it_is_for)
{
	int fd = other_listener();

	give(fd, 3);
	say("1", "1");
	ck_assert(listener_adopt(&listener) == STATUS_OK);
	ck_assert(listener.kind == LISTENER_NONE);
}
END_TEST

START_TEST(refuses_more_than_one)
{
	give(other_listener(), 3);
	say("", _i == 0 ? "2" : "0");
	ck_assert(listener_adopt(&listener) == STATUS_INVALID);
}
END_TEST

START_TEST(refuses_tcp)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	give(fd, _i == 0 ? 3 : 0);
	if (_i == 0)
		say("", "1");
	ck_assert(listener_adopt(&listener) == STATUS_INVALID);
}
END_TEST

START_TEST(refuses_what_does_not_listen)
{
	give(socket(AF_UNIX, SOCK_STREAM, 0), 3);
	say("", "1");
	ck_assert(listener_adopt(&listener) == STATUS_INVALID);
}
END_TEST

START_TEST(moves_descriptor_0)
{
	struct stat zero, null;

	give(other_listener(), 0);
	say("", "1"); /* fd 0 comes first */
	ck_assert(listener_adopt(&listener) == STATUS_OK);
	ck_assert(listener.kind == LISTENER_SPAWNED);
	ck_assert_int_ge(listener.fd, 3);
	ck_assert_int_eq(fcntl(listener.fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	ck_assert_int_eq(fcntl(listener.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fstat(0, &zero), 0);
	ck_assert_int_eq(stat("/dev/null", &null), 0);
	ck_assert_uint_eq(zero.st_rdev, null.st_rdev);
	ck_assert(connects());
}
END_TEST

START_TEST(finds_nothing)
{
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	ck_assert(listener_adopt(&listener) == STATUS_OK);
	ck_assert(listener.kind == LISTENER_NONE);
	ck_assert_int_eq(listener.fd, -1);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("listener_given");
	TCase *tc = tcase_create("listener_given");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, takes_descriptor_3);
	tcase_add_test(tc, leaves_descriptor_3_to_whom_it_is_for);
	tcase_add_loop_test(tc, refuses_more_than_one, 0, 2);
	tcase_add_loop_test(tc, refuses_tcp, 0, 2);
	tcase_add_test(tc, refuses_what_does_not_listen);
	tcase_add_test(tc, moves_descriptor_0);
	tcase_add_test(tc, finds_nothing);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	SRunner *sr = srunner_create(suite());

	/* Descriptor 3 is for the tests: libcheck's own files come behind. */
	while (open("/dev/null", O_RDONLY) < 3)
		;
	return (tap_run(sr));
}
