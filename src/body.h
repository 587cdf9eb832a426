/*
 * body.h: the JSON of a request, checked against its operation.
 *
 * Each reader takes the request's body, which must outlive the result, and
 * returns STATUS_INVALID when it is not what credrelay-api(7) asks for.  The
 * result is to be released with body_end in either case.
 */
#ifndef CREDRELAY_BODY_H
#define CREDRELAY_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "request.h"
#include "status.h"
#include "strict_json.h"
#include "uuid.h"

/* What becomes of the notification token that the caller left earlier. */
enum token_change { TOKEN_KEEP, TOKEN_CLEAR, TOKEN_REPLACE };

struct body {
	struct strict_json *json;	/* owned; holds the spans */

	struct span	 payload;	/* as written, from { to } */
	enum token_change token_change;
	struct span	 token;		/* likewise, with TOKEN_REPLACE */

	/* A create's alone. */
	struct buf	 display;	/* body_display's text; empty: none */
	unsigned	 rights;
	bool		 expires;	/* `expiration` was given */
	int64_t		 expiration;	/* Unix seconds */
	bool		 drawn;		/* the sender drew the identifier */
	struct uuid	 identifier;
};

enum status	 body_read_create(const struct request *, struct body *)
		    MUST_CHECK;
enum status	 body_read_update(const struct request *, struct body *)
		    MUST_CHECK;
/* A read's body may be empty, and then changes no token. */
enum status	 body_read_read(const struct request *, struct body *)
		    MUST_CHECK;
void		 body_end(struct body *);

/*
 * displayInformation as the one text in which it is kept and given back: its
 * three members, no others.  The strings are UTF-8 that ends with NUL.
 */
void		 body_display(struct buf *, const char *title,
		    const char *description, const char *image_url);

#endif
