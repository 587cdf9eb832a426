/* test_db_alone: the database's connection where there is no database. */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <time.h>
#include <unistd.h>

#include "db.h"
#include "log.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* After so long an attempt to connect is given up (db.c). */
enum { CONNECT_PATIENCE_MS = 3000, PATIENCE_MS = 10000 };

static char dir[] = "/tmp/test_db_alone.XXXXXX";

/* What a server has accepted and keeps open, without a word. */
static int accepted[10], n_accepted;

static bool
was_called(int listener)
{
	int fd = accept(listener, NULL, NULL);

	ck_assert(fd != -1 || errno == EAGAIN);
	if (fd != -1)
		accepted[n_accepted++] = fd;
	return (fd != -1);
}

static void
hang_up(void)
{
	while (n_accepted > 0)
		ck_assert_int_eq(close(accepted[--n_accepted]), 0);
}

static void
setup(void)
{
	char path[PATH_MAX];
	int i;

	log_open("test_db_alone", LOG_TO_STDERR, LOG_LEVEL_ERROR);
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	for (i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/%d", dir, i);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
}

static void
teardown(void)
{
	char path[PATH_MAX];
	int i;

	hang_up();
	for (i = 0; i < 2; i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%d/.s.PGSQL.5432", dir, i);
		(void)unlink(path);
		(void)snprintf(path, sizeof(path), "%s/%d", dir, i);
		ck_assert_int_eq(rmdir(path), 0);
	}
	ck_assert_int_eq(rmdir(dir), 0);
}

/* A server that listens, and never says a word. */
static int
listen_silently(int i)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path),
	    "%s/%d/.s.PGSQL.5432", dir, i);
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 10), 0);
	return (fd);
}

/* Of one or of two servers, both in the directory. */
static struct db *
open_db(int servers)
{
	char conninfo[1024];
	struct db *db;

	/* Never anything that the caller's environment names. */
	ck_assert_int_eq(
	    unsetenv("PGHOST") | unsetenv("PGPORT") | unsetenv("PGSERVICE"), 0);
	if (servers == 1)
		(void)snprintf(
		    conninfo, sizeof(conninfo), "host=%s/0 port=5432", dir);
	else
		(void)snprintf(conninfo, sizeof(conninfo),
		    "host=%s/0,%s/1 port=5432", dir, dir);
	ck_assert(db_open(conninfo, PATIENCE_MS, DB_WORKER, &db) == STATUS_OK);
	return (db);
}

static const char *const nonsense[] = { "no_such_keyword=1", "host",
	"postgresql://[::1/d", "host='x" };

START_TEST(nonsense_is_refused)
{
	struct db *db;

	ck_assert(db_open(nonsense[_i], PATIENCE_MS, DB_WORKER, &db) ==
	    STATUS_INVALID);
}
END_TEST

START_TEST(open_does_not_connect)
{
	int listener = listen_silently(0);
	struct db *db = open_db(1);

	ck_assert(!was_called(listener));
	ck_assert_int_eq(db_fd(db), -1);
	ck_assert(!db_ready(db));
	ck_assert(!db_finished(db));
	ck_assert_int_eq(db_health(db), DB_UNREACHABLE);
	/* It is due at once. */
	ck_assert_int_le(db_due_ms(db), 0);
	db_turn(db, 0, true);
	ck_assert(was_called(listener));
	ck_assert_int_ne(db_fd(db), -1);
	db_close(db);
	ck_assert_int_eq(close(listener), 0);
}
END_TEST

START_TEST(close_takes_null)
{
	db_close(NULL);
}
END_TEST

/* The first try again follows at once, then pauses grow up to half a second. */
START_TEST(pauses_grow)
{
	static const int64_t pauses[] = { 0, 50, 100, 200, 400, 500, 500 };
	struct db *db = open_db(1);
	int64_t now = 1000000;
	size_t i;

	for (i = 0; i < LEN(pauses); i++) {
		db_turn(db, now, true);
		ck_assert_int_eq(db_fd(db), -1);
		ck_assert(!db_ready(db));
		ck_assert_int_eq(db_health(db), DB_UNREACHABLE);
		ck_assert_int_eq(db_due_ms(db), now + pauses[i]);
		/* Not before it is due. */
		if (pauses[i] != 0)
			db_turn(db, now + pauses[i] - 1, true);
		ck_assert_int_eq(db_due_ms(db), now + pauses[i]);
		now += pauses[i];
	}
	db_close(db);
}
END_TEST

