/*
 * request.h: FastCGI parameters and a body, as a struct that is checked only
 * so far as it can be without knowing the operation.
 */
#ifndef CREDRELAY_REQUEST_H
#define CREDRELAY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "etag.h"
#include "prefer.h"
#include "uuid.h"

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OPTIONS,
	METHOD_OTHER		/* and how many there are before it */
};

/* What became of a header that must hold one UUID, neither nil nor all-ones. */
enum uuid_header {
	UUID_ABSENT,
	UUID_BROKEN,		/* malformed, or given twice in any spelling */
	UUID_GIVEN
};

/* How the body that came relates to the one that was announced. */
enum body_form {
	BODY_WHOLE,
	BODY_TOO_LARGE,		/* more than max_body bytes */
	BODY_OTHER_LENGTH	/* not what Content-Length said */
};

struct request {
	enum method	 method;
	const char	*path;		/* borrowed, undecoded, no query */
	size_t		 path_len;

	enum uuid_header claim_form;	/* broken too by two attestations */
	struct uuid	 claim;
	enum uuid_header request_id_form;
	struct uuid	 request_id;
	const char	*request_id_text;	/* as it came; borrowed */

	bool		 json_typed;	/* Content-Type is JSON in UTF-8 */
	bool		 encoded;	/* a Content-Encoding, not identity */
	struct etag_list if_match;
	struct etag_list if_none_match;
	struct prefer	 prefer;

	enum body_form	 body_form;
	const char	*body;		/* borrowed */
	size_t		 body_len;
};

/*
 * Fills the struct from "NAME=value" strings that end with NULL, and a body of
 * at most max_body + 1 bytes (fcgi.h).  Both are borrowed for as long as the
 * struct is used; release it with request_end.  Never fails: what is wrong is
 * told by its members, since the operation decides what of it matters, and in
 * which order.
 */
void	request_read(struct request *, char *const *params,
	    const struct buf *body, size_t max_body);

/* Releases what request_read allocated, and wipes the claim and the ids. */
void	request_end(struct request *);

/* The method's name; not METHOD_OTHER's. */
const char	*request_method_name(enum method);

/* There is a body that somebody sent, whole or not. */
bool	request_has_body(const struct request *);

#endif
