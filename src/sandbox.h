/*
 * sandbox.h: what a process that serves strangers can no longer do.
 *
 * It has all it needs by then: its descriptors, its keys, its settings.  From
 * there on it opens connections, reads files, talks and ends; it writes to no
 * file, starts no program and listens nowhere.  The kernel sees to it, whatever
 * code may run in the process by then:
 *
 * - no new privileges, also for what it might start;
 * - resource limits of nothing, where nothing is needed;
 * - Landlock, by as much of it as the kernel has: below / all is to be read,
 *   none to be changed or executed; no TCP port may be bound, and none
 *   connected to unless `internet` is set; no process but itself gets a signal;
 * - seccomp: a list of the system calls that are let through, some of them only
 *   with harmless arguments.  A call that nothing here would ever make, and an
 *   intruder would (execve, ptrace, listen, ...), kills the process.  Any other
 *   one fails with ENOSYS, the answer of a kernel that does not have it: libc
 *   and the modules for names are upgraded without us, and know what to do
 *   then, where killing would be an outage.
 *
 * A build with sanitizers or for coverage lets through what these need: they
 * trace themselves, start a symbolizer, or write files at the end.
 */
#ifndef CREDRELAY_SANDBOX_H
#define CREDRELAY_SANDBOX_H

#include <stdbool.h>

#include "status.h"

/* What the process cannot do without. */
struct sandbox {
	bool		 internet;	/* other hosts, and their names */
	bool		 threads;	/* more of them */
	const char	*pid_file;	/* to be removed; NULL or "": none */
};

/*
 * For good, for this process of one thread.  STATUS_IO: the log tells why; what
 * was done by then stays done, so end the process.  A kernel without Landlock
 * is no failure, one without seccomp is.
 */
enum status	 sandbox_enter(const struct sandbox *) MUST_CHECK;

#endif
