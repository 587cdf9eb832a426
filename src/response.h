/*
 * response.h: an answer, whole in memory before its first byte is sent.
 */
#ifndef CREDRELAY_RESPONSE_H
#define CREDRELAY_RESPONSE_H

#include <stdbool.h>

#include "buf.h"
#include "request.h"

/*
 * Every refusal that a device can meet.  Each has a status, a stable code, a
 * title and a sentence of its own (response.c) and nothing else: a problem
 * never repeats what the client sent.
 */
enum problem {
	PROBLEM_NONE,
	PROBLEM_NOT_FOUND,		/* 404, and so on in response.c */
	PROBLEM_METHOD_NOT_ALLOWED,
	PROBLEM_CLAIM_INVALID,
	PROBLEM_MEDIA_TYPE,
	PROBLEM_TOO_LARGE,
	PROBLEM_REQUEST_ID_INVALID,
	PROBLEM_BODY_LENGTH,
	PROBLEM_BODY_INVALID,
	PROBLEM_EXPIRATION_TOO_SOON,
	PROBLEM_CLAIM_NOT_BOUND,
	PROBLEM_RIGHT_MISSING,
	PROBLEM_IDENTIFIER_TAKEN,
	PROBLEM_MAILBOX_ENDED,
	PROBLEM_ETAG_MISMATCH,
	PROBLEM_INTERNAL,
	PROBLEM_UNAVAILABLE,
	PROBLEM_DATABASE_UNREACHABLE,
	PROBLEM_SCHEMA_TOO_OLD,
	PROBLEM_PURGE_OVERDUE
};

struct response {
	unsigned	 status;	/* HTTP's; 0: none decided yet */
	const char	*content_type;	/* static; NULL: there is no body */
	struct buf	 headers;	/* whole header lines, each with CRLF */
	struct buf	 body;
};

/* Begins anew with this status; the memory is kept. */
void	response_start(struct response *, unsigned status);
void	response_end(struct response *);

/* Adds a header line.  Name and value are ours, never the client's. */
void	response_header(struct response *, const char *name,
	    const char *value);

/* Makes it the problem's answer, with all headers that its status needs. */
void	response_problem(struct response *, enum problem);

/*
 * The answer as FastCGI output, added to `out`: Status, the headers that all
 * answers carry, the request id as it came where it was well-formed, an exact
 * Content-Length (none on 204), and the body unless the method is HEAD.
 */
void	response_render(const struct response *, const struct request *,
	    struct buf *out);

#endif
