/*
 * clock_shift.c: preloaded by tests/faults/clock: the wall clock of a program
 * is off by as many seconds as the file $CREDRELAY_CLOCKS/PROGRAM says, an
 * int64_t that may change at any time.  CLOCK_MONOTONIC stays as it is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t none;
static const volatile int64_t *shift = &none;

__attribute__((constructor)) static void
find_shift(void)
{
	const char *folder = getenv("CREDRELAY_CLOCKS");
	char path[4096];
	void *page;
	int fd;

	if (folder == NULL)
		return;
	(void)snprintf(
	    path, sizeof(path), "%s/%s", folder, program_invocation_short_name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	page = mmap(NULL, sizeof(*shift), PROT_READ, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED)
		shift = page;
	(void)close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *now)
{
	int result = (int)syscall(SYS_clock_gettime, id, now);

	if (result == 0 &&
	    (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		now->tv_sec += (time_t)*shift;
	return (result);
}

int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	int result = (int)syscall(SYS_gettimeofday, now, zone);

	if (result == 0)
		now->tv_sec += (time_t)*shift;
	return (result);
}

time_t
time(time_t *out)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return (now.tv_sec);
}
