/* test_listener: the socket, its lock, and sockets that are given. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listener.h"
#include "tap.h"

static char dir[64], path[96], lock[108];
static struct conf conf;
static struct listener listener;

static void
setup(void)
{
	int null = open("/dev/null", O_WRONLY);

	/* The reasons of refusals are looked at in tests/test_pool. */
	ck_assert_int_ne(dup2(null, STDERR_FILENO), -1);
	(void)close(null);
	strcpy(dir, "/tmp/credrelay-test-listener-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	(void)snprintf(lock, sizeof(lock), "%s.lock", path);
	conf = (struct conf){ .socket = path, .socket_mode = 0660 };
	listener = (struct listener)LISTENER_INITIAL;
}

static void
teardown(void)
{
	listener_close(&listener);
	(void)unlink(path);
	(void)unlink(lock);
	ck_assert_int_eq(rmdir(dir), 0);
}

static enum status
bind_it(struct listener *l)
{
	return listener_bind(l, &conf, geteuid(), getegid());
}

static struct sockaddr_un
address(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	strcpy(a.sun_path, path);
	return a;
}

/* A listening socket that is not credrelayd's. */
static int
other_listener(void)
{
	struct sockaddr_un a = address();
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	return fd;
}

static int
connects(void)
{
	struct sockaddr_un a = address();
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), result;

	result = connect(fd, (struct sockaddr *)&a, sizeof(a));
	(void)close(fd);
	return result == 0;
}

static int
exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

