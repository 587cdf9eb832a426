/* cores.c: the processor cores that this process may use. */
#include "cores.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

/* Caches have indices from 0, the largest last: few have five. */
enum { CACHES_MAX = 8, LIST_LENGTH_MAX = 256 };

unsigned
cores_count(void)
{
	cpu_set_t ours;

	if (sched_getaffinity(0, sizeof(ours), &ours) == -1)
		return (1);
	return ((unsigned)CPU_COUNT(&ours));
}

/* The n-th of ours from the last; -1: there are fewer. */
static int
core_from_last(unsigned n)
{
	cpu_set_t ours;
	size_t core;

	if (sched_getaffinity(0, sizeof(ours), &ours) == -1)
		return (-1);
	for (core = CPU_SETSIZE; core-- > 0;) {
		if (CPU_ISSET(core, &ours) && n-- == 0)
			return ((int)core);
	}
	errno = EINVAL;
	return (-1);
}

/* Whether the list of those that share a cache, as "0-3,8", has several. */
static bool
list_has_several(const char *path)
{
	char list[LIST_LENGTH_MAX] = "";
	FILE *file;

	file = fopen(path, "re");
	if (file == NULL)
		return (false);
	if (fgets(list, sizeof(list), file) == NULL)
		list[0] = '\0';
	(void)fclose(file);
	return (strpbrk(list, "-,") != NULL);
}

bool
cores_share_cache(const char *sysfs)
{
	char path[256];
	int core, i;

	core = core_from_last(0);
	for (i = 0; i < CACHES_MAX; i++) {
		(void)snprintf(path, sizeof(path),
		    "%s/cpu%d/cache/index%d/shared_cpu_list", sysfs, core, i);
		if (list_has_several(path))
			return (true);
	}
	return (false);
}

enum status
cores_bind(pid_t pid, unsigned n, int *core)
{
	cpu_set_t one;

	*core = core_from_last(n);
	if (*core == -1)
		return (STATUS_IO);
	CPU_ZERO(&one);
	CPU_SET((size_t)*core, &one);
	if (sched_setaffinity(pid, sizeof(one), &one) == -1)
		return (STATUS_IO);
	return (STATUS_OK);
}
