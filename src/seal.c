/* seal.c: what makes the store blind. */
#include "seal.h"

#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

enum { NONCE_LEN = 12, TAG_LEN = 16, DIGEST_LEN = 32 };

/*
 * Fetching an algorithm from OpenSSL's providers costs more than using it, so
 * each is fetched once a process.
 */
static struct {
	EVP_MD *sha256;
	EVP_MD_CTX *digest;
	EVP_CIPHER *aes256gcm;
	EVP_CIPHER_CTX *cipher;
	EVP_KDF_CTX *hkdf;
} engine;

static const char *const column_names[] = {
	[SEAL_PAYLOAD] = "payload",
	[SEAL_DISPLAY] = "display",
	[SEAL_TOKEN] = "token",
};

static const char *const request_labels[] = {
	[SEAL_REQUEST] = "request",
	[SEAL_CREATE_MADE] = "create made",
	[SEAL_CREATE_DRAWN] = "create drawn",
};

/* Ends the process unless OpenSSL did as it was told. */
static void
seal_must(int ok)
{
	static const char text[] = "OpenSSL failed, ending\n";

	if (ok)
		return;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) == -1)
		_exit(70);
	_exit(70);
}

static void
engine_start(void)
{
	EVP_KDF *kdf;

	if (engine.sha256 != NULL)
		return;
	kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	seal_must(kdf != NULL);
	engine.hkdf = EVP_KDF_CTX_new(kdf);
	EVP_KDF_free(kdf);
	engine.aes256gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	engine.cipher = EVP_CIPHER_CTX_new();
	engine.digest = EVP_MD_CTX_new();
	engine.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	seal_must(engine.hkdf != NULL && engine.aes256gcm != NULL &&
	    engine.cipher != NULL && engine.digest != NULL &&
	    engine.sha256 != NULL);
}

/* The first 128 bits of SHA-256(label ‖ a ‖ b ‖ c); b and c may be NULL. */
static void
hash_uuids(const char *label, const struct uuid *a, const struct uuid *b,
    const struct uuid *c, struct uuid *out)
{
	unsigned char digest[DIGEST_LEN];
	EVP_MD_CTX *ctx;

	engine_start();
	ctx = engine.digest;
	seal_must(EVP_DigestInit_ex2(ctx, engine.sha256, NULL) == 1);
	seal_must(EVP_DigestUpdate(ctx, label, strlen(label)) == 1);
	seal_must(EVP_DigestUpdate(ctx, a->b, sizeof(a->b)) == 1);
	if (b != NULL)
		seal_must(EVP_DigestUpdate(ctx, b->b, sizeof(b->b)) == 1);
	if (c != NULL)
		seal_must(EVP_DigestUpdate(ctx, c->b, sizeof(c->b)) == 1);
	seal_must(EVP_DigestFinal_ex(ctx, digest, NULL) == 1);
	memcpy(out->b, digest, sizeof(out->b));
	OPENSSL_cleanse(digest, sizeof(digest));
}

void
seal_make_identifier(const struct seal_key *key, const struct uuid *claim,
    const struct uuid *request_id, struct uuid *identifier)
{
	unsigned char text[2 * sizeof(claim->b)], mac[DIGEST_LEN];
	unsigned int len = 0;

	engine_start();
	memcpy(text, claim->b, sizeof(claim->b));
	memcpy(text + sizeof(claim->b), request_id->b, sizeof(request_id->b));
	seal_must(HMAC(engine.sha256, key->b, sizeof(key->b), text,
		      sizeof(text), mac, &len) != NULL &&
	    len == sizeof(mac));
	memcpy(identifier->b, mac, sizeof(identifier->b));
	identifier->b[6] = (unsigned char)((identifier->b[6] & 0x0f) | 0x40);
	identifier->b[8] = (unsigned char)((identifier->b[8] & 0x3f) | 0x80);
	OPENSSL_cleanse(text, sizeof(text));
	OPENSSL_cleanse(mac, sizeof(mac));
}

void
seal_start(struct seal *s, const struct uuid *identifier)
{
	s->identifier = *identifier;
	s->keyed = 0;
	hash_uuids("row", identifier, NULL, NULL, &s->row_key);
}

void
seal_end(struct seal *s)
{
	if (s->keyed)
		seal_must(EVP_CIPHER_CTX_reset(engine.cipher) == 1);
	OPENSSL_cleanse(s, sizeof(*s));
}

void
seal_claim(const struct seal *s, const struct uuid *claim, struct uuid *hash)
{
	hash_uuids("claim", &s->identifier, claim, NULL, hash);
}

void
seal_request_id(const struct seal *s, enum seal_request what,
    const struct uuid *claim, const struct uuid *request_id, struct uuid *hash)
{
	hash_uuids(
	    request_labels[what], &s->identifier, claim, request_id, hash);
}

