/*
 * no-memory.c: the n-th allocation of a process fails.  Preloaded by
 * tests/faults/no-memory, which builds it; part of no program.
 *
 * src/mem.c stands in for malloc(3) and its kin, for all libraries, and gets
 * its memory from what glibc exports beside them: these are stood in for here.
 * The test and the process share a page: the file in $NO_MEMORY.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct page {
	atomic_ulong calls;   /* since the test has set it to 0 */
	atomic_ulong fail_at; /* which of them is to fail; 0: none */
	atomic_ulong failed;  /* how many have */
};

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

static struct page nobody;
static struct page *page = &nobody;

__attribute__((constructor)) static void
page_open(void)
{
	const char *path = getenv("NO_MEMORY");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *p;

	if (fd == -1)
		return;
	p = mmap(
	    NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (p != MAP_FAILED)
		page = p;
}

static bool
is_to_fail(void)
{
	unsigned long n = atomic_fetch_add(&page->calls, 1) + 1;

	if (n != atomic_load(&page->fail_at))
		return (false);
	(void)atomic_fetch_add(&page->failed, 1);
	errno = ENOMEM;
	return (true);
}

void *
__libc_malloc(size_t size)
{
	static void *(*next)(size_t);

	if (next == NULL)
		next = dlsym(RTLD_NEXT, "__libc_malloc");
	return (is_to_fail() ? NULL : next(size));
}

void *
__libc_calloc(size_t number, size_t size)
{
	static void *(*next)(size_t, size_t);

	if (next == NULL)
		next = dlsym(RTLD_NEXT, "__libc_calloc");
	return (is_to_fail() ? NULL : next(number, size));
}

void *
__libc_realloc(void *old, size_t size)
{
	static void *(*next)(void *, size_t);

	if (next == NULL)
		next = dlsym(RTLD_NEXT, "__libc_realloc");
	return (is_to_fail() ? NULL : next(old, size));
}
