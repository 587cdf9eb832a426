/* test_listener: the socket and its lock. */
#include <errno.h>
#include <sys/file.h>

#include "listener_fixture.h"

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
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
