/* test_notify_crypto: signatures, base64url, and Web Push's encryption. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "jwt_fixture.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static EVP_PKEY *p256, *rsa;
static struct buf p256_pem, rsa_pem;

static void
make_keys(void)
{
	p256 = EVP_EC_gen("prime256v1");
	rsa = EVP_RSA_gen(2048);
	add_pem(p256, &p256_pem);
	add_pem(rsa, &rsa_pem);
}

static void
free_keys(void)
{
	EVP_PKEY_free(p256);
	EVP_PKEY_free(rsa);
	buf_free(&p256_pem);
	buf_free(&rsa_pem);
}

static void
add_base64url(const char *text, struct buf *out)
{
	ck_assert_int_eq(
	    crypto_base64url_read(text, strlen(text), out), STATUS_OK);
}

/* RFC 4648, section 10, without padding; and the two digits that differ. */
static const struct {
	const char *text, *bytes;
} encodings[] = {
	{ "", "" },
	{ "Zg", "f" },
	{ "Zm8", "fo" },
	{ "Zm9v", "foo" },
	{ "Zm9vYg", "foob" },
	{ "Zm9vYmE", "fooba" },
	{ "Zm9vYmFy", "foobar" },
	{ "-_-_", "\xfb\xff\xbf" },
};

START_TEST(base64url_is_known)
{
	const char *bytes = encodings[_i].bytes, *text = encodings[_i].text;
	struct buf out = { 0 };

	buf_puts(&out, "+");
	crypto_base64url(bytes, strlen(bytes), &out);
	ck_assert_str_eq(out.data + 1, text);
	buf_clear(&out);
	buf_puts(&out, "+");
	add_base64url(text, &out);
	ck_assert_str_eq(out.data + 1, bytes);
	buf_free(&out);
}
END_TEST

static const struct {
	const char *text;
	enum status status;
} readings[] = {
	{ "Zg==", STATUS_OK },
	{ "Zm8=", STATUS_OK },
	{ "Z", STATUS_INVALID },     /* six bits */
	{ "Zm9vY", STATUS_INVALID }, /* and again */
	{ "Zh", STATUS_INVALID },    /* bits behind the end */
	{ "Zm9", STATUS_INVALID },
	{ "Zm+v", STATUS_INVALID }, /* the other alphabet */
	{ "Zm/v", STATUS_INVALID },
	{ "Zg==Zg", STATUS_INVALID },
	{ "Zm 9v", STATUS_INVALID },
	{ "Zm9v\n", STATUS_INVALID },
	{ "Zm\xc3\xb6v", STATUS_INVALID },
};

START_TEST(base64url_is_strict)
{
	struct buf out = { 0 };

	ck_assert_msg(
	    crypto_base64url_read(readings[_i].text, strlen(readings[_i].text),
		&out) == readings[_i].status,
	    "%s", readings[_i].text);
	buf_free(&out);
}
END_TEST

START_TEST(base64url_takes_no_nul)
{
	struct buf out = { 0 };

	ck_assert_int_eq(
	    crypto_base64url_read("Zm9v\0Zg", 7, &out), STATUS_INVALID);
	buf_free(&out);
}
END_TEST

/* RFC 4231, test cases 2 and 6. */
START_TEST(hmac_is_known)
{
	static const char data[] = "what do ya want for nothing?",
			  longer[] = "Test Using Larger Than Block-Size Key "
				     "- Hash Key First";
	static const unsigned char start[] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf,
		0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75,
		0xc7 };
	static const unsigned char longer_start[] = { 0x60, 0xe4, 0x31, 0x59,
		0x1e, 0xe0, 0xb6, 0x7f, 0x0d, 0x8a, 0x26, 0xaa, 0xcb, 0xf5,
		0xb7, 0x7f };
	unsigned char mac[CRYPTO_SHA256_LEN], key[131];

	crypto_hmac_sha256("Jefe", 4, data, strlen(data), mac);
	ck_assert_mem_eq(mac, start, sizeof(start));
	memset(key, 0xaa, sizeof(key));
	crypto_hmac_sha256(key, sizeof(key), longer, strlen(longer), mac);
	ck_assert_mem_eq(mac, longer_start, sizeof(longer_start));
}
END_TEST

static struct crypto_key *
parse(const struct buf *pem, bool is_p256)
{
	struct crypto_key *key = NULL;

	ck_assert_int_eq(
	    crypto_key_parse(pem->data, pem->len, is_p256, &key), STATUS_OK);
	return key;
}

