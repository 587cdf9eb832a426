/*
 * mem.h: memory that is there or the process is not.
 *
 * A relay that goes on after a failed allocation gives wrong answers: json-c
 * then cuts values short without a word.  So allocation failure ends the
 * process, everywhere: mem.c also stands in for malloc(3), calloc(3) and
 * realloc(3) themselves, which makes it hold inside the libraries too.
 */
#ifndef CREDRELAY_MEM_H
#define CREDRELAY_MEM_H

#include <stddef.h>

/* Returns `size` zeroed bytes, owned by the caller; release with free(3). */
void	*mem_alloc(size_t size)
	    __attribute__((returns_nonnull, malloc, alloc_size(1)));

/* Resizes `old` (NULL for none); the result replaces it.  Not zeroed. */
void	*mem_grow(void *old, size_t size)
	    __attribute__((returns_nonnull, alloc_size(2)));

/* Copies of a string, owned by the caller; release with free(3). */
char	*mem_strdup(const char *text) __attribute__((returns_nonnull));
char	*mem_strndup(const char *text, size_t len)
	    __attribute__((returns_nonnull));

#endif
