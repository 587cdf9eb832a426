/* sandbox_calls.c: the system calls that are let through, with libseccomp. */
#include "sandbox_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>

#define CALLS(list) (list), sizeof(list) / sizeof((list)[0])

/* Whatever their arguments are. */
static const int allowed[] = {
	/* descriptors that are there */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write),
	SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(close),
	SCMP_SYS(sendfile), SCMP_SYS(sendfile64), /* large answers */
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(ppoll_time64),
	SCMP_SYS(select), SCMP_SYS(_newselect), SCMP_SYS(pselect6),
	SCMP_SYS(pselect6_time64), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(epoll_create1),
	/* files that are there, and one in memory for a request in pieces */
	SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(stat), SCMP_SYS(stat64),
	SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64), SCMP_SYS(statx), SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(getdents64),
	SCMP_SYS(fadvise64), SCMP_SYS(memfd_create),
	/* connections */
	SCMP_SYS(connect), SCMP_SYS(accept), SCMP_SYS(accept4),
	SCMP_SYS(shutdown), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
	SCMP_SYS(recvmmsg), SCMP_SYS(send), SCMP_SYS(recv),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt), SCMP_SYS(socketpair),
	/* memory */
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	/* signals to come, and the process's end */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(signalfd4), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
	/* time, chance, and who we are */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64),
	SCMP_SYS(clock_getres), SCMP_SYS(clock_getres_time64),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getuid32),
	SCMP_SYS(geteuid32), SCMP_SYS(getgid32), SCMP_SYS(getegid32),
	SCMP_SYS(getresuid), SCMP_SYS(getresgid), SCMP_SYS(uname),
	SCMP_SYS(sysinfo), SCMP_SYS(getcpu), SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(getrusage), SCMP_SYS(getrlimit),
	SCMP_SYS(ugetrlimit), SCMP_SYS(futex), SCMP_SYS(futex_time64)
};

/* What no library of ours calls, and an intruder would. */
static const int deadly[] = { SCMP_SYS(execveat), SCMP_SYS(listen),
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_madvise), SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp),
	SCMP_SYS(bpf), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register), SCMP_SYS(userfaultfd),
	SCMP_SYS(perf_event_open), SCMP_SYS(mount), SCMP_SYS(umount2),
	SCMP_SYS(open_tree), SCMP_SYS(move_mount), SCMP_SYS(fsopen),
	SCMP_SYS(mount_setattr), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
	SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(init_module),
	SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon),
	SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(syslog),
	SCMP_SYS(open_by_handle_at), SCMP_SYS(modify_ldt), SCMP_SYS(iopl),
	SCMP_SYS(ioperm), SCMP_SYS(personality), SCMP_SYS(setuid),
	SCMP_SYS(setreuid), SCMP_SYS(setresuid), SCMP_SYS(setgid),
	SCMP_SYS(setregid), SCMP_SYS(setresgid), SCMP_SYS(setgroups),
	SCMP_SYS(capset), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod),
	SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown),
	SCMP_SYS(lchown), SCMP_SYS(fchownat) };

/* These too, unless a sanitizer does: the leak checker, the symbolizer. */
static const int deadly_or_sanitized[] = { SCMP_SYS(execve), SCMP_SYS(fork),
	SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(kill) };

#ifndef SANDBOX_SANITIZED
/* With `threads`. */
static const int allowed_threads[] = { SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq), SCMP_SYS(pipe2), SCMP_SYS(eventfd2) };
#else
static const int sanitized[] = { SCMP_SYS(clone), SCMP_SYS(wait4),
	SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(dup2), SCMP_SYS(prctl),
	SCMP_SYS(tgkill), SCMP_SYS(sched_setaffinity), SCMP_SYS(getdents),
	SCMP_SYS(getpgrp), SCMP_SYS(set_robust_list), SCMP_SYS(rseq) };
#endif
#ifdef COVERAGE
static const int gcov[] = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(fcntl),
	SCMP_SYS(mkdir), SCMP_SYS(ftruncate) };
#endif

struct rule {
	uint32_t action;
	int call;
	struct scmp_arg_cmp arg;
};

#define HAS(n, mask, value)                                                    \
	{                                                                      \
		n, SCMP_CMP_MASKED_EQ, mask, value                             \
	}
#define IS(n, value)                                                           \
	{                                                                      \
		n, SCMP_CMP_MASKED_EQ, UINT32_MAX, value                       \
	}