/* Many, since a number with leading zeros is one in 128 signatures. */
START_TEST(es256_is_verified)
{
	struct crypto_key *key = parse(&p256_pem, true);
	struct buf jwt = { 0 }, header = { 0 }, claims = { 0 };
	int i;

	for (i = 0; i < 300; i++) {
		buf_clear(&jwt);
		buf_clear(&header);
		buf_clear(&claims);
		crypto_jwt(
		    key, "{\"alg\":\"ES256\"}", "{\"iss\":\"me\"}", &jwt);
		ck_assert(
		    jwt_is_good(jwt.data, jwt.len, p256, &header, &claims));
		ck_assert_str_eq(header.data, "{\"alg\":\"ES256\"}");
		ck_assert_str_eq(claims.data, "{\"iss\":\"me\"}");
	}
	jwt.data[3] ^= 1;
	ck_assert(!jwt_is_good(jwt.data, jwt.len, p256, &header, &claims));
	crypto_key_free(key);
	buf_free(&jwt);
	buf_free(&header);
	buf_free(&claims);
}
END_TEST

START_TEST(rs256_is_verified)
{
	struct crypto_key *key = parse(&rsa_pem, false);
	struct buf jwt = { 0 }, header = { 0 }, claims = { 0 };

	buf_puts(&jwt, "before ");
	crypto_jwt(key, "{\"alg\":\"RS256\"}", "{\"iss\":\"you\"}", &jwt);
	ck_assert_mem_eq(jwt.data, "before ", 7);
	ck_assert(
	    jwt_is_good(jwt.data + 7, jwt.len - 7, rsa, &header, &claims));
	ck_assert_str_eq(header.data, "{\"alg\":\"RS256\"}");
	ck_assert_str_eq(claims.data, "{\"iss\":\"you\"}");
	crypto_key_free(key);
	buf_free(&jwt);
	buf_free(&header);
	buf_free(&claims);
}
END_TEST

/* What is taken for a key, by what it should be. */
START_TEST(keys_are_of_their_kind)
{
	EVP_PKEY *p384 = EVP_EC_gen("secp384r1"), *small = EVP_RSA_gen(1024),
		 *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct crypto_key *key = NULL;
	struct buf pem[3] = { { 0 }, { 0 }, { 0 } };
	int i, kind;

	add_pem(p384, &pem[0]);
	add_pem(small, &pem[1]);
	add_pem(ed, &pem[2]);
	for (i = 0; i < 6; i++) {
		kind = i % 2;
		ck_assert_int_eq(crypto_key_parse(pem[i / 2].data,
				     pem[i / 2].len, kind, &key),
		    STATUS_INVALID);
	}
	ck_assert_int_eq(
	    crypto_key_parse(p256_pem.data, p256_pem.len, false, &key),
	    STATUS_INVALID);
	ck_assert_int_eq(
	    crypto_key_parse(rsa_pem.data, rsa_pem.len, true, &key),
	    STATUS_INVALID);
	ck_assert_ptr_null(key);
	crypto_key_free(NULL);
	for (i = 0; i < 3; i++)
		buf_free(&pem[i]);
	EVP_PKEY_free(p384);
	EVP_PKEY_free(small);
	EVP_PKEY_free(ed);
}
END_TEST

static const char *const no_keys[] = {
	"",
	"x",
	"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
	"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	/* With a pass phrase, which nobody is there to give. */
	"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
	"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	"-----END EC PRIVATE KEY-----\n",
};

START_TEST(what_is_no_key_is_refused)
{
	struct crypto_key *key = NULL;

	ck_assert_int_eq(
	    crypto_key_parse(no_keys[_i], strlen(no_keys[_i]), _i % 2, &key),
	    STATUS_INVALID);
}
END_TEST

/* A key may be kept with its point compressed; it has one form with us. */
START_TEST(a_compressed_key_has_a_whole_point)
{
	unsigned char want[CRYPTO_POINT_LEN], point[CRYPTO_POINT_LEN];
	struct crypto_key *key = parse(&p256_pem, true);
	struct buf pem = { 0 };
	EVP_PKEY *copy = EVP_PKEY_dup(p256);

	crypto_key_point(key, want);
	ck_assert_uint_eq(want[0], 4);
	crypto_key_free(key);
	ck_assert_int_eq(
	    EVP_PKEY_set_utf8_string_param(copy, "point-format", "compressed"),
	    1);
	add_pem(copy, &pem);
	key = parse(&pem, true);
	crypto_key_point(key, point);
	ck_assert_mem_eq(point, want, sizeof(want));
	crypto_key_free(key);
	buf_free(&pem);
	EVP_PKEY_free(copy);
}
END_TEST

/* RFC 8291, appendix A and section 5. */
#define CLEAR "When I grow up, I want to be a watermelon"
#define SENDER_PUBLIC                                                          \
	"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz" \
	"AC8wEqKK6PBru3jl7A8"
#define RECEIVER_PUBLIC                                                        \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7V" \
	"d8pZGH6SRpkNtoIAiw4"
#define AUTH "BTBZMqHH6r4Tts7J_aSIgg"
#define SALT "DGv6ra1nlYgDCS1FRnbzlw"
#define SEALED                                                                 \
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlml"   \
	"MoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mq"  \
	"gkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
/* The sender's yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw, as PKCS #8. */
static const char sender_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDJ9Y+JgT6fjocucfQqpk4X\n"
    "V8klTcxity3cAQu0BD6hHA==\n"
    "-----END PRIVATE KEY-----\n";

