/* pidfile.h: the file that tells others the master's process id. */
#ifndef CREDRELAY_PIDFILE_H
#define CREDRELAY_PIDFILE_H

#include "status.h"

/*
 * Writes this process's id and a newline, mode 0644, over what was there.
 * STATUS_IO: errno tells; nothing is left behind.
 */
enum status	 pidfile_write(const char *path) MUST_CHECK;

/* Removes it; a failure is logged. */
void		 pidfile_remove(const char *path);

#endif