#define ALLOW SCMP_ACT_ALLOW
#define REFUSE SCMP_ACT_ERRNO(EACCES)

enum {
	OPEN_WRITES = O_ACCMODE | O_CREAT | O_TRUNC,
	MAP_BOTH = PROT_WRITE | PROT_EXEC,
	THREAD =
	    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD,
	NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
	    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET
};

/*
 * By one argument each.  The rows of a call exclude each other, since which of
 * two that fit would hold is not defined.
 */
static const struct rule by_argument[] = {
#ifndef COVERAGE
	{ ALLOW, SCMP_SYS(open), HAS(1, OPEN_WRITES, O_RDONLY) },
	{ REFUSE, SCMP_SYS(open), HAS(1, O_ACCMODE, O_WRONLY) },
	{ REFUSE, SCMP_SYS(open), HAS(1, O_ACCMODE, O_RDWR) },
	{ ALLOW, SCMP_SYS(openat), HAS(2, OPEN_WRITES, O_RDONLY) },
	{ REFUSE, SCMP_SYS(openat), HAS(2, O_ACCMODE, O_WRONLY) },
	{ REFUSE, SCMP_SYS(openat), HAS(2, O_ACCMODE, O_RDWR) },
	{ ALLOW, SCMP_SYS(fcntl), IS(1, F_GETFD) },
	{ ALLOW, SCMP_SYS(fcntl), IS(1, F_SETFD) },
	{ ALLOW, SCMP_SYS(fcntl), IS(1, F_GETFL) },
	{ ALLOW, SCMP_SYS(fcntl), IS(1, F_SETFL) },
	{ ALLOW, SCMP_SYS(fcntl), IS(1, F_DUPFD_CLOEXEC) },
#endif
	{ ALLOW, SCMP_SYS(fcntl64), IS(1, F_GETFD) },
	{ ALLOW, SCMP_SYS(fcntl64), IS(1, F_SETFD) },
	{ ALLOW, SCMP_SYS(fcntl64), IS(1, F_GETFL) },
	{ ALLOW, SCMP_SYS(fcntl64), IS(1, F_SETFL) },
	{ ALLOW, SCMP_SYS(fcntl64), IS(1, F_DUPFD_CLOEXEC) },
	{ ALLOW, SCMP_SYS(ioctl), IS(1, FIONREAD) },
	{ ALLOW, SCMP_SYS(ioctl), IS(1, FIONBIO) },
	{ ALLOW, SCMP_SYS(ioctl), IS(1, TCGETS) },
	{ ALLOW, SCMP_SYS(mprotect), HAS(2, PROT_EXEC, 0) },
	{ REFUSE, SCMP_SYS(mprotect), HAS(2, PROT_EXEC, PROT_EXEC) },
	{ ALLOW, SCMP_SYS(socket), IS(0, AF_UNIX) },
#ifndef SANDBOX_SANITIZED
	{ ALLOW, SCMP_SYS(prctl), IS(0, PR_SET_NAME) },
#endif
	/* glibc looks for addresses of this host; it does without as well. */
	{ SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), IS(0, AF_NETLINK) },
};

static const struct rule by_argument_here[] = {
	{ ALLOW, SCMP_SYS(mmap), HAS(2, PROT_EXEC, 0) },
	{ ALLOW, SCMP_SYS(mmap2), HAS(2, PROT_EXEC, 0) },
	{ REFUSE, SCMP_SYS(mmap), HAS(2, PROT_EXEC, PROT_EXEC) },
	{ REFUSE, SCMP_SYS(mmap2), HAS(2, PROT_EXEC, PROT_EXEC) },
	{ SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), IS(0, AF_INET) },
	{ SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), IS(0, AF_INET6) },
};

/* Who looks up names loads the modules that do, when he does. */
static const struct rule by_argument_internet[] = {
	{ ALLOW, SCMP_SYS(mmap), HAS(2, PROT_EXEC, 0) },
	{ ALLOW, SCMP_SYS(mmap2), HAS(2, PROT_EXEC, 0) },
	{ ALLOW, SCMP_SYS(mmap), HAS(2, MAP_BOTH, PROT_EXEC) },
	{ ALLOW, SCMP_SYS(mmap2), HAS(2, MAP_BOTH, PROT_EXEC) },
	{ REFUSE, SCMP_SYS(mmap), HAS(2, MAP_BOTH, MAP_BOTH) },
	{ REFUSE, SCMP_SYS(mmap2), HAS(2, MAP_BOTH, MAP_BOTH) },
};

