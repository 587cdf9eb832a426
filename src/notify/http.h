/*
 * http.h: many pushes at once, over connections that are kept; the only place
 * of the notifier that sees libcurl.
 *
 * Where a push goes was written by a stranger's device.  So the address that
 * would be connected to is looked at, not the name: it must be public, or
 * among those that the push allows, each time a connection is made and each
 * time one is used again.  No redirect is followed, no proxy asked, and an
 * answer is bounded in size and time.  TLS is always verified.  HTTP/2 is used
 * where the server has it.
 *
 * Nothing blocks but http_pushes_wait.  One thread only.
 */
#ifndef CREDRELAY_NOTIFY_HTTP_H
#define CREDRELAY_NOTIFY_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "notify/push.h"

/*
 * For all of a push, from its start.  Streams that are open when a server
 * says GOAWAY hang until then.
 */
enum { HTTP_TIMEOUT_MS = 5000 };

struct http_pushes;

/* For up to `in_flight` pushes at once.  Release with http_pushes_close. */
struct http_pushes *http_pushes_open(unsigned in_flight);
/* What is under way is forgotten. */
void	 http_pushes_close(struct http_pushes *);

/* How many more may be started. */
unsigned http_pushes_room(const struct http_pushes *);

/* Takes over what `push` owns, and leaves it empty; there must be room. */
void	 http_push_start(struct http_pushes *, struct push *, void *who);

/*
 * Waits for at most `ms` until something moves, there or at one of the `n`
 * other descriptors (their revents are set), then moves all pushes on.
 */
void	 http_pushes_wait(struct http_pushes *, struct pollfd *, unsigned n,
	    int64_t ms);

/*
 * Takes one that has come to an end: who it was started for, and what came of
 * it.  The answer is zeroed before, and ended by the caller afterwards.  False:
 * none.  Its place is free again only after this.
 */
bool	 http_push_finished(struct http_pushes *, void **who,
	    struct push_answer *);

#endif
