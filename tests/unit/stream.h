/* stream: FastCGI records made by hand, for the tests of record and fcgi. */
#ifndef CREDRELAY_STREAM_H
#define CREDRELAY_STREAM_H

#include <stddef.h>

#include "buf.h"

enum {
	STREAM_BEGIN = 1, STREAM_ABORT = 2, STREAM_PARAMS = 4,
	STREAM_STDIN = 5, STREAM_GET_VALUES = 9,
	STREAM_RESPONDER = 1, STREAM_AUTHORIZER = 2,
	STREAM_KEEP = 1
};

/* Adds one record of `len` bytes and `padding` more. */
void	stream_record(struct buf *, unsigned type, unsigned id,
	    const void *content, size_t len, unsigned char padding);
void	stream_begin(struct buf *, unsigned id, unsigned role,
	    unsigned flags);

/* Adds a name and its value in the form of the parameters' stream. */
void	stream_pair(struct buf *, const char *name, const char *value);
/* The pairs as records of at most `step` bytes, and the empty one. */
void	stream_params(struct buf *, unsigned id, const struct buf *pairs,
	    size_t step);
/* A body that stream_body_byte tells, likewise. */
void	stream_body(struct buf *, unsigned id, size_t len, size_t step);
char	stream_body_byte(size_t at);

/*
 * A whole POST with a body of `len` bytes in records of `step`, its
 * Content-Length, request id 1, and `flags`.
 */
void	stream_request(struct buf *, unsigned flags, size_t len, size_t step);

#endif
