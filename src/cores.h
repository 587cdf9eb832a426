/*
 * cores.h: the processor cores that this process may use, and its workers'
 * places among them.
 *
 * A worker and its database backend take turns, and the web server works
 * beside them.  Linux wakes a process near to who woke it, and looks for an
 * idle core among those that share a cache with that one.  Where it knows of
 * no shared cache, as on many virtual machines, the web server draws workers
 * to its own core, and others fall idle.  There each worker is given a core.
 */
#ifndef CREDRELAY_CORES_H
#define CREDRELAY_CORES_H

#include <stdbool.h>
#include <sys/types.h>

#include "status.h"

/* Where Linux tells of the caches. */
#define CORES_SYSFS "/sys/devices/system/cpu"

/* How many there are, for whom we may use; at least one. */
unsigned	 cores_count(void);

/*
 * Whether Linux knows of a cache that the last of our cores shares with
 * another; `sysfs` is CORES_SYSFS, or stands in for it.
 */
bool		 cores_share_cache(const char *sysfs);

/*
 * Has a process, one of ours, run on nothing but the n-th of our cores from
 * the last, n < cores_count().  Returns its number in *core; STATUS_IO: it
 * runs where it may as before; errno tells.
 */
enum status	 cores_bind(pid_t, unsigned n, int *core) MUST_CHECK;

#endif
