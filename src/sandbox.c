/* sandbox.c: no new privileges, limits and Landlock; then the system calls. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "sandbox_parts.h"

/* The kernel's header may be older than the kernel. */
enum {
	FS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	FS_ALL_1 = (1 << 13) - 1, /* of the first version */
	FS_REFER = 1 << 13,	  /* since 2 */
	FS_TRUNCATE = 1 << 14,	  /* since 3 */
	FS_IOCTL_DEV = 1 << 15,	  /* since 5 */
	NET_BIND = 1 << 0,	  /* since 4 */
	NET_CONNECT = 1 << 1,
	SCOPE_SIGNAL = 1 << 1 /* since 6 */
};

struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

static enum status
set_limits(const struct sandbox *box)
{
	static const int none[] = { RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE,
		RLIMIT_RTPRIO };
	const struct rlimit nothing = { 0, 0 };
	size_t i;

	/*
	 * Not RLIMIT_FSIZE: the log may be a file, and requests that come in
	 * pieces are put together in one, in memory.
	 */
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (setrlimit((__rlimit_resource_t)none[i], &nothing) == -1)
			return (STATUS_IO);
	}
#ifndef SANDBOX_SANITIZED
	if (!box->threads && setrlimit(RLIMIT_NPROC, &nothing) == -1)
		return (STATUS_IO);
#else
	(void)box;
#endif
	return (STATUS_OK);
}

/* What is below `path` may be done, of what the ruleset forbids. */
static enum status
allow_below(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights };
	long result;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1)
		return (STATUS_IO);
	result = syscall(SYS_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
	return (result == 0 ? STATUS_OK : STATUS_IO);
}

static enum status
allow_removal(int ruleset, const char *path)
{
	char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
	enum status status;

	if (slash != NULL)
		slash[slash == folder ? 1 : 0] = '\0';
	status = allow_below(ruleset, slash == NULL ? "." : folder,
	    LANDLOCK_ACCESS_FS_REMOVE_FILE);
	free(folder);
	return (status);
}

/* All that this version of Landlock can forbid, and we can do without. */
static struct ruleset
forbidden(const struct sandbox *box, long version)
{
	struct ruleset all = { .fs = FS_ALL_1 };

	if (version >= 2)
		all.fs |= FS_REFER;
	if (version >= 3)
		all.fs |= FS_TRUNCATE;
	if (version >= 4)
		all.net = box->internet ? NET_BIND : NET_BIND | NET_CONNECT;
	if (version >= 5)
		all.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		all.scoped = SCOPE_SIGNAL;
	return (all);
}

static enum status
restrict_files(const struct sandbox *box)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t readable = FS_READ;
	struct ruleset all;
	enum status status;
	int fd, saved;

	if (version < 1) {
		/* EPERM: a filter around us hides it. */
		if (errno == ENOSYS || errno == EOPNOTSUPP)
			log_debug("this kernel has no Landlock");
		else
			log_warning("no Landlock: %s", strerror(errno));
		return (STATUS_OK);
	}
	all = forbidden(box, version);
#if defined(COVERAGE)
	readable = all.fs;
#elif defined(SANDBOX_SANITIZED)
	readable |= LANDLOCK_ACCESS_FS_EXECUTE;
#endif
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (fd == -1)
		return (STATUS_IO);
	status = allow_below(fd, "/", readable);
	if (status == STATUS_OK && box->pid_file != NULL &&
	    *box->pid_file != '\0')
		status = allow_removal(fd, box->pid_file);
	if (status == STATUS_OK &&
	    syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		status = STATUS_IO;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return (status);
}

enum status
sandbox_enter(const struct sandbox *box)
{
	const char *what = "no new privileges";
	enum status status = STATUS_OK;

	/* libpq may ask who we are: what answers is loaded by now. */
	(void)getpwuid(geteuid());
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		status = STATUS_IO;
	if (status == STATUS_OK) {
		what = "limits";
		status = set_limits(box);
	}
	if (status == STATUS_OK) {
		what = "Landlock";
		status = restrict_files(box);
	}
	if (status == STATUS_OK) {
		what = "seccomp";
		status = sandbox_filter_calls(box);
	}
	if (status != STATUS_OK)
		log_error("the sandbox cannot be entered: %s: %s", what,
		    strerror(errno));
	return (status);
}