/* A filter that is being made, and what has gone wrong with it. */
struct making {
	scmp_filter_ctx filter;
	int error; /* a negated errno; then nothing more is added */
};

static void
add(struct making *m, uint32_t action, int call, unsigned n,
    const struct scmp_arg_cmp *args)
{
	if (m->error == 0)
		m->error =
		    seccomp_rule_add_array(m->filter, action, call, n, args);
}

static void
add_calls(struct making *m, uint32_t action, const int *calls, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		add(m, action, calls[i], 0, NULL);
}

static void
add_rules(struct making *m, const struct rule *rules, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		add(m, rules[i].action, rules[i].call, 1, &rules[i].arg);
}

/* Other hosts: streams and datagrams, but nothing raw. */
static void
add_internet(struct making *m)
{
	static const int families[] = { AF_INET, AF_INET6 },
			 types[] = { SOCK_STREAM, SOCK_DGRAM };
	struct scmp_arg_cmp args[2];
	size_t i;

	add_rules(m, CALLS(by_argument_internet));
	for (i = 0; i < 4; i++) {
		args[0] = (struct scmp_arg_cmp)IS(0, (unsigned)families[i / 2]);
		args[1] = (struct scmp_arg_cmp)HAS(1,
		    UINT32_MAX ^ (SOCK_CLOEXEC | SOCK_NONBLOCK),
		    (unsigned)types[i % 2]);
		add(m, ALLOW, SCMP_SYS(socket), 2, args);
	}
}

static void
add_threads(struct making *m)
{
#ifndef SANDBOX_SANITIZED
	static const struct scmp_arg_cmp thread =
	    HAS(0, THREAD | NAMESPACES, THREAD);

	add_calls(m, ALLOW, CALLS(allowed_threads));
	add(m, ALLOW, SCMP_SYS(clone), 1, &thread);
#else
	add(m, ALLOW, SCMP_SYS(eventfd2), 0, NULL);
#endif
}

/* What the process may do to itself and to no other. */
static void
add_own(struct making *m)
{
	const struct scmp_arg_cmp limits[] = { IS(0, 0),
		HAS(2, UINT64_MAX, 0) };
#ifndef SANDBOX_SANITIZED
	const struct scmp_arg_cmp self = IS(0, (unsigned)getpid());

	add(m, ALLOW, SCMP_SYS(tgkill), 1, &self); /* abort(3) */
#endif
	add(m, ALLOW, SCMP_SYS(prlimit64), 2, limits);
}

static void
add_all(struct making *m, const struct sandbox *box)
{
	add_calls(m, ALLOW, CALLS(allowed));
	add_calls(m, SCMP_ACT_KILL_PROCESS, CALLS(deadly));
#ifdef SANDBOX_SANITIZED
	add_calls(m, ALLOW, CALLS(sanitized));
	add_calls(m, ALLOW, CALLS(deadly_or_sanitized));
#else
	add_calls(m, SCMP_ACT_KILL_PROCESS, CALLS(deadly_or_sanitized));
	if (!box->threads)
		add(m, SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), 0, NULL);
#endif
#ifdef COVERAGE
	add_calls(m, ALLOW, CALLS(gcov));
#endif
	add_rules(m, CALLS(by_argument));
	add(m, REFUSE, SCMP_SYS(bind), 0, NULL);
	add_own(m);
	if (box->internet)
		add_internet(m);
	else
		add_rules(m, CALLS(by_argument_here));
	if (box->threads)
		add_threads(m);
	if (box->pid_file != NULL && *box->pid_file != '\0') {
		add(m, ALLOW, SCMP_SYS(unlink), 0, NULL);
		add(m, ALLOW, SCMP_SYS(unlinkat), 0, NULL);
	}
}

enum status
sandbox_filter_calls(const struct sandbox *box)
{
	struct making m = { .filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS)) };

	if (m.filter == NULL) {
		errno = ENOMEM;
		return (STATUS_IO);
	}
	/* A binary tree, not a list: those behind wait no longer. */
	m.error = seccomp_attr_set(m.filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	add_all(&m, box);
	if (m.error == 0)
		m.error = seccomp_load(m.filter);
	seccomp_release(m.filter);
	errno = -m.error;
	return (m.error == 0 ? STATUS_OK : STATUS_IO);
}
