/* test_sandbox: what a process can and cannot do, once it is in there. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/landlock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sandbox.h"
#include "sandbox_acts.h"
#include "sandbox_parts.h"
#include "tap.h"

enum { KILLED = -1, FINE = 0 };

struct scene scene;
static int listening; /* at scene.where */

static const struct sandbox boxes[] = {
	{ .internet = false }, /* HERE */
	{ .internet = true },  /* WORLD */
	{ .internet = true,
	    .threads = true,
	    .pid_file = scene.pid_file } /* NOTIFY */
};
enum { HERE = 1, WORLD = 2, NOTIFY = 4, WORKERS = 3, ALL = 7 };

static const struct {
	const char *what;
	int (*act)(void);
	int in; /* which boxes */
	int want;
	bool sanitized; /* it is let through where a sanitizer wants it */
} rows[] = {
	{ "reads a file", reads_file, ALL, FINE, false },
	{ "opens a folder", lists_folder, ALL, FINE, false },
	{ "writes to its log", writes_log, ALL, FINE, false },
	{ "makes a unix socket", unix_socket, ALL, FINE, false },
	{ "makes a file in memory", file_in_memory, ALL, FINE, false },
	{ "allocates", takes_memory, ALL, FINE, false },
	{ "prints", prints, ALL, FINE, false },
	{ "looks up a name", looks_up_name, WORLD | NOTIFY, FINE, false },
	{ "connects by TCP", connects_tcp, WORLD | NOTIFY, FINE, false },
	{ "makes a UDP socket", udp_socket, WORLD | NOTIFY, FINE, false },
	{ "starts a thread", starts_thread, NOTIFY, FINE, false },
	{ "removes its pid file", loses_pid_file, NOTIFY, FINE, false },
	{ "maps code", maps_code, WORLD | NOTIFY, FINE, false },

	{ "connects by TCP", connects_tcp, HERE, EAFNOSUPPORT, false },
	{ "makes a UDP socket", udp_socket, HERE, EAFNOSUPPORT, false },
	{ "maps code", maps_code, HERE, EACCES, false },
	{ "opens to write", writes_file, ALL, EACCES, false },
	{ "opens to append", changes_file, ALL, EACCES, false },
	{ "makes a file", makes_file, ALL, EACCES, false },
	{ "makes a file unread", makes_unread, ALL, ENOSYS, false },
	{ "makes a nameless file", makes_unnamed, ALL, EACCES, false },
	{ "opens a device to write", writes_device, ALL, EACCES, false },
	{ "opens by openat2", opens_newly, ALL, ENOSYS, false },
	{ "removes a file", loses_file, WORKERS, ENOSYS, false },
	{ "renames a file", renames, ALL, ENOSYS, false },
	{ "makes a link", links, ALL, ENOSYS, false },
	{ "truncates a file", truncates, ALL, ENOSYS, false },
	{ "makes a folder", makes_folder, ALL, ENOSYS, false },
	{ "changes a mode", changes_mode, ALL, KILLED, false },
	{ "executes", executes, ALL, KILLED, true },
	{ "executes by execveat", executes_descriptor, ALL, KILLED, false },
	{ "forks", forks, WORKERS, KILLED, true },
	{ "forks", forks, NOTIFY, ENOSYS, true },
	{ "forks by vfork", forks_by_vfork, ALL, KILLED, true },
	{ "forks by clone3", clones_newly, ALL, ENOSYS, false },
	{ "makes a namespace", makes_namespace, WORKERS, KILLED, true },
	{ "makes a namespace", makes_namespace, NOTIFY, ENOSYS, true },
	{ "makes a thread apart", makes_thread_apart, NOTIFY, ENOSYS, true },
	{ "traces", traces, ALL, KILLED, true },
	{ "reads another's memory", reads_memory, ALL, KILLED, false },
	{ "signals another", signals_parent, ALL, KILLED, true },
	{ "signals another's thread", signals_parents_thread, ALL, ENOSYS,
	    true },
	{ "listens", listens, ALL, KILLED, false },
	{ "binds", binds, ALL, EACCES, false },
	{ "makes a raw socket", raw_socket, WORLD | NOTIFY, ENOSYS, false },
	{ "makes a packet socket", packet_socket, ALL, ENOSYS, false },
	{ "makes a netlink socket", netlink_socket, ALL, EAFNOSUPPORT, false },
	{ "maps code to write", maps_written_code, ALL, EACCES, false },
	{ "turns data into code", turns_into_code, ALL, EACCES, false },
	{ "becomes root", becomes_root, ALL, KILLED, false },
	{ "unshares", unshares, ALL, KILLED, false },
	{ "mounts", mounts, ALL, KILLED, false },
	{ "loads a BPF program", loads_bpf, ALL, KILLED, false },
	{ "makes an io_uring", makes_ring, ALL, KILLED, false },
	{ "keeps keys", keeps_keys, ALL, ENOSYS, false },
	{ "raises a limit", raises_limit, ALL, ENOSYS, false },
	{ "types for others", types_for_others, ALL, ENOSYS, false },
	{ "calls as x32", calls_another_kernel, ALL, KILLED, false },
	{ "calls what is not there", calls_what_is_not_there, ALL, ENOSYS,
	    false },
};

