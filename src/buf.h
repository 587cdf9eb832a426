/*
 * buf.h: bytes that grow.
 *
 * A struct buf that is all zero is empty and ready.  `data` is owned by the
 * buf, moves when it grows, and has a NUL behind its `len` bytes as soon as
 * anything was added.  Adding never fails (mem.h).
 */
#ifndef CREDRELAY_BUF_H
#define CREDRELAY_BUF_H

#include <stddef.h>

struct buf {
	char	*data;
	size_t	 len;		/* bytes in use */
	size_t	 cap;		/* bytes allocated */
};

/* Makes room for `more` bytes behind the end, so that data[len] may be set. */
void	buf_reserve(struct buf *, size_t more);
void	buf_add(struct buf *, const void *bytes, size_t len);
void	buf_puts(struct buf *, const char *text);
/* Adds all of several texts: cheaper than printf. */
#define buf_join(b, ...) \
	buf_puts_all((b), __VA_ARGS__, (const char *)NULL)
void	buf_puts_all(struct buf *, const char *text, ...)
	    __attribute__((sentinel));
void	buf_printf(struct buf *, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Forgets the contents and keeps the memory. */
void	buf_clear(struct buf *);

/* Releases the memory; the buf is empty and ready again. */
void	buf_free(struct buf *);

#endif
