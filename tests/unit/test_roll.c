/*
 * test_roll: a reload whose new workers do not come up.
 *
 * The pool with a worker of this test's own, which the setting default_title
 * tells what to do.
 */
#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "pool.h"
#include "tap.h"
#include "worker.h"

enum { PATIENCE_MS = 60 * 1000 };

static char dir[64], conf_path[96], key_path[96], socket_path[96];
static char text[64 * 1024]; /* the master's log so far */
static size_t text_len, seen;
static int log_fd;
static pid_t master;

int
worker_run(const struct conf *conf, const struct seal_key *key, int fd,
    struct worker_slot *slot, struct bell *bell)
{
	const struct timespec half = { 0, 500 * 1000 * 1000 };
	sigset_t term;

	(void)key;
	(void)fd;
	(void)bell;
	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	if (strcmp(conf->default_title, "dies") == 0)
		return 7;
	if (strcmp(conf->default_title, "hangs") == 0)
		return sigwaitinfo(&term, NULL) == -1;
	do {
		atomic_store(&slot->beat_ms, child_clock_ms());
	} while (sigtimedwait(&term, NULL, &half) == -1);
	return 0;
}

static void
configure(const char *title)
{
	FILE *file = fopen(conf_path, "w");

	ck_assert_ptr_nonnull(file);
	(void)fprintf(file,
	    "base_url = https://relay.example.com\n"
	    "socket = %s\nkey_file = %s\nworkers = 2\nstuck_after = 2s\n"
	    "sandbox = no\n" /* which valgrind cannot live in */
	    "database = host=%s\ndefault_title = %s\n",
	    socket_path, key_path, dir, title);
	ck_assert_int_eq(fclose(file), 0);
}

static _Noreturn void
master_main(int stderr_fd)
{
	struct listener listener = LISTENER_INITIAL;
	struct setup setup = { 0 };
	struct buf error = { 0 };
	sigset_t signals;
	int result;

	/* A test that fails leaves it behind, and nobody would see the end of
	 * what it prints. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)dup2(stderr_fd, STDOUT_FILENO);
	(void)dup2(stderr_fd, STDERR_FILENO);
	pool_block_signals(&signals);
	if (setup_read(conf_path, &setup, &error) != STATUS_OK ||
	    listener_bind(&listener, &setup.conf, geteuid(), getegid()) !=
		STATUS_OK)
		_exit(9);
	result = pool_run(&setup, &listener, &signals);
	listener_close(&listener);
	setup_free(&setup);
	buf_free(&error);
	_exit(result);
}

/* Waits until the log has `part` behind what was expected before. */
static const char *
expect(const char *part)
{
	int64_t end = child_clock_ms() + PATIENCE_MS;
	struct pollfd log = { .fd = log_fd, .events = POLLIN };
	const char *found;
	ssize_t n;

	while ((found = strstr(text + seen, part)) == NULL) {
		if (poll(&log, 1, (int)(end - child_clock_ms())) != 1)
			ck_abort_msg("in vain: %s\n%s", part, text);
		n = read(log_fd, text + text_len, sizeof(text) - 1 - text_len);
		ck_assert_int_gt(n, 0);
		text_len += (size_t)n;
		text[text_len] = '\0';
	}
	seen = (size_t)(found - text) + strlen(part);
	return found;
}

static void
setup(void)
{
	int ends[2];

	strcpy(dir, "/tmp/credrelay-test-roll-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(conf_path, sizeof(conf_path), "%s/conf", dir);
	(void)snprintf(key_path, sizeof(key_path), "%s/key", dir);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/s", dir);
	ck_assert(seal_key_make(key_path) == STATUS_OK);
	configure("lives");
	text_len = seen = 0;
	text[0] = '\0';
	ck_assert_int_eq(pipe(ends), 0);
	master = fork();
	if (master == 0) {
		(void)close(ends[0]);
		master_main(ends[1]);
	}
	(void)close(ends[1]);
	log_fd = ends[0];
	(void)expect("notice: ready: 2 workers");
}

static void
teardown(void)
{
	int status;

	ck_assert_int_eq(kill(master, SIGTERM), 0);
	ck_assert_int_eq(waitpid(master, &status, 0), master);
	ck_assert_int_eq(status, 0);
	(void)close(log_fd);
	(void)unlink(conf_path);
	(void)unlink(key_path);
	ck_assert_int_eq(rmdir(dir), 0);
}

static void
reload(const char *title)
{
	configure(title);
	ck_assert_int_eq(kill(master, SIGHUP), 0);
	(void)expect("notice: reload: ");
}

/* Both workers and the bell, of those that served on. */
static void
expect_drained(void)
{
	int i;

	for (i = 0; i < 3; i++)
		(void)expect("drained");
	ck_assert_ptr_nonnull(strstr(text, "bell "));
}

START_TEST(the_old_serve_on_while_the_new_die)
{
	reload("dies");
	(void)expect("exit status 7");
	(void)expect("starts in 100 ms");
	(void)expect("starts in 400 ms");
	ck_assert_ptr_null(strstr(text, "drained"));
	ck_assert_ptr_null(strstr(text + seen, "ready"));
	reload("lives");
	(void)expect("notice: ready: 2 workers");
	expect_drained();
}
END_TEST

START_TEST(the_old_serve_on_while_the_new_hang)
{
	reload("hangs");
	(void)expect("is stuck: no sign of life");
	(void)expect("killed by its master");
	ck_assert_ptr_null(strstr(text, "drained"));
	reload("lives");
	(void)expect("notice: ready: 2 workers");
	expect_drained();
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("roll");
	TCase *tc = tcase_create("roll");

	tcase_set_timeout(tc, 5 * PATIENCE_MS / 1000);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_old_serve_on_while_the_new_die);
	tcase_add_test(tc, the_old_serve_on_while_the_new_hang);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
