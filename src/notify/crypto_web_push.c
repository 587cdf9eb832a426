/* crypto_web_push.c: a message for one subscription (RFC 8188, RFC 8291). */
#include "notify/crypto.h"

#include <stdint.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "notify/crypto_key.h"

enum {
	SALT_LEN = 16,
	SECRET_LEN = 32,
	KEY_LEN = 16,
	NONCE_LEN = 12,
	TAG_LEN = 16,
	RECORD_SIZE = 4096
};

static void
hkdf(const void *salt, size_t salt_len, const void *ikm, size_t ikm_len,
    const void *info, size_t info_len, unsigned char *out, size_t len)
{
	static char digest[] = "SHA256";
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM params[5];

	crypto_must(ctx != NULL);
	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt, salt_len);
	params[2] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)ikm, ikm_len);
	params[3] = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, info_len);
	params[4] = OSSL_PARAM_construct_end();
	crypto_must(EVP_KDF_derive(ctx, out, len, params) == 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

/* A public key from its point; NULL: it is not on the curve. */
static EVP_PKEY *
peer_key(const unsigned char point[CRYPTO_POINT_LEN])
{
	static char group[] = "prime256v1";
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM params[3];

	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
	    (void *)(uintptr_t)point, CRYPTO_POINT_LEN);
	params[2] = OSSL_PARAM_construct_end();
	crypto_must(ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1);
	if (EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return (pkey);
}

static enum status
agree(const struct crypto_key *own, const unsigned char *point,
    unsigned char secret[SECRET_LEN])
{
	EVP_PKEY *peer = peer_key(point);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own->pkey, NULL);
	size_t len = SECRET_LEN;
	bool ok;

	crypto_must(ctx != NULL);
	ok = peer != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	    EVP_PKEY_derive(ctx, secret, &len) == 1 && len == SECRET_LEN;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return (ok ? STATUS_OK : STATUS_INVALID);
}

/* The one record: what is clear, and 2, which says that it is the last. */
static void
add_record(const unsigned char *key, const unsigned char *nonce,
    const void *clear, size_t len, struct buf *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char *to, last = 2;
	int n = 0, m = 0, end = 0;

	buf_reserve(out, len + 1 + TAG_LEN);
	to = (unsigned char *)out->data + out->len;
	crypto_must(ctx != NULL &&
	    EVP_EncryptInit_ex2(ctx, EVP_aes_128_gcm(), key, nonce, NULL) ==
		1 &&
	    EVP_EncryptUpdate(ctx, to, &n, clear, (int)len) == 1 &&
	    EVP_EncryptUpdate(ctx, to + n, &m, &last, 1) == 1 &&
	    EVP_EncryptFinal_ex(ctx, to + n + m, &end) == 1 &&
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, to + n + m + end) == 1);
	EVP_CIPHER_CTX_free(ctx);
	out->len += (size_t)(n + m + end) + TAG_LEN;
	out->data[out->len] = '\0';
}

enum status
crypto_web_push_with(const struct crypto_key *own,
    const unsigned char salt[SALT_LEN],
    const unsigned char peer[CRYPTO_POINT_LEN],
    const unsigned char auth[CRYPTO_AUTH_LEN], const void *clear, size_t len,
    struct buf *out)
{
	static const char key_info[] = "Content-Encoding: aes128gcm",
			  nonce_info[] = "Content-Encoding: nonce",
			  info_start[] = "WebPush: info";
	unsigned char secret[SECRET_LEN], ikm[SECRET_LEN], key[KEY_LEN],
	    nonce[NONCE_LEN];
	unsigned char info[sizeof(info_start) + 2 * CRYPTO_POINT_LEN];
	unsigned char head[5] = { 0, 0, RECORD_SIZE >> 8, RECORD_SIZE & 0xff,
		CRYPTO_POINT_LEN };
	unsigned char *own_point = info + sizeof(info_start) + CRYPTO_POINT_LEN;

	if (len > RECORD_SIZE - 1 - TAG_LEN ||
	    agree(own, peer, secret) != STATUS_OK)
		return (STATUS_INVALID);
	memcpy(info, info_start, sizeof(info_start)); /* its NUL too */
	memcpy(info + sizeof(info_start), peer, CRYPTO_POINT_LEN);
	crypto_key_point(own, own_point);
	hkdf(auth, CRYPTO_AUTH_LEN, secret, sizeof(secret), info, sizeof(info),
	    ikm, sizeof(ikm));
	hkdf(salt, SALT_LEN, ikm, sizeof(ikm), key_info, sizeof(key_info), key,
	    sizeof(key));
	hkdf(salt, SALT_LEN, ikm, sizeof(ikm), nonce_info, sizeof(nonce_info),
	    nonce, sizeof(nonce));
	buf_add(out, salt, SALT_LEN);
	buf_add(out, head, sizeof(head));
	buf_add(out, own_point, CRYPTO_POINT_LEN);
	add_record(key, nonce, clear, len, out);
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(ikm, sizeof(ikm));
	OPENSSL_cleanse(key, sizeof(key));
	return (STATUS_OK);
}

enum status
crypto_web_push(const unsigned char peer[CRYPTO_POINT_LEN],
    const unsigned char auth[CRYPTO_AUTH_LEN], const void *clear, size_t len,
    struct buf *out)
{
	struct crypto_key own = { .pkey = EVP_EC_gen("prime256v1"),
		.p256 = true };
	unsigned char salt[SALT_LEN];
	enum status status;

	crypto_must(own.pkey != NULL && RAND_bytes(salt, sizeof(salt)) == 1);
	status = crypto_web_push_with(&own, salt, peer, auth, clear, len, out);
	EVP_PKEY_free(own.pkey);
	return (status);
}
