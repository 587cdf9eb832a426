/* mem.c: memory that is there or the process is not. */
#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void
mem_exhausted(void)
{
	static const char text[] = "out of memory, ending\n";

	/* Nothing here may allocate: no stdio, no log. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) == -1)
		_exit(71);
	_exit(71);
}

/*
 * The stand-ins for the allocator that every library sees.  glibc exports its
 * own under these names; a sanitizer or valgrind brings another allocator
 * (which ends the process too), so it must not be hidden.
 */
#ifdef MEM_INTERPOSE
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

void *
malloc(size_t size)
{
	void *p = __libc_malloc(size);

	if (p == NULL && size != 0)
		mem_exhausted();
	return (p);
}

void *
calloc(size_t number, size_t size)
{
	void *p = __libc_calloc(number, size);

	if (p == NULL && number != 0 && size != 0)
		mem_exhausted();
	return (p);
}

void *
realloc(void *old, size_t size)
{
	void *p = __libc_realloc(old, size);

	if (p == NULL && size != 0)
		mem_exhausted();
	return (p);
}
#endif

void *
mem_alloc(size_t size)
{
	void *p = calloc(1, size == 0 ? 1 : size);

	if (p == NULL)
		mem_exhausted();
	return (p);
}

void *
mem_grow(void *old, size_t size)
{
	void *p = realloc(old, size == 0 ? 1 : size);

	if (p == NULL)
		mem_exhausted();
	return (p);
}

char *
mem_strdup(const char *text)
{
	return (mem_strndup(text, strlen(text)));
}

char *
mem_strndup(const char *text, size_t len)
{
	size_t n = strnlen(text, len);
	char *copy = mem_alloc(n + 1);

	memcpy(copy, text, n);
	return (copy);
}
