/* test_notify_web_push: the encryption of RFC 8291 in the coding of RFC 8188. */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>

#include "base64.h"
#include "notify/crypto.h"
#include "notify/crypto_key.h"
#include "notify_keys.h"
#include "tap.h"

/* RFC 8291, appendix A. */
static const char plaintext[] = "When I grow up, I want to be a watermelon",
		  sender_private[] =
		      "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
		  sender_public[] =
		      "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLo"
		      "cInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
		  peer_private[] =
		      "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
		  peer_public[] =
		      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXv"
		      "TBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
		  auth_text[] = "BTBZMqHH6r4Tts7J_aSIgg",
		  salt_text[] = "DGv6ra1nlYgDCS1FRnbzlw",
		  message[] =
		      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7"
		      "VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
		      "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
		      "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

enum { SALT = 16, HEAD = 21 + CRYPTO_POINT_LEN };

static const unsigned char *
bytes_of(const char *text)
{
	static struct buf kept[8];
	static unsigned next;
	struct buf *b = &kept[next++ % 8];

	buf_clear(b);
	ck_assert_int_eq(base64_decode(text, strlen(text), b), STATUS_OK);
	return ((const unsigned char *)b->data);
}

static EVP_PKEY *
key_of(const char *secret, const char *public)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *number = BN_bin2bn(bytes_of(secret), 32, NULL);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM *params;

	OSSL_PARAM_BLD_push_utf8_string(
	    bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
	OSSL_PARAM_BLD_push_octet_string(
	    bld, OSSL_PKEY_PARAM_PUB_KEY, bytes_of(public), CRYPTO_POINT_LEN);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, number);
	params = OSSL_PARAM_BLD_to_param(bld);
	ck_assert_int_eq(EVP_PKEY_fromdata_init(ctx), 1);
	ck_assert_int_eq(
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	BN_free(number);
	return (pkey);
}

START_TEST(the_example_of_the_rfc)
{
	struct crypto_key own = { .pkey = key_of(sender_private, sender_public),
		.p256 = true };
	struct buf body = { 0 }, text = { 0 };

	ck_assert_int_eq(crypto_web_push_with(&own, bytes_of(salt_text),
			     bytes_of(peer_public), bytes_of(auth_text),
			     plaintext, strlen(plaintext), &body),
	    STATUS_OK);
	base64_encode_url(&text, body.data, body.len);
	ck_assert_str_eq(text.data, message);
	buf_free(&body);
	buf_free(&text);
	EVP_PKEY_free(own.pkey);
}
END_TEST

/* HKDF in one step, as the receiver's side of the RFC spells it. */
static void
hkdf(const void *salt, size_t salt_len, const void *ikm, const void *info,
    size_t info_len, unsigned char *out, size_t len)
{
	unsigned char prk[32], block[32], text[256];

	crypto_hmac_sha256(salt, salt_len, ikm, 32, prk);
	memcpy(text, info, info_len);
	text[info_len] = 1;
	crypto_hmac_sha256(prk, sizeof(prk), text, info_len + 1, block);
	memcpy(out, block, len);
}

/* Opens a body as a browser does; false: it does not open. */
static bool
open_body(const struct buf *body, struct buf *clear)
{
	static const char key_info[] = "Content-Encoding: aes128gcm",
			  nonce_info[] = "Content-Encoding: nonce";
	EVP_PKEY *own = key_of(peer_private, peer_public), *peer = NULL;
	const unsigned char *p = (const unsigned char *)body->data;
	unsigned char secret[32], ikm[32], key[16], nonce[12], info[144];
	EVP_PKEY_CTX *ctx;
	EVP_CIPHER_CTX *gcm = EVP_CIPHER_CTX_new();
	size_t len = sizeof(secret), sealed = body->len - HEAD - 16;
	int n = 0;
	bool good;

	peer = EVP_PKEY_new();
	ck_assert_int_eq(EVP_PKEY_copy_parameters(peer, own), 1);
	ck_assert_int_eq(EVP_PKEY_set1_encoded_public_key(peer, p + 21, 65), 1);
	ctx = EVP_PKEY_CTX_new(own, NULL);
	ck_assert_int_eq(EVP_PKEY_derive_init(ctx), 1);
	ck_assert_int_eq(EVP_PKEY_derive_set_peer(ctx, peer), 1);
	ck_assert_int_eq(EVP_PKEY_derive(ctx, secret, &len), 1);
	memcpy(info, "WebPush: info", 14);
	memcpy(info + 14, bytes_of(peer_public), 65);
	memcpy(info + 79, p + 21, 65);
	hkdf(bytes_of(auth_text), 16, secret, info, sizeof(info), ikm, 32);
	hkdf(p, SALT, ikm, key_info, sizeof(key_info), key, sizeof(key));
	hkdf(p, SALT, ikm, nonce_info, sizeof(nonce_info), nonce, 12);
	buf_clear(clear);
	buf_reserve(clear, sealed);
	EVP_DecryptInit_ex2(gcm, EVP_aes_128_gcm(), key, nonce, NULL);
	EVP_DecryptUpdate(
	    gcm, (unsigned char *)clear->data, &n, p + HEAD, (int)sealed);
	EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_SET_TAG, 16,
	    (void *)(uintptr_t)(p + HEAD + sealed));
	good = EVP_DecryptFinal_ex(gcm, (unsigned char *)clear->data, &n) == 1;
	clear->len = sealed;
	EVP_CIPHER_CTX_free(gcm);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(own);
	EVP_PKEY_free(peer);
	return (good);
}