static void
derive_key(struct seal *s)
{
	static char digest[] = "SHA256", info[] = "seal";
	OSSL_PARAM params[4];

	if (s->keyed)
		return;
	engine_start();
	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_KEY, s->identifier.b, sizeof(s->identifier.b));
	params[2] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_INFO, info, strlen(info));
	params[3] = OSSL_PARAM_construct_end();
	seal_must(
	    EVP_KDF_derive(engine.hkdf, s->key, sizeof(s->key), params) == 1);
	EVP_KDF_CTX_reset(engine.hkdf); /* it would keep the identifier */
	s->keyed = 1;
}

/* Sets key, nonce and associated data for sealing or opening. */
static void
cipher_start(struct seal *s, enum seal_column column, const struct uuid *owner,
    const unsigned char *nonce, int shut)
{
	const char *name = column_names[column];
	EVP_CIPHER_CTX *ctx;
	int n = 0;

	derive_key(s);
	ctx = engine.cipher;
	seal_must(EVP_CipherInit_ex2(
		      ctx, engine.aes256gcm, s->key, nonce, shut, NULL) == 1);
	seal_must(EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *)name,
		      (int)strlen(name)) == 1);
	seal_must(EVP_CipherUpdate(ctx, NULL, &n, s->row_key.b,
		      (int)sizeof(s->row_key.b)) == 1);
	if (owner != NULL)
		seal_must(EVP_CipherUpdate(ctx, NULL, &n, owner->b,
			      (int)sizeof(owner->b)) == 1);
}

void
seal_shut(struct seal *s, enum seal_column column, const struct uuid *owner,
    const void *clear, size_t len, struct buf *out)
{
	unsigned char *to;
	int n = 0, last = 0;

	seal_must(len <= INT32_MAX / 2);
	buf_reserve(out, len + SEAL_OVERHEAD);
	to = (unsigned char *)out->data + out->len;
	seal_must(RAND_bytes(to, NONCE_LEN) == 1);
	cipher_start(s, column, owner, to, 1);
	seal_must(EVP_CipherUpdate(engine.cipher, to + NONCE_LEN, &n, clear,
		      (int)len) == 1 &&
	    (size_t)n == len);
	seal_must(EVP_CipherFinal_ex(
		      engine.cipher, to + NONCE_LEN + len, &last) == 1 &&
	    last == 0);
	seal_must(EVP_CIPHER_CTX_ctrl(engine.cipher, EVP_CTRL_AEAD_GET_TAG,
		      TAG_LEN, to + NONCE_LEN + len) == 1);
	out->len += len + SEAL_OVERHEAD;
	out->data[out->len] = '\0';
}

enum status
seal_open(struct seal *s, enum seal_column column, const struct uuid *owner,
    const void *sealed, size_t len, struct buf *out)
{
	const unsigned char *from = sealed;
	unsigned char tag[TAG_LEN];
	size_t clear_len;
	int n = 0, last = 0;

	if (len < SEAL_OVERHEAD || len > INT32_MAX / 2)
		return (STATUS_INVALID);
	clear_len = len - SEAL_OVERHEAD;
	memcpy(tag, from + NONCE_LEN + clear_len, TAG_LEN);
	buf_reserve(out, clear_len + TAG_LEN);
	cipher_start(s, column, owner, from, 0);
	seal_must(EVP_CipherUpdate(engine.cipher,
		      (unsigned char *)out->data + out->len, &n,
		      from + NONCE_LEN, (int)clear_len) == 1 &&
	    (size_t)n == clear_len);
	seal_must(EVP_CIPHER_CTX_ctrl(
		      engine.cipher, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) == 1);
	if (EVP_CipherFinal_ex(engine.cipher,
		(unsigned char *)out->data + out->len + clear_len,
		&last) != 1) {
		OPENSSL_cleanse(out->data + out->len, clear_len);
		out->data[out->len] = '\0';
		return (STATUS_INVALID);
	}
	out->len += clear_len;
	out->data[out->len] = '\0';
	return (STATUS_OK);
}

int64_t
seal_random_version(void)
{
	uint64_t n;

	do {
		seal_must(RAND_bytes((unsigned char *)&n, sizeof(n)) == 1);
		n >>= 2; /* room to count up from here */
	} while (n == 0);
	return ((int64_t)n);
}

void
seal_digest_base64(
    const char *text, size_t len, char out[SEAL_DIGEST_BASE64 + 1])
{
	unsigned char digest[DIGEST_LEN];

	engine_start();
	seal_must(
	    EVP_Digest(text, len, digest, NULL, engine.sha256, NULL) == 1);
	seal_must(EVP_EncodeBlock((unsigned char *)out, digest,
		      sizeof(digest)) == SEAL_DIGEST_BASE64);
}
