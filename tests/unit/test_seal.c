/* test_seal: what a mailbox's seal shuts, and what it opens. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "seal_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The key of the seal, and that of tokens with info:token, by OpenSSL:
 *
 *   openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt info:seal \
 *       -kdfopt hexkey:0123456789ab4def8123456789abcdef HKDF
 */
static const unsigned char seal_bytes[SEAL_KEY_LEN] = { 0xcd, 0x51, 0x11, 0xad,
	0x3b, 0xbf, 0x98, 0x14, 0x2a, 0xae, 0x9d, 0xde, 0x49, 0xfd, 0xe3, 0xc7,
	0xb7, 0x98, 0xbd, 0x79, 0x02, 0x30, 0xc0, 0x2b, 0x7c, 0x3a, 0xf3, 0x9e,
	0x1d, 0xc4, 0x08, 0x69 };

static const unsigned char token_bytes[SEAL_KEY_LEN] = { 0x93, 0x99, 0x10, 0x66,
	0x2f, 0x7a, 0xc5, 0x11, 0xcc, 0xc0, 0x61, 0x04, 0x69, 0x20, 0x9a, 0x8c,
	0x1b, 0x63, 0x48, 0xac, 0x04, 0xa7, 0x55, 0x09, 0x72, 0xb9, 0xf0, 0x15,
	0xa5, 0xf4, 0xc9, 0x8e };

static const struct column {
	enum seal_column column;
	const char *name;
	bool owned;
	const unsigned char *key;
} columns[] = {
	{ SEAL_PAYLOAD, "payload", false, seal_bytes },
	{ SEAL_DISPLAY, "display", false, seal_bytes },
	{ SEAL_TOKEN, "token", true, token_bytes },
};

/* AES-256-GCM as EVP has it: `in` to `out`, the tag made or checked. */
static bool
gcm(bool shut, const unsigned char *nonce, const struct column *column,
    const struct uuid *owner, const unsigned char *in, int len,
    unsigned char *out, unsigned char *tag)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	struct uuid row = id(ROW_KEY);
	unsigned char aad[64];
	int n, aad_len = (int)strlen(column->name);
	bool ok;

	memcpy(aad, column->name, (size_t)aad_len);
	memcpy(aad + aad_len, row.b, sizeof(row.b));
	aad_len += (int)sizeof(row.b);
	if (owner != NULL) {
		memcpy(aad + aad_len, owner->b, sizeof(owner->b));
		aad_len += (int)sizeof(owner->b);
	}
	ok = EVP_CipherInit_ex(
		 ctx, EVP_aes_256_gcm(), NULL, column->key, nonce, shut) == 1 &&
	    EVP_CipherUpdate(ctx, NULL, &n, aad, aad_len) == 1 &&
	    EVP_CipherUpdate(ctx, out, &n, in, len) == 1 && n == len &&
	    (shut ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag) ==
		    1) &&
	    EVP_CipherFinal_ex(ctx, out + len, &n) == 1 &&
	    (!shut ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1);
	EVP_CIPHER_CTX_free(ctx);
	return (ok);
}

/* A sealed value is what its header says: another's AES-256-GCM opens it. */
START_TEST(another_opens_it)
{
	static const char text[] = "{\"type\":\"x\",\"data\":\"y\"}";
	const int len = (int)strlen(text);
	struct uuid owner = id(CLAIM_HASH);
	const struct uuid *whose = columns[_i].owned ? &owner : NULL;
	struct seal seal = start(ID);
	struct buf sealed = { 0 };
	unsigned char clear[64], *p;

	seal_shut(&seal, columns[_i].column, whose, text, (size_t)len, &sealed);
	p = (unsigned char *)sealed.data;
	ck_assert(gcm(
	    false, p, &columns[_i], whose, p + 12, len, clear, p + 12 + len));
	ck_assert_mem_eq(clear, text, (size_t)len);
	buf_free(&sealed);
}
END_TEST

/* And what another has sealed in that form is opened. */
START_TEST(it_opens_anothers)
{
	static const char text[] = "{\"type\":\"x\",\"data\":\"y\"}";
	const int len = (int)strlen(text);
	struct uuid owner = id(CLAIM_HASH);
	const struct uuid *whose = columns[_i].owned ? &owner : NULL;
	struct seal seal = start(ID);
	struct buf clear = { 0 };
	unsigned char sealed[128] = "twelve bytes";

	ck_assert(gcm(true, sealed, &columns[_i], whose,
	    (const unsigned char *)text, len, sealed + 12, sealed + 12 + len));
	ck_assert(seal_open(&seal, columns[_i].column, whose, sealed,
		      (size_t)len + SEAL_OVERHEAD, &clear) == STATUS_OK);
	ck_assert_str_eq(clear.data, text);
	buf_free(&clear);
}
END_TEST

