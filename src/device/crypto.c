/* crypto.c: the device's own cryptography. */
#include "device/crypto.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "buf.h"
#include "mem.h"

struct crypto_key {
	EVP_PKEY *pkey;
};

/* Ends the process unless OpenSSL did what cannot fail. */
static void
must(int ok)
{
	static const char text[] = "credrelay: OpenSSL failed, ending\n";

	if (ok)
		return;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) == -1)
		_exit(70);
	_exit(70);
}

void
crypto_random(void *bytes, size_t len)
{
	must(RAND_bytes_ex(NULL, bytes, len, 0) == 1);
}

void
crypto_wipe(void *bytes, size_t len)
{
	OPENSSL_cleanse(bytes, len);
}

void
crypto_uuid_draw(struct uuid *uuid)
{
	crypto_random(uuid->b, sizeof(uuid->b));
	uuid->b[6] = (unsigned char)((uuid->b[6] & 0x0f) | 0x40);
	uuid->b[8] = (unsigned char)((uuid->b[8] & 0x3f) | 0x80);
}

void
crypto_secret_draw(struct secret *secret, size_t len)
{
	must(len == 16 || len == 32);
	*secret = (struct secret){ .len = len };
	must(RAND_priv_bytes_ex(NULL, secret->bytes, len, 0) == 1);
}

enum status
crypto_secret_set(struct secret *secret, const void *bytes, size_t len)
{
	if (len != 16 && len != 32)
		return (STATUS_INVALID);
	*secret = (struct secret){ .len = len };
	memcpy(secret->bytes, bytes, len);
	return (STATUS_OK);
}

const char *
crypto_secret_type(const struct secret *secret)
{
	return (secret->len == 16 ? "AEAD_AES_128_GCM" : "AEAD_AES_256_GCM");
}

static const EVP_CIPHER *
cipher_of(const struct secret *secret)
{
	must(secret->len == 16 || secret->len == 32);
	return (secret->len == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm());
}

void
crypto_seal(const struct secret *secret, const void *plain, size_t len,
    struct buf *sealed)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char *iv, *text;
	int n = 0, rest = 0;

	must(ctx != NULL && len <= INT_MAX);
	buf_reserve(sealed, CRYPTO_IV_LEN + len + CRYPTO_TAG_LEN);
	iv = (unsigned char *)sealed->data + sealed->len;
	text = iv + CRYPTO_IV_LEN;
	crypto_random(iv, CRYPTO_IV_LEN);
	must(EVP_EncryptInit_ex2(
		 ctx, cipher_of(secret), secret->bytes, iv, NULL) == 1);
	if (len != 0)
		must(EVP_EncryptUpdate(ctx, text, &n, plain, (int)len) == 1);
	must(EVP_EncryptFinal_ex(ctx, text + n, &rest) == 1);
	must((size_t)n == len && rest == 0);
	must(EVP_CIPHER_CTX_ctrl(
		 ctx, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG_LEN, text + n) == 1);
	sealed->len += CRYPTO_IV_LEN + len + CRYPTO_TAG_LEN;
	sealed->data[sealed->len] = '\0';
	EVP_CIPHER_CTX_free(ctx);
}

enum status
crypto_open(const struct secret *secret, const void *sealed, size_t len,
    struct buf *plain)
{
	unsigned char tag[CRYPTO_TAG_LEN], none;
	enum status status = STATUS_INVALID;
	const unsigned char *iv = sealed;
	unsigned char *out;
	EVP_CIPHER_CTX *ctx;
	size_t text_len;
	int n = 0, rest = 0;

