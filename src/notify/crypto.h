/*
 * crypto.h: signatures, and the encryption of Web Push; the only module of the
 * notifier that sees OpenSSL.
 *
 * A failure inside OpenSSL that no input can cause ends the process.
 */
#ifndef CREDRELAY_NOTIFY_CRYPTO_H
#define CREDRELAY_NOTIFY_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

enum {
	CRYPTO_POINT_LEN = 65,	/* of P-256, uncompressed */
	CRYPTO_AUTH_LEN = 16,	/* a subscription's secret */
	CRYPTO_SHA256_LEN = 32
};

struct crypto_key;

/*
 * A private key in PEM: of P-256 with `p256`, else RSA of at least 2,048 bits.
 * STATUS_INVALID: it is none.  Release with crypto_key_free.
 */
enum status	 crypto_key_parse(const char *pem, size_t len, bool p256,
		    struct crypto_key **) MUST_CHECK;
void		 crypto_key_free(struct crypto_key *);

/* The public point of a P-256 key. */
void		 crypto_key_point(const struct crypto_key *,
		    unsigned char point[CRYPTO_POINT_LEN]);

/* Adds a JWT of header and claims, JSON: ES256 or RS256, as the key is. */
void		 crypto_jwt(struct crypto_key *, const char *header,
		    const char *claims, struct buf *out);

void		 crypto_hmac_sha256(const void *key, size_t key_len,
		    const void *text, size_t len,
		    unsigned char mac[CRYPTO_SHA256_LEN]);

/*
 * Adds `clear` encrypted for a subscription: a body of aes128gcm (RFC 8291).
 * STATUS_INVALID: `peer` is no point of the curve.  The second takes the salt
 * and the sender's key that the first draws.
 */
enum status	 crypto_web_push(const unsigned char peer[CRYPTO_POINT_LEN],
		    const unsigned char auth[CRYPTO_AUTH_LEN],
		    const void *clear, size_t len, struct buf *out) MUST_CHECK;
enum status	 crypto_web_push_with(const struct crypto_key *,
		    const unsigned char salt[16],
		    const unsigned char peer[CRYPTO_POINT_LEN],
		    const unsigned char auth[CRYPTO_AUTH_LEN],
		    const void *clear, size_t len, struct buf *out) MUST_CHECK;

#endif