/* Time passes in the test's hands: nothing here waits. */
START_TEST(silent_server_is_given_up)
{
	int one = listen_silently(0), other = listen_silently(1);
	struct db *db = open_db(2);
	int64_t now = 1000;

	db_turn(db, now, true);
	ck_assert(was_called(one) && !was_called(other));
	ck_assert_int_eq(db_due_ms(db), now + CONNECT_PATIENCE_MS);
	now += CONNECT_PATIENCE_MS;
	db_turn(db, now, true);
	ck_assert_int_eq(db_fd(db), -1);
	ck_assert(!was_called(other));
	/* The next turn begins with the next host, then comes the first. */
	db_turn(db, db_due_ms(db), true);
	ck_assert(was_called(other) && !was_called(one));
	db_turn(db, db_due_ms(db), true);
	db_turn(db, db_due_ms(db), true);
	ck_assert(was_called(one) && !was_called(other));
	db_close(db);
	ck_assert_int_eq(close(one), 0);
	ck_assert_int_eq(close(other), 0);
}
END_TEST

/* One that is not there is left for the next at once, by libpq itself. */
START_TEST(absent_server_is_passed_over)
{
	int other = listen_silently(1);
	struct db *db = open_db(2);

	db_turn(db, 0, true);
	db_turn(db, 0, true);
	ck_assert(was_called(other));
	db_close(db);
	ck_assert_int_eq(close(other), 0);
}
END_TEST

/*
 * One that accepts and hangs up, as a proxy without a server does, is no
 * reason to try nobody else.
 */
START_TEST(hanging_up_server_is_left)
{
	int one = listen_silently(0), other = listen_silently(1), i;
	struct db *db = open_db(2);
	bool called = false;
	int64_t now = 0;

	for (i = 0; i < 20 && !called; i++) {
		db_turn(db, now, true);
		(void)was_called(one);
		hang_up();
		ck_assert(!db_ready(db));
		if (db_fd(db) == -1)
			now = db_due_ms(db);
		called = was_called(other);
	}
	ck_assert(called);
	db_close(db);
	hang_up();
	ck_assert_int_eq(close(one), 0);
	ck_assert_int_eq(close(other), 0);
}
END_TEST

static int64_t
clock_ms(void)
{
	struct timespec t;

	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return ((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/*
 * A port of TCP that does not even refuse: its queue is full, so that the
 * kernel drops what comes, as a firewall or a dead host does.
 */
static int
listen_full(struct sockaddr_in *address, int fillers[], int n)
{
	socklen_t len = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM, 0), i;

	*address = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	ck_assert_int_eq(bind(fd, (struct sockaddr *)address, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)address, &len), 0);
	ck_assert_int_eq(listen(fd, 0), 0);
	for (i = 0; i < n; i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(fillers[i], (struct sockaddr *)address, len);
	}
	return (fd);
}

/*
 * The worker turns the crank whenever anything happens, also while its
 * connection is being made: no turn may wait.
 */
START_TEST(turns_never_wait)
{
	struct sockaddr_in address;
	char conninfo[256];
	int fillers[4], listener = listen_full(&address, fillers, 4), i;
	struct db *db;
	int64_t start;

	(void)snprintf(conninfo, sizeof(conninfo), "host=127.0.0.1 port=%d",
	    ntohs(address.sin_port));
	ck_assert(db_open(conninfo, PATIENCE_MS, DB_WORKER, &db) == STATUS_OK);
	start = clock_ms();
	for (i = 0; i < 10; i++) {
		db_turn(db, 1000, true);
		ck_assert_msg(clock_ms() - start < 1000, "turn %d took %d ms",
		    i, (int)(clock_ms() - start));
	}
	ck_assert(!db_ready(db));
	db_close(db);
	for (i = 0; i < 4; i++)
		ck_assert_int_eq(close(fillers[i]), 0);
	ck_assert_int_eq(close(listener), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("db_alone");
	TCase *tc = tcase_create("alone");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, nonsense_is_refused, 0, LEN(nonsense));
	tcase_add_test(tc, open_does_not_connect);
	tcase_add_test(tc, close_takes_null);
	tcase_add_test(tc, pauses_grow);
	tcase_add_test(tc, silent_server_is_given_up);
	tcase_add_test(tc, absent_server_is_passed_over);
	tcase_add_test(tc, hanging_up_server_is_left);
	tcase_add_test(tc, turns_never_wait);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
