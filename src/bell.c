/* bell.c: what tells all workers of a host that mailboxes have changed. */
#include "bell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mem.h"

enum { RINGS = 16384 };

/*
 * Each ring carries its number, so that who reads it knows whether it is not
 * yet written or was overwritten, whoever rings at the same time (a reload has
 * two listeners for a moment).
 */
struct rings {
	_Atomic uint64_t rung; /* how many there have been */
	_Atomic uint64_t all;  /* how many for all */
	_Atomic unsigned waiting;
	_Atomic uint64_t ring[RINGS];
};

struct bell {
	struct rings *shared;
	int fd;
};

enum status
bell_make(struct bell **out)
{
	struct bell *b = mem_alloc(sizeof(*b));

	*out = b;
	b->fd = -1;
	b->shared = mmap(NULL, sizeof(*b->shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b->shared == MAP_FAILED)
		return (STATUS_IO);
	b->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return (b->fd == -1 ? STATUS_IO : STATUS_OK);
}

void
bell_close(struct bell *b)
{
	if (b == NULL)
		return;
	if (b->shared != MAP_FAILED)
		(void)munmap(b->shared, sizeof(*b->shared));
	if (b->fd != -1)
		(void)close(b->fd);
	free(b);
}

int
bell_fd(const struct bell *b)
{
	return (b->fd);
}

void
bell_ear_start(const struct bell *b, struct bell_ear *ear)
{
	ear->all = atomic_load(&b->shared->all);
	ear->rung = atomic_load(&b->shared->rung);
}

enum bell_sound
bell_hear(const struct bell *b, struct bell_ear *ear, uint32_t *which)
{
	uint64_t rung = atomic_load(&b->shared->rung), ring;

	if (ear->all != atomic_load(&b->shared->all) ||
	    rung - ear->rung > RINGS) {
		bell_ear_start(b, ear);
		return (BELL_ALL);
	}
	if (rung == ear->rung)
		return (BELL_NOTHING);
	ring = atomic_load(&b->shared->ring[ear->rung % RINGS]);
	if ((uint32_t)(ring >> 32) != (uint32_t)(ear->rung + 1)) {
		/* Not written yet: it will be told.  Or overwritten. */
		if (atomic_load(&b->shared->rung) - ear->rung <= RINGS)
			return (BELL_NOTHING);
		bell_ear_start(b, ear);
		return (BELL_ALL);
	}
	ear->rung++;
	*which = (uint32_t)ring;
	return (BELL_ONE);
}

void
bell_ring(struct bell *b, uint32_t which)
{
	uint64_t n = atomic_fetch_add(&b->shared->rung, 1);

	atomic_store(&b->shared->ring[n % RINGS],
	    (uint64_t)(uint32_t)(n + 1) << 32 | which);
}

void
bell_ring_all(struct bell *b)
{
	(void)atomic_fetch_add(&b->shared->all, 1);
}

void
bell_tell(struct bell *b)
{
	uint64_t one = 1;

	/* It takes 2^64 of these until one fails. */
	if (write(b->fd, &one, sizeof(one)) == -1)
		bell_ring_all(b);
}

int
bell_admit(struct bell *b, unsigned most)
{
	if (atomic_fetch_add(&b->shared->waiting, 1) < most)
		return (1);
	(void)atomic_fetch_sub(&b->shared->waiting, 1);
	return (0);
}

void
bell_dismiss(struct bell *b, unsigned n)
{
	(void)atomic_fetch_sub(&b->shared->waiting, n);
}

uint32_t
bell_of(const struct uuid *key)
{
	return ((uint32_t)key->b[0] << 24 | (uint32_t)key->b[1] << 16 |
	    (uint32_t)key->b[2] << 8 | key->b[3]);
}

void
bell_format(uint32_t which, char out[BELL_TEXT_LEN + 1])
{
	(void)snprintf(out, BELL_TEXT_LEN + 1, "%08x", which);
}

void
bell_read(const char *payload, void (*ring)(void *, uint32_t),
    void (*ring_all)(void *), void *arg)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	uint32_t which = 0;
	size_t n;

	for (n = 1; *payload != '\0'; payload++, n++) {
		digit = strchr(digits, *payload);
		if (digit == NULL) {
			ring_all(arg);
			return;
		}
		which = which << 4 | (uint32_t)(digit - digits);
		if (n % BELL_TEXT_LEN == 0)
			ring(arg, which);
	}
	if ((n - 1) % BELL_TEXT_LEN != 0) /* it was cut */
		ring_all(arg);
}
