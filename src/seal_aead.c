/* seal_aead.c: AES-256-GCM and HKDF-SHA-256, for seal*.c alone. */
#include "seal_aead.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

static struct {
	EVP_MD *sha256;
	EVP_CIPHER *aes256gcm;
	EVP_CIPHER_CTX *cipher;
	EVP_KDF_CTX *hkdf;
} engine;

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
engine_start(void)
{
	EVP_KDF *kdf;

	if (engine.sha256 != NULL)
		return;
	kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	aead_must(kdf != NULL);
	engine.hkdf = EVP_KDF_CTX_new(kdf);
	EVP_KDF_free(kdf);
	engine.aes256gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	engine.cipher = EVP_CIPHER_CTX_new();
	engine.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	aead_must(engine.hkdf != NULL && engine.aes256gcm != NULL &&
	    engine.cipher != NULL && engine.sha256 != NULL);
}

const EVP_MD *
aead_sha256(void)
{
	engine_start();
	return (engine.sha256);
}

void
aead_derive(const void *secret, size_t len, const char *info,
    unsigned char key[AEAD_KEY_LEN])
{
	static char digest[] = "SHA256";
	OSSL_PARAM params[4];

	engine_start();
	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)secret, len);
	params[2] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, strlen(info));
	params[3] = OSSL_PARAM_construct_end();
	aead_must(EVP_KDF_derive(engine.hkdf, key, AEAD_KEY_LEN, params) == 1);
	EVP_KDF_CTX_reset(engine.hkdf); /* it would keep the secret */
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
	aead_must(RAND_bytes(to, AEAD_NONCE_LEN) == 1);
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
