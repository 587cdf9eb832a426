/*
 * fcgi.h: connections from the web server, and all of libfcgi.
 *
 * libfcgi reads and writes the protocol; this module keeps it where it is
 * safe.  It is let at a request only when the whole of it has arrived
 * (record.h), so it never waits for a client.  A request that does not come in
 * one piece is drained into memory first.
 *
 *   fcgi_open(); fcgi_poll() until STATUS_OK; fcgi_take(); fcgi_params(),
 *   fcgi_body(); fcgi_answer(), after which the next request may come.
 *
 * The only module that sees fcgiapp.h.  One thread only.
 */
#ifndef CREDRELAY_FCGI_H
#define CREDRELAY_FCGI_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

struct fcgi;

/*
 * Readies libfcgi, once a process and before signals are set: it installs
 * handlers of its own.
 */
void		 fcgi_start(void);

/*
 * Takes over an accepted, blocking descriptor.  Bodies are kept up to
 * `body_max` bytes and one more.  Owned by the caller; release with
 * fcgi_close, which closes the descriptor.
 */
struct fcgi	*fcgi_open(int fd, size_t body_max);
void		 fcgi_close(struct fcgi *);

/*
 * Looks whether a whole request waits; to be called again after each event.
 * STATUS_OK: fcgi_take may be called.  STATUS_AGAIN: not yet.  STATUS_GONE:
 * the peer closed.  STATUS_INVALID: what came is no request; close.
 */
enum status	 fcgi_poll(struct fcgi *) MUST_CHECK;
/* Something of a request that is not whole has arrived. */
bool		 fcgi_begun(const struct fcgi *);

/*
 * Reads the whole request.  STATUS_INVALID: its parameters or its body are
 * broken; nothing of it may be used: close.
 */
enum status	 fcgi_take(struct fcgi *) MUST_CHECK;

/*
 * NAME=value strings ending with NULL; borrowed until the answer.  None at all
 * where there is a NUL in one, which lighttpd lets through in a CONNECT: what
 * is behind it is lost.
 */
char		*const *fcgi_params(const struct fcgi *);
/* The body, at most body_max + 1 bytes of it; borrowed until the answer. */
const struct buf *fcgi_body(const struct fcgi *);

/*
 * Puts the request back, as if it had just arrived whole: fcgi_poll says so,
 * and fcgi_take takes it again.  Between the two it costs the bytes that it
 * came in, so one of more than 16 KiB cannot be put back, nor one without a
 * Prefer header, nor one taken after another connection was polled.
 * STATUS_INVALID: it is such a one, as fcgi_may_put_back says beforehand.
 */
bool		 fcgi_may_put_back(const struct fcgi *);
enum status	 fcgi_put_back(struct fcgi *) MUST_CHECK;

/*
 * Sends the answer, headers and body in one piece, and ends the request.
 * STATUS_OK: the peer keeps the connection; poll it at once for its next
 * request.  STATUS_GONE: it does not, or it has left; close.  STATUS_AGAIN:
 * the peer takes no more at present; fcgi_send goes on, with the same
 * results, when the descriptor can be written to.
 */
enum status	 fcgi_answer(struct fcgi *, const struct buf *) MUST_CHECK;
enum status	 fcgi_send(struct fcgi *) MUST_CHECK;

#endif
