/*
 * bell.h: what tells all workers of a host that mailboxes have changed.
 *
 * One process of the pool listens to PostgreSQL (bell_run) and rings; memory
 * that it shares with the workers holds the last rings, and an eventfd, which
 * nobody ever reads, wakes every epoll set that watches it edge-triggered.  So
 * a host has one listener, however many workers.
 *
 * What is rung is the first 32 bits of a row key: hardly ever two mailboxes'.
 * Who hears it looks at the mailbox again, so a false ring does no harm, and
 * one that is missed only costs time.
 */
#ifndef CREDRELAY_BELL_H
#define CREDRELAY_BELL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "status.h"
#include "uuid.h"

/* PostgreSQL's channel, and the most that one notification holds. */
#define BELL_CHANNEL "credrelay_mailbox"
enum { BELL_TEXT_LEN = 8, BELL_PAYLOAD_MAX = 7900 };

struct bell;

/* A listener's place in it: what it has heard already. */
struct bell_ear {
	uint64_t	rung;
	uint64_t	all;
};

enum bell_sound {
	BELL_NOTHING,
	BELL_ONE,
	BELL_ALL		/* it may have been any */
};

/*
 * STATUS_IO: errno tells.  Shared with the processes that are forked from now
 * on.  Release with bell_close, which takes NULL, in any case.
 */
enum status	 bell_make(struct bell **) MUST_CHECK;
void		 bell_close(struct bell *);

/* The descriptor to watch, edge-triggered, for reading. */
int		 bell_fd(const struct bell *);

/* Hears from now on. */
void		 bell_ear_start(const struct bell *, struct bell_ear *);
/* The next ring; BELL_ONE sets *which. */
enum bell_sound	 bell_hear(const struct bell *, struct bell_ear *,
		    uint32_t *which);

/* One ring, or one for all; heard after bell_tell. */
void		 bell_ring(struct bell *, uint32_t which);
void		 bell_ring_all(struct bell *);
void		 bell_tell(struct bell *);

/*
 * How many devices wait on this host: adds one unless there are `most`, and
 * takes away `n` again.
 */
int		 bell_admit(struct bell *, unsigned most);
void		 bell_dismiss(struct bell *, unsigned n);

/* A mailbox's ring, and as text, of BELL_TEXT_LEN digits and a NUL. */
uint32_t	 bell_of(const struct uuid *row_key);
void		 bell_format(uint32_t which, char out[BELL_TEXT_LEN + 1]);
/*
 * Calls `ring` for each ring of a payload; what is none of ours, or "*", is
 * one for all (`ring_all`).
 */
void		 bell_read(const char *payload, void (*ring)(void *, uint32_t),
		    void (*ring_all)(void *), void *arg);

/*
 * The process that listens: until SIGTERM or SIGINT, which are to be blocked
 * when this is called.  `beat_ms` as of worker_slot.  Returns the exit status.
 */
int		 bell_run(const struct conf *, struct bell *,
		    _Atomic int64_t *beat_ms);

#endif
