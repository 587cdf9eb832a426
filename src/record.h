/*
 * record.h: FastCGI's records, looked at and not touched.
 *
 * libfcgi reads a request in one go and blocks where bytes are missing, so
 * it is let at a connection only when a whole request waits there.  A walk
 * tells when that is, by the 8-byte headers alone.  What it refuses never
 * reaches libfcgi: management records (one of which overflows a buffer
 * there), other roles, aborts, records of another request.
 */
#ifndef CREDRELAY_RECORD_H
#define CREDRELAY_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

/*
 * Of the parameters only their lengths are read, since libfcgi believes them,
 * and whether there is a NUL, at which it would cut a value.
 */
enum {
	RECORD_HEADER = 8,
	RECORD_PARAMS_MAX = 256 * 1024	/* bytes of parameters in all */
};

enum record_phase {
	RECORD_BEGIN,		/* nothing yet */
	RECORD_PARAMS,		/* parameters are coming */
	RECORD_STDIN,		/* the body is coming */
	RECORD_WHOLE
};

/* A walk over the bytes of one request; all zero at its start. */
struct record_walk {
	enum record_phase phase;
	unsigned	 id;		/* of the request */
	size_t		 at;		/* the next header, from the start */
	size_t		 params;	/* bytes of parameters so far */
	size_t		 body;		/* bytes of body so far */
	unsigned char	 lengths[8];	/* of a pair, as far as they came */
	unsigned	 n_lengths;
	size_t		 pair;		/* bytes that are left of a pair */
	bool		 cut;		/* a NUL is in a name or a value */
	bool		 keep;		/* the peer keeps the connection */
	bool		 padded;	/* where libfcgi would trip over it */
};

/*
 * Goes on over `bytes`, which start at the request's first byte and are more
 * than the last time.  STATUS_OK: the request is whole, and `at` bytes long.
 * STATUS_AGAIN: more is to come.  STATUS_INVALID: it is no request that this
 * relay takes; close the connection.
 */
enum status	record_walk(struct record_walk *, const unsigned char *bytes,
		    size_t len) MUST_CHECK;

/*
 * The same over a buffer that this may shorten: body beyond `body_max` bytes
 * is cut out of it once its record is there, so that a body without end needs
 * no memory without end.  At least body_max + 1 bytes stay of a longer one.
 * So is the padding of the first record and of those that end the parameters
 * and the body, which libfcgi would take for a header, or leave for the next
 * request.
 */
enum status	record_walk_cutting(struct record_walk *, struct buf *,
		    size_t body_max) MUST_CHECK;

#endif
