/* test_notify_crypto: keys, JWTs, HMAC, base64url. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "notify/crypto.h"
#include "notify_keys.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static EVP_PKEY *p256, *rsa;
static char *p256_pem, *rsa_pem;

static struct crypto_key *
parse(const char *pem, bool want_p256)
{
	struct crypto_key *key = NULL;

	if (crypto_key_parse(pem, strlen(pem), want_p256, &key) != STATUS_OK)
		return (NULL);
	ck_assert_ptr_nonnull(key);
	return (key);
}

START_TEST(a_key_is_of_its_kind)
{
	struct crypto_key *key;

	key = parse(p256_pem, true);
	ck_assert_ptr_nonnull(key);
	crypto_key_free(key);
	key = parse(rsa_pem, false);
	ck_assert_ptr_nonnull(key);
	crypto_key_free(key);
	ck_assert_ptr_null(parse(p256_pem, false));
	ck_assert_ptr_null(parse(rsa_pem, true));
	crypto_key_free(NULL);
}
END_TEST

/* Each is refused as a key of both kinds. */
static void
refuse(EVP_PKEY *pkey, const char *phrase)
{
	char *pem = pem_of(pkey, phrase);

	ck_assert_ptr_null(parse(pem, true));
	ck_assert_ptr_null(parse(pem, false));
	free(pem);
	EVP_PKEY_free(pkey);
}

START_TEST(other_keys_are_refused)
{
	char *half = strndup(p256_pem, strlen(p256_pem) / 2);

	ck_assert_ptr_null(parse("", true));
	ck_assert_ptr_null(parse("no key", false));
	ck_assert_ptr_null(parse(half, true));
	free(half);
	refuse(EVP_EC_gen("secp384r1"), NULL);
	refuse(EVP_EC_gen("secp256k1"), NULL);
	refuse(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL);
	refuse(EVP_RSA_gen(512), NULL);
	/* A pass phrase is asked of nobody. */
	refuse(EVP_EC_gen("prime256v1"), "x");
}
END_TEST

START_TEST(a_point_is_the_public_key)
{
	struct crypto_key *key = parse(p256_pem, true);
	unsigned char point[CRYPTO_POINT_LEN], want[CRYPTO_POINT_LEN];
	size_t len;

	ck_assert_int_eq(EVP_PKEY_get_octet_string_param(
			     p256, "pub", want, sizeof(want), &len),
	    1);
	crypto_key_point(key, point);
	ck_assert_uint_eq(len, sizeof(point));
	ck_assert_mem_eq(point, want, len);
	crypto_key_free(key);
}
END_TEST

/* A key may be kept with its point compressed; it has one form with us. */
START_TEST(a_compressed_key_has_a_whole_point)
{
	struct crypto_key *key = parse(p256_pem, true);
	unsigned char point[CRYPTO_POINT_LEN], want[CRYPTO_POINT_LEN];
	EVP_PKEY *copy = EVP_PKEY_dup(p256);
	char *pem;

	crypto_key_point(key, want);
	ck_assert_int_eq(want[0], 4);
	crypto_key_free(key);
	ck_assert_int_eq(
	    EVP_PKEY_set_utf8_string_param(copy, "point-format", "compressed"),
	    1);
	pem = pem_of(copy, NULL);
	ck_assert_uint_lt(strlen(pem), strlen(p256_pem));
	key = parse(pem, true);
	crypto_key_point(key, point);
	ck_assert_mem_eq(point, want, sizeof(want));
	crypto_key_free(key);
	free(pem);
	EVP_PKEY_free(copy);
}
END_TEST

static void
check_part(const char *text, size_t len, const char *want)
{
	struct buf part = { 0 };

	ck_assert_int_eq(base64_decode(text, len, &part), STATUS_OK);
	ck_assert_str_eq(part.data, want);
	buf_free(&part);
}

/* Many times: one r or s in 256 begins with a zero, and is 32 bytes. */
START_TEST(a_jwt_is_three_parts_and_signed)
{
	static const char header[] = "{\"alg\":\"XS256\"}",
			  claims[] = "{\"iss\":\"a\",\"iat\":1700000000}";
	bool is_ec = _i < 40;
	struct crypto_key *key = parse(is_ec ? p256_pem : rsa_pem, is_ec);
	EVP_PKEY *public = is_ec ? p256 : rsa;
	struct buf jwt = { 0 }, sig = { 0 };
	const char *first, *second;

	buf_puts(&jwt, "before ");
	crypto_jwt(key, header, claims, &jwt);
	ck_assert_int_eq(strncmp(jwt.data, "before ", 7), 0);
	first = strchr(jwt.data, '.');
	second = strchr(first + 1, '.');
	ck_assert_ptr_null(strchr(second + 1, '.'));
	check_part(jwt.data + 7, (size_t)(first - jwt.data - 7), header);
	check_part(first + 1, (size_t)(second - first - 1), claims);
	ck_assert_int_eq(
	    base64_decode(second + 1, strlen(second + 1), &sig), STATUS_OK);
	ck_assert_uint_eq(sig.len, is_ec ? 64 : 256);
	ck_assert(is_signed(public, jwt.data + 7,
	    (size_t)(second - jwt.data - 7), sig.data, sig.len));
	jwt.data[8] ^= 1;
	ck_assert(!is_signed(public, jwt.data + 7,
	    (size_t)(second - jwt.data - 7), sig.data, sig.len));
	buf_free(&jwt);
	buf_free(&sig);
	crypto_key_free(key);
}
END_TEST

/* RFC 4231, test cases 2 and 3. */
START_TEST(an_hmac_is_the_known_one)
{
	static const unsigned char want2[] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf,
		0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75,
		0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d,
		0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 },
				   want3[] = { 0x77, 0x3e, 0xa9, 0x1e, 0x36,
					   0x80, 0x0e, 0x46, 0x85, 0x4d, 0xb8,
					   0xeb, 0xd0, 0x91, 0x81, 0xa7, 0x29,
					   0x59, 0x09, 0x8b, 0x3e, 0xf8, 0xc1,
					   0x22, 0xd9, 0x63, 0x55, 0x14, 0xce,
					   0xd5, 0x65, 0xfe };
	unsigned char mac[CRYPTO_SHA256_LEN], key[20], text[50];

	crypto_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac);
	ck_assert_mem_eq(mac, want2, sizeof(mac));
	memset(key, 0xaa, sizeof(key));
	memset(text, 0xdd, sizeof(text));
	crypto_hmac_sha256(key, sizeof(key), text, sizeof(text), mac);
	ck_assert_mem_eq(mac, want3, sizeof(mac));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_crypto");
	TCase *tc = tcase_create("notify_crypto");

	tcase_add_test(tc, a_key_is_of_its_kind);
	tcase_add_test(tc, other_keys_are_refused);
	tcase_add_test(tc, a_point_is_the_public_key);
	tcase_add_test(tc, a_compressed_key_has_a_whole_point);
	tcase_add_loop_test(tc, a_jwt_is_three_parts_and_signed, 0, 42);
	tcase_add_test(tc, an_hmac_is_the_known_one);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	p256 = EVP_EC_gen("prime256v1");
	rsa = rsa_key();
	p256_pem = pem_of(p256, NULL);
	rsa_pem = pem_of(rsa, NULL);
	failed = tap_run(sr);
	EVP_PKEY_free(p256);
	EVP_PKEY_free(rsa);
	free(p256_pem);
	free(rsa_pem);
	return (failed);
}
