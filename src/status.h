/* status.h: how a function that can fail says what came of it. */
#ifndef CREDRELAY_STATUS_H
#define CREDRELAY_STATUS_H

#define MUST_CHECK __attribute__((warn_unused_result))

/*
 * Each header says which of these its functions return, and when.
 * Allocation is never among them: it does not fail (mem.h).
 */
enum status {
	STATUS_OK,
	STATUS_INVALID,		/* the input breaks its form */
	STATUS_TOO_LARGE,	/* the input is beyond its limit */
	STATUS_IO,		/* a system call failed; errno tells why */
	STATUS_AGAIN,		/* nothing yet: come back when more is there */
	STATUS_GONE,		/* the peer has closed */
	STATUS_OUTAGE,		/* the database is away: call again later */
	STATUS_BUG		/* what should never happen; a 500 */
};

#endif
