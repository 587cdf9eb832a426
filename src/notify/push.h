/*
 * push.h: one request to a gateway, and what it says to it.
 */
#ifndef CREDRELAY_NOTIFY_PUSH_H
#define CREDRELAY_NOTIFY_PUSH_H

#include <stdbool.h>

#include "buf.h"

/* A POST.  All zero is empty; release with push_end. */
struct push {
	struct buf	 url;
	struct buf	 headers;	/* "Name: value\n" lines */
	struct buf	 body;
	bool		 http2;		/* an answer by another one is none */
	const char	*ca_file;	/* borrowed from the gateway; "": none */
	const char	*allow;		/* likewise; address.h */
	bool		 plain_allowed;	/* http: the operator's own service */
};

struct push_answer {
	long		 status;	/* HTTP's; 0: there is no answer */
	long		 retry_after;	/* seconds; -1: not told */
	bool		 goaway;	/* the connection went: at once again */
	bool		 refused;	/* the address may not be connected to */
	struct buf	 body;		/* at most its first 4 KiB */
};

/* They overwrite what may hold a token. */
void	push_end(struct push *);
void	push_answer_end(struct push_answer *);

#endif
