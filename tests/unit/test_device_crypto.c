/* test_device_crypto: the payload's encryption, and keys and signatures. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "device/crypto.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static void
add_hex(struct buf *out, const char *hex)
{
	char pair[3] = { 0 }, byte;

	for (; hex[0] != '\0'; hex += 2) {
		memcpy(pair, hex, 2);
		byte = (char)strtol(pair, NULL, 16);
		buf_add(out, &byte, 1);
	}
}

/* Test cases 1, 2, 13 and 14 of the GCM specification: IV, ciphertext, tag. */
static const struct vector {
	size_t key_len, plain_len;
	const char *sealed;
} vectors[] = {
	{ 16, 0,
	    "000000000000000000000000"
	    "58e2fccefa7e3061367f1d57a4e7455a" },
	{ 16, 16,
	    "000000000000000000000000"
	    "0388dace60b6a392f328c2b971b2fe78"
	    "ab6e47d42cec13bdf53a67b21257bddf" },
	{ 32, 0,
	    "000000000000000000000000"
	    "530f8afbc74536b9a963b4f1c4cb738b" },
	{ 32, 16,
	    "000000000000000000000000"
	    "cea7403d4d606b6e074ec5d3baf39d18"
	    "d0d1c8a799996bf0265b98b5d48ab919" },
};

START_TEST(open_takes_the_known_vectors)
{
	const struct vector *v = &vectors[_i];
	static const char zeros[32];
	struct buf sealed = { 0 }, plain = { 0 };
	struct secret secret;

	ck_assert_int_eq(
	    crypto_secret_set(&secret, zeros, v->key_len), STATUS_OK);
	add_hex(&sealed, v->sealed);
	ck_assert_int_eq(
	    crypto_open(&secret, sealed.data, sealed.len, &plain), STATUS_OK);
	ck_assert_uint_eq(plain.len, v->plain_len);
	ck_assert_int_eq(memcmp(plain.data, zeros, plain.len), 0);
	buf_free(&sealed);
	buf_free(&plain);
}
END_TEST

START_TEST(seal_and_open)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 4096, 65537 };
	size_t key_len = _i % 2 == 0 ? 16 : 32, len = lengths[_i / 2];
	struct buf text = { 0 }, sealed = { 0 }, again = { 0 }, plain = { 0 };
	struct secret secret;
	char byte;
	size_t i;

	crypto_secret_draw(&secret, key_len);
	for (i = 0; i < len; i++) {
		byte = (char)i;
		buf_add(&text, &byte, 1);
	}
	buf_puts(&plain, "before");
	crypto_seal(&secret, text.data, len, &sealed);
	crypto_seal(&secret, text.data, len, &again);
	ck_assert_uint_eq(sealed.len, 12 + len + 16);
	/* A fresh IV each time. */
	ck_assert_int_ne(memcmp(sealed.data, again.data, 12), 0);
	ck_assert_int_eq(
	    crypto_open(&secret, sealed.data, sealed.len, &plain), STATUS_OK);
	ck_assert_uint_eq(plain.len, 6 + len);
	if (len != 0)
		ck_assert_int_eq(memcmp(plain.data + 6, text.data, len), 0);
	buf_free(&text);
	buf_free(&sealed);
	buf_free(&again);
	buf_free(&plain);
}
END_TEST

START_TEST(open_refuses_every_altered_byte_and_every_cut)
{
	struct buf sealed = { 0 }, plain = { 0 };
	struct secret secret, other;
	size_t i;

	crypto_secret_draw(&secret, 32);
	crypto_secret_draw(&other, 32);
	crypto_seal(&secret, "key", 3, &sealed);
	for (i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 1;
		ck_assert_int_eq(
		    crypto_open(&secret, sealed.data, sealed.len, &plain),
		    STATUS_INVALID);
		sealed.data[i] ^= 1;
		ck_assert_int_eq(crypto_open(&secret, sealed.data, i, &plain),
		    STATUS_INVALID);
	}
	ck_assert_int_eq(crypto_open(&other, sealed.data, sealed.len, &plain),
	    STATUS_INVALID);
	ck_assert_uint_eq(plain.len, 0);
	ck_assert_int_eq(
	    crypto_open(&secret, sealed.data, sealed.len, &plain), STATUS_OK);
	buf_free(&sealed);
	buf_free(&plain);
}
END_TEST

START_TEST(secret_has_16_or_32_bytes)
{
	static const char bytes[64];
	struct secret secret;
	size_t len;

	for (len = 0; len <= sizeof(bytes); len++)
		ck_assert_int_eq(crypto_secret_set(&secret, bytes, len),
		    len == 16 || len == 32 ? STATUS_OK : STATUS_INVALID);
	crypto_secret_draw(&secret, 16);
	ck_assert_str_eq(crypto_secret_type(&secret), "AEAD_AES_128_GCM");
	crypto_secret_draw(&secret, 32);
	ck_assert_str_eq(crypto_secret_type(&secret), "AEAD_AES_256_GCM");
}
END_TEST

