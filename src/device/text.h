/* text.h: words of others made fit for a terminal, and for an array. */
#ifndef CREDRELAY_DEVICE_TEXT_H
#define CREDRELAY_DEVICE_TEXT_H

#include <stddef.h>

struct buf;

/*
 * Appends `text` (always at least a NUL) on one line: white space and control
 * characters become a blank, what turns the direction of writing is left out,
 * bytes that are no UTF-8 become '?'.
 */
void text_make_safe(struct buf *out, const char *text, size_t len);

/*
 * Copies `text` to `out` of `size` bytes when it fits with its NUL; what does
 * not fit becomes "", for half of a value is no value.
 */
void text_copy(char *out, size_t size, const char *text);

#endif
