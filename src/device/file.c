/* file.c: whole files, read with a bound and written all or nothing. */
#include "device/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"

enum { CHUNK = 16384 };

static enum status
read_all(int fd, size_t max, struct buf *out)
{
	size_t start = out->len;
	ssize_t n;

	for (;;) {
		buf_reserve(out, CHUNK);
		n = read(fd, out->data + out->len, CHUNK);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (STATUS_IO);
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > max)
			return (STATUS_TOO_LARGE);
		if (n == 0)
			return (STATUS_OK);
	}
}

/* Closes without touching errno, which tells of what came before. */
static void
close_quietly(int fd)
{
	int saved = errno;

	(void)close(fd);
	errno = saved;
}

enum status
file_read(const char *path, size_t max, struct buf *out)
{
	enum status status;
	int fd;

	if (strcmp(path, "-") == 0)
		return (read_all(STDIN_FILENO, max, out));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return (STATUS_IO);
	status = read_all(fd, max, out);
	close_quietly(fd);
	return (status);
}

enum status
file_write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t n;

	while (len > 0) {
		n = write(fd, at, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (STATUS_IO);
		at += n;
		len -= (size_t)n;
	}
	return (STATUS_OK);
}

/* The directory of a path; owned by the caller. */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return (mem_strdup("."));
	return (mem_strndup(path, slash == path ? 1 : (size_t)(slash - path)));
}

static enum status
sync_directory(const char *path)
{
	char *directory = directory_of(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status status = STATUS_OK;

	free(directory);
	if (fd == -1)
		return (STATUS_IO);
	/* Some file systems cannot sync a directory; that is no failure. */
	if (fsync(fd) == -1 && errno != EINVAL && errno != EROFS)
		status = STATUS_IO;
	close_quietly(fd);
	return (status);
}

/* Writes and syncs a fresh temporary file; its name becomes *name, owned. */
static enum status
write_temporary(const char *path, const void *bytes, size_t len, char **name)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	enum status status = STATUS_OK;
	struct buf text = { 0 };
	int fd;

	buf_add(&text, path, (size_t)(base - path));
	buf_printf(&text, ".%s.XXXXXX", base);
	*name = text.data;
	fd = mkstemp(*name); /* mode 0600 */
	if (fd == -1) {
		free(*name);
		*name = NULL;
		return (STATUS_IO);
	}
	if (file_write_all(fd, bytes, len) != STATUS_OK || fsync(fd) == -1)
		status = STATUS_IO;
	close_quietly(fd);
	return (status);
}

enum status
file_write(const char *path, const void *bytes, size_t len, enum file_write how)
{
	enum status status;
	char *temporary;
	int saved;

	status = write_temporary(path, bytes, len, &temporary);
	if (temporary == NULL)
		return (status);
	if (status == STATUS_OK &&
	    (how == FILE_NEW ? link(temporary, path) :
			       rename(temporary, path)) == -1)
		status = STATUS_IO;
	if (status != STATUS_OK || how == FILE_NEW) {
		saved = errno;
		(void)unlink(temporary);
		errno = saved;
	}
	free(temporary);
	return (status == STATUS_OK ? sync_directory(path) : status);
}

enum status
file_deliver(const char *path, const void *bytes, size_t len)
{
	enum status status;
	struct stat st;
	int fd;

	if (lstat(path, &st) == -1 || S_ISREG(st.st_mode))
		return (file_write(path, bytes, len, FILE_REPLACE));
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return (STATUS_IO);
	status = file_write_all(fd, bytes, len);
	close_quietly(fd);
	return (status);
}