START_TEST(uuids_are_version_4_and_differ)
{
	struct uuid a, b;
	int i;

	for (i = 0; i < 200; i++) {
		crypto_uuid_draw(&a);
		crypto_uuid_draw(&b);
		ck_assert(uuid_is_v4(&a));
		ck_assert_int_ne(uuid_compare(&a, &b), 0);
	}
}
END_TEST

/* RFC 6979, A.2.5: the key, and its signature of "sample" with SHA-256. */
#define P256_PREFIX "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
#define P256_X                                                                 \
	"60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
#define P256_Y                                                                 \
	"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define SAMPLE_SIGNATURE                                                       \
	"3046"                                                                 \
	"022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf37" \
	"16"                                                                   \
	"022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acd" \
	"a8"

START_TEST(verify_takes_the_known_signature)
{
	struct buf der = { 0 }, signature = { 0 };
	struct crypto_key *key;

	add_hex(&der, P256_PREFIX P256_X P256_Y);
	add_hex(&signature, SAMPLE_SIGNATURE);
	ck_assert_int_eq(crypto_key_read(der.data, der.len, &key), STATUS_OK);
	ck_assert_int_eq(
	    crypto_key_verify(key, "sample", 6, signature.data, signature.len),
	    STATUS_OK);
	ck_assert_int_eq(
	    crypto_key_verify(key, "samplf", 6, signature.data, signature.len),
	    STATUS_INVALID);
	crypto_key_free(key);
	buf_free(&der);
	buf_free(&signature);
}
END_TEST

static const struct bad_key {
	const char *what, *der;
} bad_keys[] = {
	{ "nothing", "" },
	{ "a point off the curve",
	    P256_PREFIX P256_X "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5"
			       "177a3c294d4462298" },
	{ "cut", P256_PREFIX P256_X },
	{ "bytes behind", P256_PREFIX P256_X P256_Y "00" },
	{ "another curve, secp256k1",
	    "3056301006072a8648ce3d020106052b8104000a"
	    "03420004"
	    "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
	    "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b"
	    "8" },
	{ "another kind, Ed25519",
	    "302a300506032b6570032100"
	    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511"
	    "a" },
};

START_TEST(key_read_refuses)
{
	struct crypto_key *key = NULL;
	struct buf der = { 0 };

	buf_puts(&der, "");
	add_hex(&der, bad_keys[_i].der);
	ck_assert_msg(
	    crypto_key_read(der.data, der.len, &key) == STATUS_INVALID, "%s",
	    bad_keys[_i].what);
	ck_assert_ptr_null(key);
	buf_free(&der);
}
END_TEST

START_TEST(sign_and_verify)
{
	struct crypto_key *owner = crypto_key_draw(), *other, *public;
	struct buf der = { 0 }, signature = { 0 };
	char name[17], public_name[17], other_name[17];
	size_t i;

	other = crypto_key_draw();
	crypto_key_public(owner, &der);
	ck_assert_int_eq(
	    crypto_key_read(der.data, der.len, &public), STATUS_OK);
	crypto_key_sign(owner, "message", 7, &signature);
	ck_assert_int_eq(crypto_key_verify(public, "message", 7, signature.data,
			     signature.len),
	    STATUS_OK);
	ck_assert_int_eq(crypto_key_verify(other, "message", 7, signature.data,
			     signature.len),
	    STATUS_INVALID);
	for (i = 0; i < signature.len; i++) {
		signature.data[i] ^= 1;
		ck_assert_int_eq(crypto_key_verify(public, "message", 7,
				     signature.data, signature.len),
		    STATUS_INVALID);
		signature.data[i] ^= 1;
	}
	ck_assert_int_eq(
	    crypto_key_verify(public, "message", 7, "", 0), STATUS_INVALID);
	crypto_key_name(owner, name);
	crypto_key_name(public, public_name);
	crypto_key_name(other, other_name);
	ck_assert_str_eq(name, public_name);
	ck_assert_str_ne(name, other_name);
	ck_assert_uint_eq(strlen(name), 16);
	crypto_key_free(owner);
	crypto_key_free(other);
	crypto_key_free(public);
	crypto_key_free(NULL);
	buf_free(&der);
	buf_free(&signature);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_crypto");
	TCase *tc = tcase_create("device_crypto");

	tcase_add_loop_test(tc, open_takes_the_known_vectors, 0, LEN(vectors));
	tcase_add_loop_test(tc, seal_and_open, 0, 14);
	tcase_add_test(tc, open_refuses_every_altered_byte_and_every_cut);
	tcase_add_test(tc, secret_has_16_or_32_bytes);
	tcase_add_test(tc, uuids_are_version_4_and_differ);
	tcase_add_test(tc, verify_takes_the_known_signature);
	tcase_add_loop_test(tc, key_read_refuses, 0, LEN(bad_keys));
	tcase_add_test(tc, sign_and_verify);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
