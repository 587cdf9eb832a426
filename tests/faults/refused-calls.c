/*
 * refused-calls.c: one call of a program to the system fails.  Preloaded by
 * tests/faults/refused-calls, which builds it; part of no program.
 *
 * Only calls from the program's own text count, so that its libraries go on
 * working.  A place in the program is told by its offset in there, which is the
 * same in each process.  The test and the processes share the file in
 * $REFUSED_CALLS.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SITES = 250 };

struct site {
	atomic_ulong where; /* 0: free */
	atomic_ulong calls;
	atomic_ulong errors; /* how many there are to choose from */
	char name[24];
};

struct page {
	atomic_ulong where;  /* which place is to fail; 0: none */
	atomic_ulong number; /* its first call, its second, ... */
	atomic_ulong which;  /* of its errors */
	atomic_ulong failed; /* how many have */
	struct site sites[SITES];
};

static struct page *page;
static uintptr_t base, text, text_end;

static int
find_text(struct dl_phdr_info *info, size_t size, void *arg)
{
	const ElfW(Phdr) *p = info->dlpi_phdr;
	int i;

	(void)size;
	(void)arg;
	for (i = 0; i < info->dlpi_phnum; i++) {
		if (p[i].p_type != PT_LOAD || (p[i].p_flags & PF_X) == 0)
			continue;
		base = info->dlpi_addr;
		text = base + p[i].p_vaddr;
		text_end = text + p[i].p_memsz;
	}
	return (1); /* the first is the program */
}

/* What runs from here on is no more the program's: it may be gcov's. */
static void
page_close(void)
{
	page = NULL;
}

