/* jwt_fixture.h: keys, and what others than the code under test see in a JWT.
 */
#ifndef CREDRELAY_JWT_FIXTURE_H
#define CREDRELAY_JWT_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "notify/crypto.h"

/* A key in PEM, PKCS #8. */
static inline void
add_pem(EVP_PKEY *pkey, struct buf *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) != 1)
		abort(); /* before all tests, libcheck is not there yet */
	len = BIO_get_mem_data(bio, &text);
	buf_add(out, text, (size_t)len);
	BIO_free(bio);
}

/* r and s, one behind the other, as OpenSSL wants them. */
static inline void
make_der(const struct buf *plain, struct buf *der)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	unsigned char *bytes = NULL;
	int len;

	ck_assert_uint_eq(plain->len, 64);
	ck_assert_int_eq(
	    ECDSA_SIG_set0(sig,
		BN_bin2bn((unsigned char *)plain->data, 32, NULL),
		BN_bin2bn((unsigned char *)plain->data + 32, 32, NULL)),
	    1);
	len = i2d_ECDSA_SIG(sig, &bytes);
	ck_assert_int_gt(len, 0);
	buf_add(der, bytes, (size_t)len);
	OPENSSL_free(bytes);
	ECDSA_SIG_free(sig);
}

/* Whether OpenSSL finds the signature good; what it signs is added. */
static inline bool
jwt_is_good(const char *jwt, size_t len, EVP_PKEY *pkey, struct buf *header,
    struct buf *claims)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf plain = { 0 }, der = { 0 }, *sig = &plain;
	const char *dot = memchr(jwt, '.', len), *end;
	bool good;

	ck_assert_ptr_nonnull(dot);
	end = memchr(dot + 1, '.', len - (size_t)(dot + 1 - jwt));
	ck_assert_ptr_nonnull(end);
	ck_assert_int_eq(
	    crypto_base64url_read(jwt, (size_t)(dot - jwt), header), STATUS_OK);
	ck_assert_int_eq(
	    crypto_base64url_read(dot + 1, (size_t)(end - dot - 1), claims),
	    STATUS_OK);
	ck_assert_int_eq(crypto_base64url_read(
			     end + 1, len - (size_t)(end + 1 - jwt), &plain),
	    STATUS_OK);
	if (EVP_PKEY_is_a(pkey, "EC") == 1) {
		make_der(&plain, &der);
		sig = &der;
	}
	ck_assert_int_eq(
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey), 1);
	good = EVP_DigestVerify(ctx, (unsigned char *)sig->data, sig->len,
		   (const unsigned char *)jwt, (size_t)(end - jwt)) == 1;
	EVP_MD_CTX_free(ctx);
	buf_free(&plain);
	buf_free(&der);
	return good;
}

#endif
