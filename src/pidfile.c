/* pidfile.c: the file that tells others the master's process id. */
#include "pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

enum status
pidfile_write(const char *path)
{
	char text[32];
	int fd, len, saved;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd == -1)
		return (STATUS_IO);
	len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (write(fd, text, (size_t)len) == len && close(fd) == 0)
		return (STATUS_OK);
	saved = errno;
	(void)unlink(path);
	errno = saved;
	return (STATUS_IO);
}

void
pidfile_remove(const char *path)
{
	if (unlink(path) == -1 && errno != ENOENT)
		log_warning("%s: cannot be removed: %s", path, strerror(errno));
}