	if (len < CRYPTO_IV_LEN + CRYPTO_TAG_LEN || len > INT_MAX)
		return (STATUS_INVALID);
	text_len = len - CRYPTO_IV_LEN - CRYPTO_TAG_LEN;
	memcpy(tag, iv + len - CRYPTO_TAG_LEN, CRYPTO_TAG_LEN);
	must((ctx = EVP_CIPHER_CTX_new()) != NULL);
	must(EVP_DecryptInit_ex2(
		 ctx, cipher_of(secret), secret->bytes, iv, NULL) == 1);
	must(EVP_CIPHER_CTX_ctrl(
		 ctx, EVP_CTRL_AEAD_SET_TAG, CRYPTO_TAG_LEN, tag) == 1);
	buf_reserve(plain, text_len);
	out = (unsigned char *)plain->data + plain->len;
	if (text_len != 0)
		must(EVP_DecryptUpdate(
			 ctx, out, &n, iv + CRYPTO_IV_LEN, (int)text_len) == 1);
	if (EVP_DecryptFinal_ex(ctx, &none, &rest) == 1) {
		plain->len += text_len;
		status = STATUS_OK;
	} else {
		/* What was not vouched for must not be seen. */
		crypto_wipe(out, text_len);
	}
	plain->data[plain->len] = '\0';
	EVP_CIPHER_CTX_free(ctx);
	return (status);
}

static struct crypto_key *
key_wrap(EVP_PKEY *pkey)
{
	struct crypto_key *key = mem_alloc(sizeof(*key));

	key->pkey = pkey;
	return (key);
}

struct crypto_key *
crypto_key_draw(void)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");

	must(pkey != NULL);
	return (key_wrap(pkey));
}

void
crypto_key_public(const struct crypto_key *key, struct buf *der)
{
	unsigned char *bytes = NULL;
	int len = i2d_PUBKEY(key->pkey, &bytes);

	must(len > 0);
	buf_add(der, bytes, (size_t)len);
	OPENSSL_free(bytes);
}

static int
key_is_sound(EVP_PKEY *pkey)
{
	char group[32];
	EVP_PKEY_CTX *ctx;
	int sound;

	if (!EVP_PKEY_is_a(pkey, "EC") ||
	    EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) != 1 ||
	    strcmp(group, "prime256v1") != 0)
		return (0);
	must((ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL)) != NULL);
	sound = EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	return (sound);
}

enum status
crypto_key_read(const void *der, size_t len, struct crypto_key **key)
{
	const unsigned char *at = der;
	EVP_PKEY *pkey;

	*key = NULL;
	if (len > LONG_MAX)
		return (STATUS_INVALID);
	pkey = d2i_PUBKEY(NULL, &at, (long)len);
	if (pkey == NULL)
		return (STATUS_INVALID);
	if (at != (const unsigned char *)der + len || !key_is_sound(pkey)) {
		EVP_PKEY_free(pkey);
		return (STATUS_INVALID);
	}
	*key = key_wrap(pkey);
	return (STATUS_OK);
}

void
crypto_key_sign(const struct crypto_key *key, const void *message, size_t len,
    struct buf *signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t size = 0;

	must(ctx != NULL);
	must(EVP_DigestSignInit_ex(
		 ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL) == 1);
	must(EVP_DigestSign(ctx, NULL, &size, message, len) == 1);
	buf_reserve(signature, size);
	must(EVP_DigestSign(ctx,
		 (unsigned char *)signature->data + signature->len, &size,
		 message, len) == 1);
	signature->len += size;
	signature->data[signature->len] = '\0';
	EVP_MD_CTX_free(ctx);
}

enum status
crypto_key_verify(const struct crypto_key *key, const void *message, size_t len,
    const void *signature, size_t signature_len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int good;

	must(ctx != NULL);
	must(EVP_DigestVerifyInit_ex(
		 ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL) == 1);
	good = EVP_DigestVerify(ctx, signature, signature_len, message, len);
	EVP_MD_CTX_free(ctx);
	/* 0 is another signature, below 0 one that is no signature at all. */
	return (good == 1 ? STATUS_OK : STATUS_INVALID);
}

void
crypto_name(const void *bytes, size_t len, char name[17])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t i;

	must(EVP_Q_digest(NULL, "SHA256", NULL, bytes, len, digest, NULL) == 1);
	for (i = 0; i < 8; i++) {
		name[2 * i] = hex[digest[i] >> 4];
		name[2 * i + 1] = hex[digest[i] & 15];
	}
	name[16] = '\0';
}

void
crypto_key_name(const struct crypto_key *key, char name[17])
{
	struct buf der = { 0 };

	crypto_key_public(key, &der);
	crypto_name(der.data, der.len, name);
	buf_free(&der);
}

void
crypto_key_free(struct crypto_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}
