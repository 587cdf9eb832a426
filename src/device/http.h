/*
 * http.h: one HTTP request, one answer; the only place that sees libcurl.
 *
 * TLS is always verified, no redirect is followed, nothing is taken from a
 * .netrc or a cookie, plain http goes through no proxy, and answers are
 * bounded in size and time.
 */
#ifndef CREDRELAY_DEVICE_HTTP_H
#define CREDRELAY_DEVICE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

/* The largest body of an answer that is taken, in bytes. */
#define HTTP_ANSWER_MAX 1048576
/* Longest ETag and request id that are kept; longer ones count as none. */
#define HTTP_FIELD_MAX 127

struct http;

struct http_request {
	const char *method; /* all borrowed for the call */
	const char *url;    /* without a fragment */
	const char *claim;  /* NULL: not sent, as the next three */
	const char *request_id;
	const char *if_match;
	const char *if_none_match;
	const char *json; /* the body; NULL: none */
	size_t json_len;
	long wait_s;	 /* "Prefer: wait=N" (RFC 7240); 0: not sent */
	long timeout_ms; /* for all of it, the waiting included */
};

/* All zero is empty and ready. */
struct http_answer {
	long status; /* 100 to 599 */
	struct buf body;
	char etag[HTTP_FIELD_MAX + 1];	     /* "": none */
	char request_id[HTTP_FIELD_MAX + 1]; /* "": none */
	long retry_after;		     /* seconds; 0: none named */
	bool waited; /* Preference-Applied names "wait": it was heeded */
};

/*
 * A client that keeps its connections.  `ca_file` (borrowed for the call):
 * certificates to trust instead of the system's, or NULL.  Owned by the
 * caller; release with http_close().
 */
struct http *http_open(const char *ca_file);

/*
 * Makes the request.
 * STATUS_OK: *answer is filled, whatever its status; body.data is not NULL.
 * STATUS_GONE: no connection came about; nothing was sent.
 * STATUS_OUTAGE: no answer, or not all of it, in time; the request may have
 * been carried out.
 * STATUS_INVALID: the peer's certificate is not trusted; nothing was sent.
 * STATUS_TOO_LARGE: the answer is larger than HTTP_ANSWER_MAX.
 * STATUS_IO: it cannot be made from here (the CA file cannot be read, say).
 * http_error() tells more on all but the first.
 */
MUST_CHECK enum status http_exchange(
    struct http *, const struct http_request *, struct http_answer *answer);

/* What went wrong last, for a person; never holds a header.  Borrowed until
 * the next exchange. */
const char *http_error(const struct http *);

/* Releases what the answer holds and makes it empty again. */
void http_answer_free(struct http_answer *);

/* Takes NULL. */
void http_close(struct http *);

#endif
