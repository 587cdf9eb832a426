/*
 * share.h: the share URL, the only thing that goes from the sender to the
 * receiver outside the relay:
 *     https://relay.example.com/v1/m/<identifier>?v=<vertical>#<Secret>
 * It is taken apart here, so that only what the relay may know (the origin
 * and the identifier) goes on to where requests are made.
 */
#ifndef CREDRELAY_DEVICE_SHARE_H
#define CREDRELAY_DEVICE_SHARE_H

#include <stdbool.h>
#include <stddef.h>

#include "device/crypto.h"
#include "device/outcome.h"

struct buf;

/* The longest URL that is taken, in bytes. */
#define SHARE_URL_MAX 2048
/* The longest vertical (a, c and h are those of the draft). */
#define SHARE_VERTICAL_MAX 16

/*
 * Where a relay is: scheme, host and port in their canonical form ("https://"
 * or "http://", lower case, no default port, no slash behind).
 */
struct origin {
	char *text;    /* owned */
	bool plain;    /* http: nothing hides the claim on its way */
	bool loopback; /* this machine itself */
};

struct share {
	struct origin origin;
	char mailbox[UUID_TEXT_LEN + 1];       /* lower case */
	char vertical[SHARE_VERTICAL_MAX + 1]; /* "": none */
	struct secret secret;		       /* len 0: none */
};

/*
 * Reads the base URL of a relay, with or without a slash behind.
 * EXIT_USAGE with a message: no http or https URL, or one with user info, a
 * path, a query or a fragment; the origin is all zero.
 */
MUST_CHECK enum exit_code
origin_read(struct origin *, const char *text, struct outcome *);

/*
 * A claim may go there: EXIT_DONE.  EXIT_USAGE: plain http to another machine
 * and the user has not allowed that.
 */
MUST_CHECK enum exit_code
origin_allow(const struct origin *, bool insecure_http, struct outcome *);

/* Releases the text. */
void origin_free(struct origin *);

/*
 * Reads a share URL; the Secret in every form of base64, or none at all.
 * EXIT_USAGE with a message: it is none; a URL whose '#' has become "%23" on
 * its way gets a message of its own.  No message repeats any part of it.  The
 * share is then all zero.
 */
MUST_CHECK enum exit_code
share_read(struct share *, const char *text, struct outcome *);

/* EXIT_USAGE with a message: the URL came without a Secret. */
MUST_CHECK enum exit_code
share_need_secret(const struct share *, struct outcome *);

/* One to SHARE_VERTICAL_MAX lower-case letters or digits. */
bool share_vertical_valid(const char *vertical, size_t len);

/* Appends the URL without query and Secret: what the relay calls urlLink. */
void share_link(const struct share *, struct buf *);

/* Appends the whole URL, with vertical and Secret where there are any. */
void share_url(const struct share *, struct buf *);

/* Releases the origin and wipes the Secret. */
void share_free(struct share *);

#endif
