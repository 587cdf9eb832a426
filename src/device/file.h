/* file.h: whole files, read with a bound and written all or nothing. */
#ifndef CREDRELAY_DEVICE_FILE_H
#define CREDRELAY_DEVICE_FILE_H

#include <stddef.h>

#include "status.h"

struct buf;

/*
 * Appends all of the file `path`, or of standard input for "-".
 * STATUS_TOO_LARGE: more than `max` bytes.  STATUS_IO: errno tells.
 */
MUST_CHECK enum status file_read(const char *path, size_t max, struct buf *out);

/* What file_write() does about a file that is there. */
enum file_write { FILE_REPLACE, FILE_NEW };

/*
 * Writes a file of mode 0600, so that after a crash it is there whole, or not
 * at all, or still the former one: a temporary file beside it ("." in front),
 * fsync, rename (or link, for FILE_NEW), fsync of the directory.
 * STATUS_IO: errno tells; EEXIST when it is there and FILE_NEW.
 */
MUST_CHECK enum status
file_write(const char *path, const void *bytes, size_t len, enum file_write);

/*
 * Gives the bytes to `path`: as file_write() does with FILE_REPLACE when it is
 * absent or a plain file, else (a pipe, a device, a link) by writing into it.
 */
MUST_CHECK enum status
file_deliver(const char *path, const void *bytes, size_t len);

/* Writes all bytes to a descriptor.  STATUS_IO: errno tells. */
MUST_CHECK enum status file_write_all(int fd, const void *bytes, size_t len);

#endif
