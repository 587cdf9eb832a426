/*
 * seal_aead.h: AES-256-GCM and HKDF-SHA-256, for seal*.c alone.
 *
 * A sealed value is a random 96-bit nonce, the ciphertext, the 128-bit tag.
 * Each algorithm is fetched once a process, since fetching costs more than
 * using it.  A failure inside OpenSSL ends the process.
 */
#ifndef CREDRELAY_SEAL_AEAD_H
#define CREDRELAY_SEAL_AEAD_H

#include <stddef.h>

#include <openssl/evp.h>

#include "buf.h"
#include "status.h"

enum { AEAD_KEY_LEN = 32, AEAD_NONCE_LEN = 12, AEAD_TAG_LEN = 16 };

/* Associated data: what the parts say, one behind the other. */
struct aead_part {
	const void	*data;
	size_t		 len;
};
enum { AEAD_PARTS = 3 };
struct aead_about {
	struct aead_part parts[AEAD_PARTS];	/* the rest are empty */
};

/* Ends the process unless OpenSSL did as it was told. */
void		 aead_must(int ok);

/* SHA-256, fetched; borrowed for good. */
const EVP_MD	*aead_sha256(void);

/* Random bytes that need not be secret: they are drawn many at a time. */
void		 aead_random(void *, size_t len);

/* HMAC-SHA-256. */
void		 aead_mac(const unsigned char key[AEAD_KEY_LEN],
		    const void *text, size_t len,
		    unsigned char mac[AEAD_KEY_LEN]);
/* HKDF-SHA-256 without salt. */
void		 aead_derive(const void *secret, size_t len, const char *info,
		    unsigned char key[AEAD_KEY_LEN]);

/* Adds the sealed form of `len` bytes to `out`. */
void		 aead_shut(const unsigned char key[AEAD_KEY_LEN],
		    const struct aead_about *, const void *clear, size_t len,
		    struct buf *out);
/*
 * Adds the clear form to `out`.  STATUS_INVALID: it was sealed under another
 * key or about something else, or was altered; nothing is added.
 */
enum status	 aead_open(const unsigned char key[AEAD_KEY_LEN],
		    const struct aead_about *, const void *sealed, size_t len,
		    struct buf *out) MUST_CHECK;
/* Overwrites what OpenSSL keeps of the last key. */
void		 aead_forget(void);

#endif
