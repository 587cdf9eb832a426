/* buf.c: bytes that grow. */
#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { PRINTF_ROOM = 128 };

void
buf_reserve(struct buf *b, size_t more)
{
	size_t cap;

	if (more >= SIZE_MAX / 4 - b->len)
		abort();
	if (b->len + more < b->cap)
		return;
	cap = b->cap == 0 ? 256 : b->cap;
	while (cap <= b->len + more)
		cap *= 2;
	b->data = mem_grow(b->data, cap);
	b->cap = cap;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	buf_reserve(b, len);
	if (len != 0)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_puts_all(struct buf *b, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	for (; text != NULL; text = va_arg(args, const char *))
		buf_puts(b, text);
	va_end(args);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	size_t room;
	int n;

	/* There is room most often, and then once is enough. */
	buf_reserve(b, PRINTF_ROOM);
	room = b->cap - b->len;
	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(b->data + b->len, room, format, args);
	va_end(args);
	if (n < 0)
		abort(); /* a format of ours that cannot be */
	if ((size_t)n >= room) {
		buf_reserve(b, (size_t)n);
		if (vsnprintf(b->data + b->len, (size_t)n + 1, format, again) !=
		    n)
			abort();
	}
	va_end(again);
	b->len += (size_t)n;
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}
