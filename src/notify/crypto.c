/* crypto.c: keys and signatures. */
#include "notify/crypto.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "base64.h"
#include "mem.h"
#include "notify/crypto_key.h"

enum { RSA_LEAST_BITS = 2048, P256_BYTES = 32 };

void
crypto_must(int ok)
{
	static const char text[] = "OpenSSL failed, ending\n";

	if (ok)
		return;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) == -1)
		_exit(70);
	_exit(70);
}

static bool
is_p256(EVP_PKEY *pkey)
{
	char group[32];
	size_t len;

	return (EVP_PKEY_is_a(pkey, "EC") == 1 &&
	    EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME,
		group, sizeof(group), &len) == 1 &&
	    strcmp(group, "prime256v1") == 0);
}

/* Nobody is there to be asked for a pass phrase. */
static int
no_passphrase(char *out, int size, int writing, void *arg)
{
	(void)out, (void)size, (void)writing, (void)arg;
	return (-1);
}

enum status
crypto_key_parse(
    const char *pem, size_t len, bool p256, struct crypto_key **out)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	EVP_PKEY *pkey;
	bool good;

	crypto_must(bio != NULL);
	pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (pkey == NULL)
		return (STATUS_INVALID);
	good = p256 ? is_p256(pkey) :
		      EVP_PKEY_is_a(pkey, "RSA") == 1 &&
		EVP_PKEY_get_bits(pkey) >= RSA_LEAST_BITS;
	if (!good) {
		EVP_PKEY_free(pkey);
		return (STATUS_INVALID);
	}
	*out = mem_alloc(sizeof(**out));
	(*out)->pkey = pkey;
	(*out)->p256 = p256;
	return (STATUS_OK);
}

void
crypto_key_free(struct crypto_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

void
crypto_key_point(
    const struct crypto_key *key, unsigned char point[CRYPTO_POINT_LEN])
{
	BIGNUM *x = NULL, *y = NULL;

	/* The point itself comes compressed if the file has it so. */
	crypto_must(EVP_PKEY_get_bn_param(
			key->pkey, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
	    EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, &y) ==
		1 &&
	    BN_bn2binpad(x, point + 1, P256_BYTES) == P256_BYTES &&
	    BN_bn2binpad(y, point + 1 + P256_BYTES, P256_BYTES) == P256_BYTES);
	point[0] = 4;
	BN_free(x);
	BN_free(y);
}

/* A JWS has r and s one behind the other, not in ASN.1 (RFC 7518, 3.4). */
static void
add_es256(const unsigned char *der, size_t len, struct buf *out)
{
	unsigned char plain[2 * P256_BYTES];
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	crypto_must(sig != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), plain, P256_BYTES) ==
		P256_BYTES &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), plain + P256_BYTES,
		P256_BYTES) == P256_BYTES);
	ECDSA_SIG_free(sig);
	base64_encode_url(out, plain, sizeof(plain));
}

void
crypto_jwt(struct crypto_key *key, const char *header, const char *claims,
    struct buf *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf text = { 0 }, sig = { 0 };
	size_t len = (size_t)EVP_PKEY_get_size(key->pkey);

	base64_encode_url(&text, header, strlen(header));
	buf_puts(&text, ".");
	base64_encode_url(&text, claims, strlen(claims));
	buf_reserve(&sig, len);
	crypto_must(ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
	    EVP_DigestSign(ctx, (unsigned char *)sig.data, &len,
		(const unsigned char *)text.data, text.len) == 1);
	EVP_MD_CTX_free(ctx);
	buf_add(out, text.data, text.len);
	buf_puts(out, ".");
	if (key->p256)
		add_es256((unsigned char *)sig.data, len, out);
	else
		base64_encode_url(out, sig.data, len);
	buf_free(&text);
	buf_free(&sig);
}

void
crypto_hmac_sha256(const void *key, size_t key_len, const void *text,
    size_t len, unsigned char mac[CRYPTO_SHA256_LEN])
{
	unsigned int mac_len = 0;

	crypto_must(HMAC(EVP_sha256(), key, (int)key_len, text, len, mac,
			&mac_len) != NULL &&
	    mac_len == CRYPTO_SHA256_LEN);
}