static const size_t sizes[] = { 0, 1, 2, 15, 16, 17, 31, 32, 33, 255, 256, 4095,
	4096, 65535, 65536 };

START_TEST(round_trip)
{
	size_t i, len = sizes[_i];
	char *text = malloc(len + 1);
	struct seal seal = start(ID), later = start(ID);
	struct buf sealed = { 0 }, clear = { 0 };

	ck_assert_ptr_nonnull(text);
	for (i = 0; i < len; i++)
		text[i] = (char)(i * 7);
	buf_puts(&sealed, "in front");
	seal_shut(&seal, SEAL_PAYLOAD, NULL, text, len, &sealed);
	ck_assert_mem_eq(sealed.data, "in front", 8);
	ck_assert_uint_eq(sealed.len, 8 + len + SEAL_OVERHEAD);
	ck_assert_int_eq(sealed.data[sealed.len], '\0');
	buf_puts(&clear, "kept");
	ck_assert(seal_open(&later, SEAL_PAYLOAD, NULL, sealed.data + 8,
		      sealed.len - 8, &clear) == STATUS_OK);
	ck_assert_uint_eq(clear.len, 4 + len);
	ck_assert_mem_eq(clear.data, "kept", 4);
	ck_assert_mem_eq(clear.data + 4, text, len);
	ck_assert_int_eq(clear.data[clear.len], '\0');
	buf_free(&sealed);
	buf_free(&clear);
	free(text);
}
END_TEST

START_TEST(text_does_not_show)
{
	static const char text[] = "a title that nobody may read";
	struct seal seal = start(ID);
	struct buf sealed = { 0 };

	seal_shut(&seal, SEAL_DISPLAY, NULL, text, strlen(text), &sealed);
	ck_assert_ptr_null(memmem(sealed.data, sealed.len, text, 5));
	buf_free(&sealed);
}
END_TEST

START_TEST(two_seals_differ)
{
	static const char text[] = "the same text twice";
	struct seal seal = start(ID);
	struct buf a = { 0 }, b = { 0 };

	seal_shut(&seal, SEAL_PAYLOAD, NULL, text, strlen(text), &a);
	seal_shut(&seal, SEAL_PAYLOAD, NULL, text, strlen(text), &b);
	ck_assert_uint_eq(a.len, b.len);
	ck_assert_mem_ne(a.data, b.data, 12);
	ck_assert_mem_ne(a.data + 12, b.data + 12, a.len - 12);
	buf_free(&a);
	buf_free(&b);
}
END_TEST

static void
check_refused(struct seal *seal, enum seal_column column,
    const struct uuid *owner, const void *sealed, size_t len)
{
	struct buf out = { 0 };

	buf_puts(&out, "kept");
	ck_assert(seal_open(seal, column, owner, sealed, len, &out) ==
	    STATUS_INVALID);
	ck_assert_uint_eq(out.len, 4);
	ck_assert_str_eq(out.data, "kept");
	buf_free(&out);
}

/* A nonce of 12 bytes, a text of 20, a tag of 16: each of their bits. */
START_TEST(any_bit_flipped_is_refused)
{
	struct seal seal = start(ID);
	struct buf sealed = { 0 }, clear = { 0 };
	char *byte;
	int i;

	seal_shut(
	    &seal, SEAL_PAYLOAD, NULL, "text of twenty bytes", 20, &sealed);
	ck_assert_uint_eq(sealed.len, 48);
	for (i = 0; i < 48 * 8; i++) {
		byte = &sealed.data[i / 8];
		*byte = (char)(*byte ^ 1 << i % 8);
		check_refused(
		    &seal, SEAL_PAYLOAD, NULL, sealed.data, sealed.len);
		*byte = (char)(*byte ^ 1 << i % 8);
	}
	ck_assert(seal_open(&seal, SEAL_PAYLOAD, NULL, sealed.data, sealed.len,
		      &clear) == STATUS_OK);
	buf_free(&sealed);
	buf_free(&clear);
}
END_TEST