START_TEST(web_push_is_known)
{
	struct buf point = { 0 }, auth = { 0 }, salt = { 0 }, out = { 0 },
		   text = { 0 }, public = { 0 };
	unsigned char own[CRYPTO_POINT_LEN];
	struct crypto_key *key = NULL;

	ck_assert_int_eq(
	    crypto_key_parse(sender_pem, strlen(sender_pem), true, &key),
	    STATUS_OK);
	add_base64url(RECEIVER_PUBLIC, &point);
	add_base64url(AUTH, &auth);
	add_base64url(SALT, &salt);
	crypto_key_point(key, own);
	crypto_base64url(own, sizeof(own), &public);
	ck_assert_str_eq(public.data, SENDER_PUBLIC);
	ck_assert_int_eq(
	    crypto_web_push_with(key, (unsigned char *)salt.data,
		(unsigned char *)point.data, (unsigned char *)auth.data, CLEAR,
		strlen(CLEAR), &out),
	    STATUS_OK);
	crypto_base64url(out.data, out.len, &text);
	ck_assert_str_eq(text.data, SEALED);
	crypto_key_free(key);
	buf_free(&point);
	buf_free(&auth);
	buf_free(&salt);
	buf_free(&out);
	buf_free(&text);
	buf_free(&public);
}
END_TEST

START_TEST(web_push_draws_anew)
{
	struct buf point = { 0 }, auth = { 0 }, one = { 0 }, two = { 0 };

	add_base64url(RECEIVER_PUBLIC, &point);
	add_base64url(AUTH, &auth);
	ck_assert_int_eq(crypto_web_push((unsigned char *)point.data,
			     (unsigned char *)auth.data, "{}", 2, &one),
	    STATUS_OK);
	ck_assert_int_eq(crypto_web_push((unsigned char *)point.data,
			     (unsigned char *)auth.data, "{}", 2, &two),
	    STATUS_OK);
	/* Salt, record size, length of the key, key, record with its end. */
	ck_assert_uint_eq(one.len, 16 + 4 + 1 + 65 + 2 + 1 + 16);
	ck_assert_uint_eq(two.len, one.len);
	ck_assert_mem_ne(one.data, two.data, 16);
	ck_assert_mem_eq(one.data + 16, "\0\0\x10\0\x41\x04", 6);
	ck_assert_mem_ne(one.data + 21, two.data + 21, 65);
	buf_free(&point);
	buf_free(&auth);
	buf_free(&one);
	buf_free(&two);
}
END_TEST

/* Points that are on no curve, and what is too long for one record. */
START_TEST(web_push_refuses)
{
	struct buf point = { 0 }, auth = { 0 }, out = { 0 };
	unsigned char bad[CRYPTO_POINT_LEN] = { 4 };
	static const char clear[4096];

	add_base64url(RECEIVER_PUBLIC, &point);
	add_base64url(AUTH, &auth);
	ck_assert_int_eq(
	    crypto_web_push(bad, (unsigned char *)auth.data, "{}", 2, &out),
	    STATUS_INVALID);
	memcpy(bad, point.data, sizeof(bad));
	bad[64] ^= 1;
	ck_assert_int_eq(
	    crypto_web_push(bad, (unsigned char *)auth.data, "{}", 2, &out),
	    STATUS_INVALID);
	memcpy(bad, point.data, sizeof(bad));
	bad[0] = 2;
	ck_assert_int_eq(
	    crypto_web_push(bad, (unsigned char *)auth.data, "{}", 2, &out),
	    STATUS_INVALID);
	ck_assert_int_eq(
	    crypto_web_push((unsigned char *)point.data,
		(unsigned char *)auth.data, clear, 4096 - 16, &out),
	    STATUS_INVALID);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(
	    crypto_web_push((unsigned char *)point.data,
		(unsigned char *)auth.data, clear, 4096 - 17, &out),
	    STATUS_OK);
	ck_assert_uint_eq(out.len, 86 + 4096);
	buf_free(&point);
	buf_free(&auth);
	buf_free(&out);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_crypto");
	TCase *tc = tcase_create("notify_crypto");

	tcase_add_loop_test(tc, base64url_is_known, 0, LEN(encodings));
	tcase_add_loop_test(tc, base64url_is_strict, 0, LEN(readings));
	tcase_add_test(tc, base64url_takes_no_nul);
	tcase_add_test(tc, hmac_is_known);
	tcase_add_test(tc, es256_is_verified);
	tcase_add_test(tc, rs256_is_verified);
	tcase_add_test(tc, keys_are_of_their_kind);
	tcase_add_loop_test(tc, what_is_no_key_is_refused, 0, LEN(no_keys));
	tcase_add_test(tc, a_compressed_key_has_a_whole_point);
	tcase_add_test(tc, web_push_is_known);
	tcase_add_test(tc, web_push_draws_anew);
	tcase_add_test(tc, web_push_refuses);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	make_keys();
	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	free_keys();
	return (failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}
