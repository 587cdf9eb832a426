/* notify_keys.h: private keys for the tests of the notifier, drawn anew. */
#ifndef CREDRELAY_NOTIFY_KEYS_H
#define CREDRELAY_NOTIFY_KEYS_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "buf.h"

/* As ck_assert, also before the tests run. */
static inline void
must(bool fine)
{
	if (!fine)
		abort();
}

/* Of three primes, which are found in a fifth of the time. */
static inline EVP_PKEY *
rsa_key(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	must(EVP_PKEY_keygen_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048) == 1 &&
	    EVP_PKEY_CTX_set_rsa_keygen_primes(ctx, 3) == 1 &&
	    EVP_PKEY_generate(ctx, &key) == 1);
	EVP_PKEY_CTX_free(ctx);
	return (key);
}

/* In PEM, locked by a pass phrase unless that is NULL; the caller's to free. */
static inline char *
pem_of(EVP_PKEY *key, const char *phrase)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes, *text;
	long len;

	must(key != NULL);
	must(PEM_write_bio_PKCS8PrivateKey(bio, key,
		 phrase == NULL ? NULL : EVP_aes_128_cbc(), NULL, 0, NULL,
		 (void *)(uintptr_t)phrase) == 1);
	len = BIO_get_mem_data(bio, &bytes);
	text = strndup(bytes, (size_t)len);
	BIO_free(bio);
	return (text);
}

/* Whether an ES256 (64 bytes: r and s) or RS256 signature is good. */
static inline bool
is_signed(EVP_PKEY *key, const void *text, size_t len, const void *sig,
    size_t sig_len)
{
	const unsigned char *p = sig;
	unsigned char *der = NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good;

	if (EVP_PKEY_is_a(key, "EC")) {
		ECDSA_SIG *ec = ECDSA_SIG_new();

		ck_assert_uint_eq(sig_len, 64);
		ck_assert_int_eq(ECDSA_SIG_set0(ec, BN_bin2bn(p, 32, NULL),
				     BN_bin2bn(p + 32, 32, NULL)),
		    1);
		sig_len = (size_t)i2d_ECDSA_SIG(ec, &der);
		p = der;
		ECDSA_SIG_free(ec);
	}
	ck_assert_int_eq(
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	good = EVP_DigestVerify(ctx, p, sig_len, text, len) == 1;
	EVP_MD_CTX_free(ctx);
	OPENSSL_free(der);
	return (good);
}

#endif
