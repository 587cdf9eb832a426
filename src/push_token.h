/*
 * push_token.h: what a notification token must be for its gateway to serve it.
 *
 * The pool asks before it keeps one and tells its device that it is supported;
 * the notifier, before it makes a push of it.  So what a gateway cannot serve
 * by its form or by the settings is never kept.  What only the gateway knows,
 * or the address behind a name, shows when it is pushed.
 */
#ifndef CREDRELAY_PUSH_TOKEN_H
#define CREDRELAY_PUSH_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "conf.h"
#include "seal.h"
#include "status.h"

struct json_object;

enum { PUSH_TOKEN_AUTH_LEN = 16 };	/* a subscription's secret */

/* A token's members, decoded.  Release with push_token_end. */
struct push_token {
	const char	*type;		/* borrowed from `json`, as the next */
	const char	*data;		/* tokenData */
	const char	*topic;		/* tokenTopic; NULL: none */

	/* Web Push's alone: what tokenData says in base64url. */
	char		*endpoint;	/* an https URL without a space; owned */
	struct buf	 origin;	/* its, as RFC 6454 spells it */
	struct buf	 peer;		/* SEAL_POINT_LEN bytes, on the curve */
	struct buf	 auth;		/* PUSH_TOKEN_AUTH_LEN bytes */

	struct json_object *json;	/* owned */
};

/*
 * Reads a token, the object as a device wrote it and as it was found valid
 * once, for this gateway, whatever type it names.
 * STATUS_INVALID: the gateway cannot serve it.  All: type and tokenData must be
 * strings, and tokenTopic where there is one.  APNs: tokenData is 1 to 100
 * bytes in hex, tokenTopic one of `topics`.  FCM: tokenData is not empty.  Web
 * Push: tokenData is a browser's subscription (credrelay-api(7),
 * NOTIFICATIONS), its endpoint https, on one of `hosts` where these are named.
 */
enum status	 push_token_read(const struct conf *, enum conf_gateway,
		    const char *text, size_t len, struct push_token *)
		    MUST_CHECK;
/* After push_token_read, whatever it returned. */
void		 push_token_end(struct push_token *);

/* A gateway is switched on that serves a token of this type, and can this. */
bool		 push_token_is_served(const struct conf *, const char *text,
		    size_t len);

#endif