static const size_t lengths[] = { 0, 1, 2, 15, 16, 17, 1000, 4079 };

START_TEST(what_is_encrypted_is_opened)
{
	struct buf text = { 0 }, body = { 0 }, clear = { 0 };
	size_t i, len = lengths[_i];

	for (i = 0; i < len; i++)
		buf_puts(&text, "x");
	ck_assert_int_eq(
	    crypto_web_push(bytes_of(peer_public), bytes_of(auth_text),
		len == 0 ? "" : text.data, len, &body),
	    STATUS_OK);
	/* Salt, record size 4096, a key id of 65 bytes; one record. */
	ck_assert_uint_eq(body.len, HEAD + len + 1 + 16);
	ck_assert_uint_le(body.len - HEAD, 4096);
	ck_assert_mem_eq(body.data + SALT, "\x00\x00\x10\x00\x41\x04", 6);
	ck_assert(open_body(&body, &clear));
	ck_assert_uint_eq(clear.len, len + 1);
	if (len != 0)
		ck_assert_mem_eq(clear.data, text.data, len);
	ck_assert_int_eq(clear.data[len], 2); /* the last record's delimiter */
	body.data[body.len - 1] ^= 1;
	ck_assert(!open_body(&body, &clear));
	buf_free(&text);
	buf_free(&body);
	buf_free(&clear);
}
END_TEST

START_TEST(what_is_longer_than_a_record_is_refused)
{
	static const char text[4080];
	struct buf body = { 0 };

	ck_assert_int_eq(crypto_web_push(bytes_of(peer_public),
			     bytes_of(auth_text), text, sizeof(text), &body),
	    STATUS_INVALID);
	ck_assert_uint_eq(body.len, 0);
}
END_TEST

START_TEST(each_message_has_a_salt_and_a_key_of_its_own)
{
	struct buf a = { 0 }, b = { 0 };

	ck_assert_int_eq(crypto_web_push(bytes_of(peer_public),
			     bytes_of(auth_text), "{}", 2, &a),
	    STATUS_OK);
	ck_assert_int_eq(crypto_web_push(bytes_of(peer_public),
			     bytes_of(auth_text), "{}", 2, &b),
	    STATUS_OK);
	ck_assert_mem_ne(a.data, b.data, SALT);
	ck_assert_mem_ne(a.data + 21, b.data + 21, CRYPTO_POINT_LEN);
	buf_free(&a);
	buf_free(&b);
}
END_TEST

START_TEST(a_point_that_is_none_is_refused)
{
	unsigned char point[CRYPTO_POINT_LEN];
	struct buf body = { 0 };
	int i;

	for (i = 0; i < 4; i++) {
		memcpy(point, bytes_of(peer_public), sizeof(point));
		if (i == 0)
			point[64] ^= 1; /* off the curve */
		else if (i == 1)
			memset(point + 1, 0, 64);
		else if (i == 2)
			memset(point + 1, 0xff, 64);
		else
			point[0] = 0; /* the point at infinity */
		ck_assert_int_eq(
		    crypto_web_push(point, bytes_of(auth_text), "{}", 2, &body),
		    STATUS_INVALID);
		ck_assert_uint_eq(body.len, 0);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_web_push");
	TCase *tc = tcase_create("notify_web_push");

	tcase_add_test(tc, the_example_of_the_rfc);
	tcase_add_loop_test(tc, what_is_encrypted_is_opened, 0,
	    sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_test(tc, what_is_longer_than_a_record_is_refused);
	tcase_add_test(tc, each_message_has_a_salt_and_a_key_of_its_own);
	tcase_add_test(tc, a_point_that_is_none_is_refused);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
