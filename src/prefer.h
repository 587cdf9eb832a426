/*
 * prefer.h: how long a client would wait for an answer (RFC 7240, 4.3).
 */
#ifndef CREDRELAY_PREFER_H
#define CREDRELAY_PREFER_H

#include <stdbool.h>

/* All zero: nothing was preferred. */
struct prefer {
	bool		 seen;		/* a wait preference, good or not */
	bool		 waits;		/* `seconds` is what it says */
	unsigned	 seconds;	/* UINT_MAX for all beyond it */
};

/*
 * Takes one value of the field Prefer into account; a field may come several
 * times, and the first wait preference is the one that counts.  What is
 * malformed or unknown is passed over, as the RFC wants it.
 */
void	prefer_add(struct prefer *, const char *field);

#endif