static void
setup(void)
{
	socklen_t len = sizeof(scene.where);
	int fd;

	strcpy(scene.dir, "/tmp/credrelay-test-sandbox-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(scene.dir));
	(void)snprintf(scene.file, sizeof(scene.file), "%s/file", scene.dir);
	(void)snprintf(
	    scene.pid_file, sizeof(scene.pid_file), "%s/run", scene.dir);
	ck_assert_int_eq(mkdir(scene.pid_file, 0700), 0);
	(void)strcat(scene.pid_file, "/pid");
	fd = open(scene.file, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ne(fd, -1);
	(void)close(fd);
	fd = open(scene.pid_file, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ne(fd, -1);
	(void)close(fd);
	listening = socket(AF_INET, SOCK_STREAM, 0);
	scene.where = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	ck_assert_int_eq(bind(listening, (struct sockaddr *)&scene.where,
			     sizeof(scene.where)),
	    0);
	ck_assert_int_eq(listen(listening, 16), 0);
	ck_assert_int_eq(
	    getsockname(listening, (struct sockaddr *)&scene.where, &len), 0);
}

static void
teardown(void)
{
	(void)close(listening);
	(void)unlink(scene.pid_file);
	*strrchr(scene.pid_file, '/') = '\0';
	(void)rmdir(scene.pid_file);
	(void)unlink(scene.file);
	ck_assert_int_eq(rmdir(scene.dir), 0); /* nothing was made in it */
}

/* In a process of its own: how it ended, as wait(2) has it. */
static int
run(int (*act)(void), const struct sandbox *box)
{
	int status, wrong;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		if (box != NULL && sandbox_enter(box) != STATUS_OK)
			_exit(255);
		wrong = act();
		_exit(wrong < 255 ? wrong : 254);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return (status);
}

START_TEST(test_row)
{
	size_t b;
	int status, want = rows[_i].want;

	for (b = 0; b < 3; b++) {
		if ((rows[_i].in & 1 << b) == 0)
			continue;
#ifdef SANDBOX_SANITIZED
		if (rows[_i].sanitized)
			continue;
#endif
		status = run(rows[_i].act, &boxes[b]);
		if (want == KILLED)
			ck_assert_msg(
			    WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
			    "%s, in box %zu: not killed, status %#x",
			    rows[_i].what, b, (unsigned)status);
		else
			ck_assert_msg(
			    WIFEXITED(status) && WEXITSTATUS(status) == want,
			    "%s, in box %zu: status %#x, not %d", rows[_i].what,
			    b, (unsigned)status, want);
	}
}
END_TEST

/* /proc/self/status has the line. */
static bool
status_says(const char *line)
{
	char text[4096];
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	(void)close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return (strstr(text, line) != NULL);
}

static int
is_confined(void)
{
	if (!status_says("\nNoNewPrivs:\t1\n"))
		return (1);
	return (status_says("\nSeccomp:\t2\n") ? 0 : 2);
}

static int
is_limited(void)
{
	static const int limits[] = { RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE,
		RLIMIT_RTPRIO, RLIMIT_NPROC };
	struct rlimit limit;
	size_t i, n = sizeof(limits) / sizeof(limits[0]);

#ifdef SANDBOX_SANITIZED
	n--;
#endif
	for (i = 0; i < n; i++) {
		if (getrlimit((__rlimit_resource_t)limits[i], &limit) == -1 ||
		    limit.rlim_max != 0)
			return ((int)i + 1);
	}
	return (0);
}

START_TEST(test_status)
{
	ck_assert_int_eq(run(is_confined, &boxes[_i]), 0);
}
END_TEST

START_TEST(test_limits)
{
	ck_assert_int_eq(run(is_limited, &boxes[_i]), 0);
}
END_TEST

/* Were it not for the sandbox, all of it would succeed: rows can fail. */
START_TEST(test_outside)
{
	ck_assert_int_eq(run(writes_file, NULL), 0);
	ck_assert_int_eq(run(changes_file, NULL), 0);
	ck_assert_int_eq(run(connects_tcp, NULL), 0);
	ck_assert_int_eq(run(maps_code, NULL), 0);
	ck_assert_int_eq(run(maps_written_code, NULL), 0);
	ck_assert_int_eq(run(turns_into_code, NULL), 0);
	ck_assert_int_eq(run(signals_parent, NULL), 0);
	ck_assert_int_eq(run(forks, NULL), 0);
	ck_assert_int_eq(run(binds, NULL), 0);
	ck_assert_int_eq(run(netlink_socket, NULL), 0);
	ck_assert_int_eq(run(executes, NULL), 0);
}
END_TEST

/* A file in another folder than the pid file's, though unlink is let through:
 * this is Landlock alone. */
START_TEST(test_landlock)
{
	int status;

	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 1)
		return; /* the kernel has none */
	status = run(loses_file, &boxes[2]);
#ifndef SANDBOX_COVERAGE
	ck_assert_int_eq(status, EACCES << 8);
#else
	ck_assert_int_eq(status, 0);
#endif
}
END_TEST

/* It is one for good, and one alone that cannot be entered is told. */
START_TEST(test_no_pid_folder)
{
	const struct sandbox box = { .internet = true,
		.threads = true,
		.pid_file = "/nonexistent/folder/pid" };

	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 1)
		return;
	ck_assert_int_eq(run(reads_file, &box), 255 << 8);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sandbox");
	TCase *inside = tcase_create("inside");

	tcase_add_checked_fixture(inside, setup, teardown);
	tcase_add_loop_test(
	    inside, test_row, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(inside, test_status, 0, 3);
	tcase_add_loop_test(inside, test_limits, 0, 2);
	tcase_add_test(inside, test_outside);
	tcase_add_test(inside, test_landlock);
	tcase_add_test(inside, test_no_pid_folder);
	suite_add_tcase(suite, inside);
	return (tap_run(srunner_create(suite)));
}
