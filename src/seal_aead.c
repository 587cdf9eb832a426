/* seal_aead.c: AES-256-GCM and HKDF-SHA-256, for seal*.c alone. */
#include "seal_aead.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

static struct {
	EVP_MD *sha256;
	EVP_CIPHER *aes256gcm;
	EVP_CIPHER_CTX *cipher;
	EVP_MAC_CTX *hmac; /* under a key of zeros, unless in use */
} engine;

static const unsigned char zeros[AEAD_KEY_LEN];

/* OpenSSL asks for the process's id, a system call, at each drawing. */
enum { DRAWN = 768 };
static struct {
	unsigned char bytes[DRAWN];
	size_t left; /* at the end of it */
} drawn;

void
aead_must(int ok)
{
	static const char text[] = "OpenSSL failed, ending\n";

	if (ok)
		return;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) == -1)
		_exit(70);
	_exit(70);
}

static void
hmac_key(const unsigned char key[AEAD_KEY_LEN])
{
	aead_must(EVP_MAC_init(engine.hmac, key, AEAD_KEY_LEN, NULL) == 1);
}

static void
hmac_start(void)
{
	static char digest[] = "SHA256";
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	OSSL_PARAM params[2] = { OSSL_PARAM_construct_utf8_string(
				     OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end() };

	aead_must(mac != NULL);
	engine.hmac = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	aead_must(engine.hmac != NULL &&
	    EVP_MAC_CTX_set_params(engine.hmac, params) == 1);
	hmac_key(zeros);
}

static void
hmac_end(unsigned char out[AEAD_KEY_LEN])
{
	size_t len = 0;

	aead_must(EVP_MAC_final(engine.hmac, out, &len, AEAD_KEY_LEN) == 1 &&
	    len == AEAD_KEY_LEN);
}

/* A child must not draw what its parent has. */
static void
random_forget(void)
{
	drawn.left = 0;
}

static void
engine_start(void)
{
	if (engine.sha256 != NULL)
		return;
	aead_must(pthread_atfork(NULL, NULL, random_forget) == 0);
	hmac_start();
	engine.aes256gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	engine.cipher = EVP_CIPHER_CTX_new();
	engine.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	aead_must(engine.aes256gcm != NULL && engine.cipher != NULL &&
	    engine.sha256 != NULL);
}

const EVP_MD *
aead_sha256(void)
{
	engine_start();
	return (engine.sha256);
}

void
aead_random(void *to, size_t len)
{
	engine_start();
	aead_must(len <= DRAWN);
	if (drawn.left < len) {
		aead_must(RAND_bytes(drawn.bytes, DRAWN) == 1);
		drawn.left = DRAWN;
	}
	memcpy(to, drawn.bytes + DRAWN - drawn.left, len);
	drawn.left -= len;
}

void
aead_mac(const unsigned char key[AEAD_KEY_LEN], const void *text, size_t len,
    unsigned char mac[AEAD_KEY_LEN])
{
	engine_start();
	hmac_key(key);
	aead_must(EVP_MAC_update(engine.hmac, text, len) == 1);
	hmac_end(mac);
	hmac_key(zeros);
}

/*
 * RFC 5869 by its two HMACs, whose context is made once: OpenSSL's own HKDF
 * fetches its parts anew each time, for four times the work (a quarter of a
 * read's instructions).  test_seal holds it to OpenSSL's answers.
 */
void
aead_derive(const void *secret, size_t len, const char *info,
    unsigned char key[AEAD_KEY_LEN])
{
	static const unsigned char first = 1;

	engine_start();
	aead_must(EVP_MAC_update(engine.hmac, secret, len) == 1);
	hmac_end(key);
	hmac_key(key);
	aead_must(EVP_MAC_update(engine.hmac, (const unsigned char *)info,
		      strlen(info)) == 1 &&
	    EVP_MAC_update(engine.hmac, &first, 1) == 1);
	hmac_end(key);
	hmac_key(zeros); /* else it would keep what the key is made of */
}

/* Sets key, nonce and associated data for sealing or opening. */
static void
cipher_start(const unsigned char *key, const struct aead_about *about,
    const unsigned char *nonce, int shut)
{
	const struct aead_part *part;
	int i, n = 0;

	engine_start();
	aead_must(EVP_CipherInit_ex2(engine.cipher, engine.aes256gcm, key,
		      nonce, shut, NULL) == 1);
	for (i = 0; i < AEAD_PARTS; i++) {
		part = &about->parts[i];
		if (part->len != 0)
			aead_must(EVP_CipherUpdate(engine.cipher, NULL, &n,
				      part->data, (int)part->len) == 1);
	}
}

void
aead_shut(const unsigned char key[AEAD_KEY_LEN], const struct aead_about *about,
    const void *clear, size_t len, struct buf *out)
{
	unsigned char *to;
	int n = 0, last = 0;

	aead_must(len <= INT32_MAX / 2);
	buf_reserve(out, len + AEAD_NONCE_LEN + AEAD_TAG_LEN);
	to = (unsigned char *)out->data + out->len;
	aead_random(to, AEAD_NONCE_LEN);
	cipher_start(key, about, to, 1);
	to += AEAD_NONCE_LEN;
	aead_must(
	    EVP_CipherUpdate(engine.cipher, to, &n, clear, (int)len) == 1 &&
	    (size_t)n == len);
	aead_must(EVP_CipherFinal_ex(engine.cipher, to + len, &last) == 1 &&
	    last == 0);
	aead_must(EVP_CIPHER_CTX_ctrl(engine.cipher, EVP_CTRL_AEAD_GET_TAG,
		      AEAD_TAG_LEN, to + len) == 1);
	out->len += len + AEAD_NONCE_LEN + AEAD_TAG_LEN;
	out->data[out->len] = '\0';
}

enum status
aead_open(const unsigned char key[AEAD_KEY_LEN], const struct aead_about *about,
    const void *sealed, size_t len, struct buf *out)
{
	const unsigned char *from = sealed;
	unsigned char tag[AEAD_TAG_LEN], *to;
	size_t clear_len;
	int n = 0, last = 0;

	if (len < AEAD_NONCE_LEN + AEAD_TAG_LEN || len > INT32_MAX / 2)
		return (STATUS_INVALID);
	clear_len = len - AEAD_NONCE_LEN - AEAD_TAG_LEN;
	memcpy(tag, from + AEAD_NONCE_LEN + clear_len, AEAD_TAG_LEN);
	buf_reserve(out, clear_len + AEAD_TAG_LEN);
	to = (unsigned char *)out->data + out->len;
	cipher_start(key, about, from, 0);
	aead_must(EVP_CipherUpdate(engine.cipher, to, &n, from + AEAD_NONCE_LEN,
		      (int)clear_len) == 1 &&
	    (size_t)n == clear_len);
	aead_must(EVP_CIPHER_CTX_ctrl(engine.cipher, EVP_CTRL_AEAD_SET_TAG,
		      AEAD_TAG_LEN, tag) == 1);
	if (EVP_CipherFinal_ex(engine.cipher, to + clear_len, &last) != 1) {
		OPENSSL_cleanse(to, clear_len);
		*to = '\0';
		return (STATUS_INVALID);
	}
	out->len += clear_len;
	out->data[out->len] = '\0';
	return (STATUS_OK);
}

void
aead_forget(void)
{
	if (engine.cipher != NULL)
		aead_must(EVP_CIPHER_CTX_reset(engine.cipher) == 1);
}