__attribute__((constructor)) static void
page_open(void)
{
	const char *path = getenv("REFUSED_CALLS");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *p;

	if (fd == -1)
		return;
	(void)dl_iterate_phdr(find_text, NULL);
	p = mmap(
	    NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (p != MAP_FAILED)
		page = p;
}

/* The row of a place, made when it is the first time. */
static struct site *
find_site(unsigned long where, const char *name, unsigned long errors)
{
	size_t i;

	for (i = 0; i < SITES; i++) {
		struct site *s = &page->sites[i];
		unsigned long none = 0;

		if (atomic_compare_exchange_strong(&s->where, &none, where)) {
			(void)strncpy(s->name, name, sizeof(s->name) - 1);
			atomic_store(&s->errors, errors);
			return (s);
		}
		if (none == where)
			return (s);
	}
	abort();
}

/* Is this call to fail?  Then errno is set. */
static bool
is_refused(const void *caller, const char *name, const int *errors, size_t n)
{
	static bool begun;
	uintptr_t at = (uintptr_t)caller;
	struct site *site;
	unsigned long number;

	if (page == NULL || at < text || at >= text_end)
		return (false);
	if (!begun)
		(void)atexit(page_close); /* before the destructors */
	begun = true;
	site = find_site(at - base, name, n);
	number = atomic_fetch_add(&site->calls, 1) + 1;
	if (at - base != atomic_load(&page->where) ||
	    number != atomic_load(&page->number))
		return (false);
	(void)atomic_fetch_add(&page->failed, 1);
	errno = errors[atomic_load(&page->which) % n];
	return (true);
}

#define REFUSED(name, ...)                                                     \
	is_refused(__builtin_return_address(0), name,                          \
	    (const int[]){ __VA_ARGS__ },                                      \
	    sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

/* The next in line, looked up once. */
#define NEXT(name)                                                             \
	static __typeof__(&name) next;                                         \
	if (next == NULL)                                                      \
	next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

/* A call that fails without having done anything. */
#define CALL(type, failure, name, params, args, ...)                           \
	type name params                                                       \
	{                                                                      \
		NEXT(name);                                                    \
		if (REFUSED(#name, __VA_ARGS__))                               \
			return (failure);                                      \
		return (next args);                                            \
	}

/* One that does what it should, and then says that it has not. */
#define DONE(type, failure, name, params, args, ...)                           \
	type name params                                                       \
	{                                                                      \
		type result;                                                   \
		NEXT(name);                                                    \
		result = next args;                                            \
		return (REFUSED(#name, __VA_ARGS__) ? failure : result);       \
	}

/* clang-format off */
/* files */
CALL(int, -1, access, (const char *p, int m), (p, m), EACCES, ENOENT)
DONE(int, -1, close, (int fd), (fd), EIO)
CALL(int, -1, dup2, (int a, int b), (a, b), EBUSY)
CALL(int, -1, fchownat, (int d, const char *p, uid_t u, gid_t g, int f),
    (d, p, u, g, f), EPERM)
CALL(int, -1, flock, (int fd, int how), (fd, how), EWOULDBLOCK, ENOLCK)
CALL(int, -1, fstat, (int fd, struct stat *st), (fd, st), EIO)
CALL(int, -1, fsync, (int fd), (fd), EIO, EINVAL)
CALL(int, -1, ftruncate, (int fd, off_t n), (fd, n), ENOSPC)
CALL(int, -1, link, (const char *a, const char *b), (a, b), EPERM, EEXIST)
CALL(off_t, -1, lseek, (int fd, off_t n, int how), (fd, n, how), EIO)
CALL(int, -1, lstat, (const char *p, struct stat *st), (p, st), EACCES, ENOENT)
CALL(int, -1, mkdir, (const char *p, mode_t m), (p, m), EACCES, EEXIST)
CALL(char *, NULL, mkdtemp, (char *p), (p), ENOSPC)
CALL(int, -1, mkstemp, (char *p), (p), EMFILE)
CALL(DIR *, NULL, opendir, (const char *p), (p), EMFILE)
CALL(ssize_t, -1, pread, (int fd, void *b, size_t n, off_t at),
    (fd, b, n, at), EIO)
CALL(ssize_t, -1, pwrite, (int fd, const void *b, size_t n, off_t at),
    (fd, b, n, at), ENOSPC)
CALL(ssize_t, -1, read, (int fd, void *b, size_t n), (fd, b, n), EIO, EINTR)
CALL(int, -1, rename, (const char *a, const char *b), (a, b), EACCES)
CALL(int, -1, rmdir, (const char *p), (p), EBUSY)
CALL(int, -1, stat, (const char *p, struct stat *st), (p, st), EACCES)
CALL(int, -1, unlink, (const char *p), (p), EACCES, ENOENT)
/* streams */
CALL(FILE *, NULL, fopen, (const char *p, const char *m), (p, m), EMFILE,
    EACCES)
CALL(int, 1, ferror, (FILE *f), (f), EIO)
DONE(int, EOF, fflush, (FILE *f), (f), ENOSPC)
CALL(char *, NULL, fgets, (char *b, int n, FILE *f), (b, n, f), EIO)
CALL(int, -1, fseek, (FILE *f, long n, int how), (f, n, how), EIO)
CALL(long, -1, ftell, (FILE *f), (f), EIO)
/* connections, and what is waited for */
CALL(int, -1, accept4, (int fd, struct sockaddr *a, socklen_t *n, int f),
    (fd, a, n, f), EMFILE, ECONNABORTED)
CALL(int, -1, bind, (int fd, const struct sockaddr *a, socklen_t n),
    (fd, a, n), EACCES)
CALL(int, -1, connect, (int fd, const struct sockaddr *a, socklen_t n),
    (fd, a, n), EAGAIN, ECONNREFUSED)
CALL(int, -1, epoll_create1, (int f), (f), EMFILE)
CALL(int, -1, epoll_ctl, (int e, int op, int fd, struct epoll_event *event),
    (e, op, fd, event), ENOSPC)
CALL(int, -1, eventfd, (unsigned n, int f), (n, f), EMFILE)
CALL(int, -1, getsockopt, (int fd, int l, int o, void *v, socklen_t *n),
    (fd, l, o, v, n), EBADF)
CALL(int, -1, listen, (int fd, int n), (fd, n), EADDRINUSE)
CALL(int, -1, memfd_create, (const char *name, unsigned f), (name, f), EMFILE)
CALL(int, -1, nanosleep, (const struct timespec *t, struct timespec *left),
    (t, left), EINTR)
CALL(int, -1, pipe, (int fds[2]), (fds), EMFILE)
CALL(int, -1, poll, (struct pollfd *p, nfds_t n, int ms), (p, n, ms), EINTR)
CALL(ssize_t, -1, recv, (int fd, void *b, size_t n, int f), (fd, b, n, f),
    ECONNRESET)
CALL(ssize_t, -1, sendfile, (int to, int from, off_t *at, size_t n),
    (to, from, at, n), EPIPE, EAGAIN)
CALL(ssize_t, -1, sendto, (int fd, const void *b, size_t n, int f,
    const struct sockaddr *a, socklen_t l), (fd, b, n, f, a, l), ECONNREFUSED)
CALL(int, -1, signalfd, (int fd, const sigset_t *s, int f), (fd, s, f), EMFILE)
CALL(int, -1, socket, (int d, int t, int p), (d, t, p), EMFILE)
/* processes and their rights */
CALL(pid_t, -1, fork, (void), (), EAGAIN)
CALL(struct group *, NULL, getgrnam, (const char *n), (n), EIO)
CALL(struct passwd *, NULL, getpwnam, (const char *n), (n), EIO)
CALL(struct passwd *, NULL, getpwuid, (uid_t u), (u), EIO)
CALL(int, -1, getrlimit, (__rlimit_resource_t r, struct rlimit *l), (r, l),
    EPERM)
CALL(int, -1, initgroups, (const char *n, gid_t g), (n, g), EPERM)
CALL(void *, MAP_FAILED, mmap, (void *p, size_t n, int prot, int f, int fd,
    off_t at), (p, n, prot, f, fd, at), ENOMEM)
CALL(int, -1, sched_getaffinity, (pid_t p, size_t n, cpu_set_t *s), (p, n, s),
    EPERM)
CALL(int, -1, setgroups, (size_t n, const gid_t *g), (n, g), EPERM)
CALL(int, -1, setresgid, (gid_t a, gid_t b, gid_t c), (a, b, c), EPERM)
CALL(int, -1, setresuid, (uid_t a, uid_t b, uid_t c), (a, b, c), EPERM)
CALL(int, -1, setrlimit, (__rlimit_resource_t r, const struct rlimit *l),
    (r, l), EPERM)
CALL(int, 0, setuid, (uid_t u), (u), 0) /* root could be had again */
CALL(int, -1, waitid, (idtype_t t, id_t id, siginfo_t *i, int f),
    (t, id, i, f), EINTR)
CALL(pid_t, -1, waitpid, (pid_t p, int *s, int f), (p, s, f), EINTR)
/* clang-format on */

/* The log's own line is not to be lost. */
ssize_t
write(int fd, const void *bytes, size_t n)
{
	NEXT(write);
	if (REFUSED("write", fd == STDERR_FILENO ? EINTR : ENOSPC, EINTR))
		return (-1);
	return (next(fd, bytes, n));
}

int
open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;
	NEXT(open);

	va_start(args, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (REFUSED("open", EMFILE, EACCES, ENOENT))
		return (-1);
	return (next(path, flags, mode));
}

int
fcntl(int fd, int command, ...)
{
	va_list args;
	long value;
	NEXT(fcntl);

	va_start(args, command);
	value = va_arg(args, long);
	va_end(args);
	return (REFUSED("fcntl", EMFILE) ? -1 : next(fd, command, value));
}

int
prctl(int option, ...)
{
	unsigned long v[4];
	va_list args;
	size_t i;
	NEXT(prctl);

	va_start(args, option);
	for (i = 0; i < 4; i++)
		v[i] = va_arg(args, unsigned long);
	va_end(args);
	if (REFUSED("prctl", EPERM))
		return (-1);
	return (next(option, v[0], v[1], v[2], v[3]));
}

long
syscall(long number, ...)
{
	long v[6];
	va_list args;
	size_t i;
	NEXT(syscall);

	va_start(args, number);
	for (i = 0; i < 6; i++)
		v[i] = va_arg(args, long);
	va_end(args);
	if (REFUSED("syscall", EPERM, ENOSYS))
		return (-1);
	return (next(number, v[0], v[1], v[2], v[3], v[4], v[5]));
}
