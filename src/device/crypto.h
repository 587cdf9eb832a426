/*
 * crypto.h: the device's own cryptography, and the only place of the device
 * that sees OpenSSL.  What cannot fail on a sound machine (drawing random
 * bytes, encrypting, making and using keys of one's own) ends the process
 * when it does fail.
 */
#ifndef CREDRELAY_DEVICE_CRYPTO_H
#define CREDRELAY_DEVICE_CRYPTO_H

#include <stddef.h>

#include "status.h"
#include "uuid.h"

struct buf;

#define CRYPTO_SECRET_MAX 32
#define CRYPTO_IV_LEN 12
#define CRYPTO_TAG_LEN 16

/*
 * The Secret that sender and receiver share.  Its length decides the
 * algorithm: 16 bytes AEAD_AES_128_GCM, 32 bytes AEAD_AES_256_GCM.
 */
struct secret {
	unsigned char bytes[CRYPTO_SECRET_MAX];
	size_t len; /* 16 or 32; 0: there is none */
};

/* Fills `bytes` from the operating system's randomness. */
void crypto_random(void *bytes, size_t len);

/* Overwrites memory in a way that the compiler does not take out. */
void crypto_wipe(void *bytes, size_t len);

/* Draws a version 4 UUID: a claim, a request id, an identifier. */
void crypto_uuid_draw(struct uuid *);

/* Draws a Secret of `len` bytes, 16 or 32. */
void crypto_secret_draw(struct secret *, size_t len);

/* Takes `len` bytes as a Secret.  STATUS_INVALID: neither 16 nor 32. */
MUST_CHECK enum status
crypto_secret_set(struct secret *, const void *bytes, size_t len);

/* The payload type of a Secret: credrelay-api(7), THE LINK.  Static. */
const char *crypto_secret_type(const struct secret *);

/* Appends IV, ciphertext and tag (RFC 5116). The IV is drawn each time. */
void crypto_seal(
    const struct secret *, const void *plain, size_t len, struct buf *sealed);

/*
 * Appends the plaintext.
 * STATUS_INVALID: too short, another Secret, or altered; `plain` is unchanged.
 */
MUST_CHECK enum status crypto_open(
    const struct secret *, const void *sealed, size_t len, struct buf *plain);

/* A key on the curve P-256: a pair, or its public half.  Opaque. */
struct crypto_key;

/* Draws a key pair.  Owned by the caller; release with crypto_key_free(). */
struct crypto_key *crypto_key_draw(void);

/* Appends the public half as DER SubjectPublicKeyInfo (RFC 5480). */
void crypto_key_public(const struct crypto_key *, struct buf *der);

/*
 * Reads a public key; *key is owned by the caller.
 * STATUS_INVALID: not exactly one P-256 public key with a point on the
 * curve; *key is NULL.
 */
MUST_CHECK enum status
crypto_key_read(const void *der, size_t len, struct crypto_key **key);

/* Appends an ECDSA signature with SHA-256, DER; the key must be a pair. */
void crypto_key_sign(const struct crypto_key *, const void *message, size_t len,
    struct buf *signature);

/* STATUS_INVALID: it is not the signature of this message by this key. */
MUST_CHECK enum status
crypto_key_verify(const struct crypto_key *, const void *message, size_t len,
    const void *signature, size_t signature_len);

/* A short name of some bytes: 16 hex digits of their SHA-256. */
void crypto_name(const void *bytes, size_t len, char name[17]);

/* The name of the public half, for people. */
void crypto_key_name(const struct crypto_key *, char name[17]);

/* Takes NULL. */
void crypto_key_free(struct crypto_key *);

#endif