START_TEST(binds)
{
	ck_assert(bind_it(&listener) == STATUS_OK);
	ck_assert(listener.kind == LISTENER_BOUND);
	ck_assert(connects());
	ck_assert_int_eq(fcntl(listener.fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	ck_assert_int_eq(fcntl(listener.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(listener.lock, F_GETFD), FD_CLOEXEC);
	listener_close(&listener);
	ck_assert_int_eq(listener.fd, -1);
	ck_assert(!exists(path));
	ck_assert(!exists(lock));
}
END_TEST

/*
 * Ten thousand waits may end at once, and be asked for again; a web server
 * whose connection finds no place answers 500.
 */
START_TEST(has_places_for_many)
{
	FILE *file = fopen("/proc/sys/net/core/somaxconn", "re");
	int i, most = 0;

	if (file != NULL) {
		ck_assert_int_eq(fscanf(file, "%d", &most), 1);
		(void)fclose(file);
	}
	ck_assert(bind_it(&listener) == STATUS_OK);
	for (i = 0; i < most && i < SOMAXCONN; i++)
		ck_assert(connects()); /* and stays until it is taken */
}
END_TEST

static const unsigned modes[] = { 0660, 0600, 0666, 0777, 0000, 0606 };

START_TEST(gives_the_mode_whatever_the_umask)
{
	struct stat st;
	mode_t mask;

	(void)umask((mode_t)(_i % 2 == 0 ? 0077 : 0));
	conf.socket_mode = modes[_i / 2];
	ck_assert(bind_it(&listener) == STATUS_OK);
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, conf.socket_mode);
	mask = umask(022);
	ck_assert_uint_eq(mask, _i % 2 == 0 ? 0077 : 0);
}
END_TEST

START_TEST(gives_the_owner)
{
	struct stat st;

	if (geteuid() != 0)
		return;
	ck_assert(listener_bind(&listener, &conf, 65534, 65533) == STATUS_OK);
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 65534);
	ck_assert_uint_eq(st.st_gid, 65533);
	ck_assert_uint_eq(st.st_mode & 07777, 0660);
}
END_TEST

START_TEST(locks)
{
	struct listener second = LISTENER_INITIAL;
	char holder[16] = "";

	ck_assert(bind_it(&listener) == STATUS_OK);
	ck_assert(bind_it(&second) == STATUS_AGAIN);
	listener_close(&second);
	ck_assert(connects()); /* nothing was taken away */
	ck_assert(exists(lock));
	ck_assert_int_gt(pread(listener.lock, holder, 15, 0), 0);
	ck_assert_int_eq(atol(holder), getpid());
	listener_close(&listener);
	ck_assert(bind_it(&second) == STATUS_OK);
	listener_close(&second);
}
END_TEST

/* A lock file without a holder is what a killed instance leaves. */
START_TEST(takes_over_what_was_left_behind)
{
	int fd = open(lock, O_CREAT | O_WRONLY, 0600);

	ck_assert_int_eq(write(fd, "123456789\n", 10), 10);
	(void)close(fd);
	(void)close(other_listener());
	ck_assert(exists(path));
	ck_assert(!connects());
	ck_assert(bind_it(&listener) == STATUS_OK);
	ck_assert(connects());
}
END_TEST

START_TEST(leaves_a_socket_that_is_in_use)
{
	int fd = other_listener();

	ck_assert(bind_it(&listener) == STATUS_AGAIN);
	listener_close(&listener);
	ck_assert(connects());
	ck_assert(!exists(lock));
	(void)close(fd);
}
END_TEST

START_TEST(leaves_what_is_no_socket)
{
	(void)close(open(path, O_CREAT | O_WRONLY, 0600));
	ck_assert(bind_it(&listener) == STATUS_INVALID);
	listener_close(&listener);
	ck_assert(exists(path));
	ck_assert(!exists(lock));
}
END_TEST

START_TEST(follows_no_link)
{
	char target[108];

	(void)snprintf(target, sizeof(target), "%s/target", dir);
	ck_assert_int_eq(symlink(target, lock), 0);
	ck_assert(bind_it(&listener) == STATUS_IO);
	listener_close(&listener);
	ck_assert(!exists(target));
	ck_assert_int_eq(unlink(lock), 0);
	ck_assert_int_eq(symlink(target, path), 0);
	ck_assert(bind_it(&listener) == STATUS_INVALID);
	ck_assert(!exists(target));
}
END_TEST

START_TEST(leaves_what_has_taken_its_name)
{
	int fd;

	ck_assert(bind_it(&listener) == STATUS_OK);
	ck_assert_int_eq(unlink(path), 0);
	fd = other_listener();
	listener_close(&listener);
	ck_assert(connects());
	(void)close(fd);
}
END_TEST

START_TEST(the_lock_is_the_masters_alone)
{
	struct listener second = LISTENER_INITIAL;
	int fd;

	ck_assert(bind_it(&listener) == STATUS_OK);
	fd = listener.fd;
	listener_inherit(&listener);
	ck_assert_int_eq(listener.lock, -1);
	ck_assert_int_eq(listener.fd, fd);
	listener_close(&listener);
	ck_assert(exists(path));
	ck_assert(exists(lock));
	ck_assert(bind_it(&second) == STATUS_OK);
	listener_close(&second);
}
END_TEST

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
	Suite *s = suite_create("listener");
	TCase *tc = tcase_create("listener");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, binds);
	tcase_add_test(tc, has_places_for_many);
	tcase_add_loop_test(tc, gives_the_mode_whatever_the_umask, 0, 12);
	tcase_add_test(tc, gives_the_owner);
	tcase_add_test(tc, locks);
	tcase_add_test(tc, takes_over_what_was_left_behind);
	tcase_add_test(tc, leaves_a_socket_that_is_in_use);
	tcase_add_test(tc, leaves_what_is_no_socket);
	tcase_add_test(tc, follows_no_link);
	tcase_add_test(tc, leaves_what_has_taken_its_name);
	tcase_add_test(tc, the_lock_is_the_masters_alone);
	tcase_add_test(tc, takes_descriptor_3);
	tcase_add_test(tc, leaves_descriptor_3_to_whom_it_is_for);
	tcase_add_loop_test(tc, refuses_more_than_one, 0, 2);
	tcase_add_loop_test(tc, refuses_tcp, 0, 2);
	tcase_add_test(tc, refuses_what_does_not_listen);
	tcase_add_test(tc, moves_descriptor_0);
	tcase_add_test(tc, finds_nothing);
	suite_add_tcase(s, tc);
	return s;
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
