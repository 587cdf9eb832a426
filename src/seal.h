/*
 * seal.h: what makes the store blind.
 *
 * The database never sees an identifier, a claim, a request id, or a byte of
 * content.  All that it is given is derived from the mailbox's identifier,
 * which every call brings and nothing stores:
 *
 *   row key       SHA-256("row" ‖ identifier), the first 128 bits
 *   claim hash    SHA-256("claim" ‖ identifier ‖ claim), the first 128 bits
 *   request hash  SHA-256(label ‖ identifier ‖ claim ‖ request id), likewise
 *   seal key      HKDF-SHA-256(identifier, info "seal"), for AES-256-GCM
 *   token key     the same with info "token", for notification tokens
 *
 * A sealed value is a random 96-bit nonce, the ciphertext, the 128-bit tag;
 * its column's name, the row key and, for a token, its device's claim hash are
 * the associated data, so that a value opens only where it was put.  Two
 * mailboxes of one device have nothing in common.
 *
 * Who sends a notification has no identifier.  So an update that asks for one
 * brings the token key, sealed under HKDF-SHA-256(server key, "outbox"): the
 * wrap.  It opens the mailbox's tokens, and nothing else of it.
 *
 * The only module of the relay that sees OpenSSL.  A failure inside OpenSSL
 * cannot be answered rightly, so it ends the process.  One thread only.
 */
#ifndef CREDRELAY_SEAL_H
#define CREDRELAY_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"
#include "uuid.h"

enum {
	SEAL_KEY_LEN = 32,
	SEAL_OVERHEAD = 12 + 16,
	SEAL_DIGEST_BASE64 = 44,
	SEAL_POINT_LEN = 65
};

/* The server key: the same in every worker and on every host of one relay. */
struct seal_key {
	unsigned char	b[SEAL_KEY_LEN];
};

/* One mailbox's keys, derived from its identifier.  No memory of its own. */
struct seal {
	struct uuid	identifier;
	struct uuid	row_key;
	unsigned char	key[SEAL_KEY_LEN];
	unsigned char	token_key[SEAL_KEY_LEN];
	int		keyed;		/* `key` is derived at first use */
	int		token_keyed;	/* and so is `token_key` */
};

/* What a value is; a token belongs to one of the mailbox's two devices. */
enum seal_column { SEAL_PAYLOAD, SEAL_DISPLAY, SEAL_TOKEN };

/* What a request hash is for; an id is remembered with its maker. */
enum seal_request {
	SEAL_REQUEST,		/* update, relinquish */
	SEAL_CREATE_MADE,	/* a create whose identifier the relay made */
	SEAL_CREATE_DRAWN	/* a create whose identifier the sender drew */
};

/*
 * Makes a server key of 32 random bytes in a new file of mode 0600, safely on
 * disk when it returns.  STATUS_IO: errno tells; EEXIST: there is a file.
 */
enum status	 seal_key_make(const char *path) MUST_CHECK;

/*
 * Reads a server key.  STATUS_IO: errno tells.  STATUS_INVALID: it is not 32
 * bytes, or group or others may read or write it.
 */
enum status	 seal_key_load(const char *path, struct seal_key *) MUST_CHECK;
void		 seal_key_wipe(struct seal_key *);

/*
 * The identifier that the relay makes for a create: a version 4 UUID from
 * HMAC-SHA-256(server key, claim ‖ request id).  The same request gives the
 * same identifier, which makes a repeated create land on its own row.
 */
void	seal_make_identifier(const struct seal_key *, const struct uuid *claim,
	    const struct uuid *request_id, struct uuid *identifier);

/* Derives the row key of a mailbox; `identifier` is copied. */
void	seal_start(struct seal *, const struct uuid *identifier);
/* Overwrites all that seal_start and its users derived. */
void	seal_end(struct seal *);

void	seal_claim(const struct seal *, const struct uuid *claim,
	    struct uuid *hash);
void	seal_request_id(const struct seal *, enum seal_request,
	    const struct uuid *claim, const struct uuid *request_id,
	    struct uuid *hash);

/*
 * Adds the sealed form of `len` bytes, len + SEAL_OVERHEAD, to `out`.
 * `owner`: the claim hash of the device whose it is; NULL: the mailbox's.
 */
void	seal_shut(struct seal *, enum seal_column, const struct uuid *owner,
	    const void *clear, size_t len, struct buf *out);

/*
 * Adds the clear form of a sealed value to `out`.  STATUS_INVALID: it was not
 * sealed for this mailbox, column and owner, or has been altered; nothing is added.
 */
enum status	 seal_open(struct seal *, enum seal_column,
		    const struct uuid *owner, const void *sealed, size_t len,
		    struct buf *out) MUST_CHECK;

/* Adds the wrap of the mailbox's token key. */
void	seal_wrap(const struct seal_key *, struct seal *, struct buf *out);
/*
 * Adds a token from the outbox, in the clear: of the mailbox `row_key`, of the
 * device whose claim hash is `owner`.  STATUS_INVALID: as of seal_open, or the
 * wrap is of another server key.
 */
enum status	 seal_open_outbox(const struct seal_key *,
		    const struct uuid *row_key, const struct uuid *owner,
		    const void *wrap, size_t wrap_len, const void *token,
		    size_t token_len, struct buf *out) MUST_CHECK;

/* A gateway's credential of that name, sealed under the server key. */
void	seal_secret_shut(const struct seal_key *, const char *name,
	    const void *clear, size_t len, struct buf *out);
enum status	 seal_secret_open(const struct seal_key *, const char *name,
		    const void *sealed, size_t len, struct buf *out)
		    MUST_CHECK;

/* A random version of a mailbox's content, in [1, 2^62). */
int64_t	seal_random_version(void);

/* Whether it is a point of P-256, uncompressed: a device's key for Web Push. */
bool	seal_is_point(const unsigned char point[SEAL_POINT_LEN]);

/* SHA-256 of a text in base64, for a Content-Security-Policy. */
void	seal_digest_base64(const char *text, size_t len,
	    char out[SEAL_DIGEST_BASE64 + 1]);

#endif