START_TEST(any_other_length_is_refused)
{
	struct seal seal = start(ID);
	struct buf sealed = { 0 };
	size_t n;

	seal_shut(
	    &seal, SEAL_PAYLOAD, NULL, "text of twenty bytes", 20, &sealed);
	for (n = 0; n < sealed.len; n++)
		check_refused(&seal, SEAL_PAYLOAD, NULL, sealed.data, n);
	buf_add(&sealed, "", 1);
	check_refused(&seal, SEAL_PAYLOAD, NULL, sealed.data, sealed.len);
	buf_free(&sealed);
}
END_TEST

/* A value opens only where it was put. */
START_TEST(elsewhere_it_is_refused)
{
	struct seal seal = start(ID), other = start(OTHER_ID);
	struct uuid owner = id(CLAIM_HASH), stranger = id(CLAIM);
	struct buf token = { 0 }, payload = { 0 }, clear = { 0 };

	seal_shut(&seal, SEAL_PAYLOAD, NULL, "text", 4, &payload);
	seal_shut(&seal, SEAL_TOKEN, &owner, "text", 4, &token);
	check_refused(&seal, SEAL_DISPLAY, NULL, payload.data, payload.len);
	check_refused(&seal, SEAL_TOKEN, NULL, payload.data, payload.len);
	check_refused(&seal, SEAL_PAYLOAD, &owner, payload.data, payload.len);
	check_refused(&other, SEAL_PAYLOAD, NULL, payload.data, payload.len);
	check_refused(&seal, SEAL_TOKEN, &stranger, token.data, token.len);
	check_refused(&seal, SEAL_TOKEN, NULL, token.data, token.len);
	check_refused(&seal, SEAL_PAYLOAD, &owner, token.data, token.len);
	check_refused(&other, SEAL_TOKEN, &owner, token.data, token.len);
	ck_assert(seal_open(&seal, SEAL_TOKEN, &owner, token.data, token.len,
		      &clear) == STATUS_OK);
	ck_assert_str_eq(clear.data, "text");
	buf_free(&token);
	buf_free(&payload);
	buf_free(&clear);
}
END_TEST

/*
 * A struct that served one mailbox serves another with that one's keys, and
 * one that was never written to does as well.
 */
START_TEST(start_again)
{
	struct seal seal = start(ID), other = start(OTHER_ID);
	struct uuid identifier = id(OTHER_ID);
	struct buf sealed = { 0 }, clear = { 0 };

	seal_shut(&seal, columns[_i].column, NULL, "one", 3, &sealed);
	buf_clear(&sealed);
	memset(&other, 0xff, sizeof(other));
	seal_start(&other, &identifier);
	seal_start(&seal, &identifier);
	seal_shut(&seal, columns[_i].column, NULL, "two", 3, &sealed);
	ck_assert(seal_open(&other, columns[_i].column, NULL, sealed.data,
		      sealed.len, &clear) == STATUS_OK);
	ck_assert_str_eq(clear.data, "two");
	buf_free(&sealed);
	buf_free(&clear);
}
END_TEST

START_TEST(end_wipes)
{
	static const struct seal wiped;
	struct seal seal = start(ID);
	struct buf sealed = { 0 };

	seal_shut(&seal, SEAL_PAYLOAD, NULL, "one", 3, &sealed);
	ck_assert_mem_eq(seal.key, seal_bytes, sizeof(seal_bytes));
	seal_shut(&seal, SEAL_TOKEN, NULL, "one", 3, &sealed);
	ck_assert_mem_eq(seal.token_key, token_bytes, sizeof(token_bytes));
	seal_end(&seal);
	ck_assert_mem_eq(&seal, &wiped, sizeof(wiped));
	buf_free(&sealed);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("seal");
	TCase *tc = tcase_create("seal");

	tcase_add_loop_test(tc, another_opens_it, 0, LEN(columns));
	tcase_add_loop_test(tc, it_opens_anothers, 0, LEN(columns));
	tcase_add_loop_test(tc, round_trip, 0, LEN(sizes));
	tcase_add_test(tc, text_does_not_show);
	tcase_add_test(tc, two_seals_differ);
	tcase_add_test(tc, any_bit_flipped_is_refused);
	tcase_add_test(tc, any_other_length_is_refused);
	tcase_add_test(tc, elsewhere_it_is_refused);
	tcase_add_loop_test(tc, start_again, 0, LEN(columns));
	tcase_add_test(tc, end_wipes);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
