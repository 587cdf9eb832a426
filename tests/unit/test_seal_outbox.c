/* test_seal_outbox: what the notifier opens with the server key alone. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "seal_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The known answers, made without the code under test, by Python's
 * cryptography, with the keys of test_seal and of
 *
 *   openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt info:outbox \
 *       -kdfopt hexkey:000102...1f HKDF     (and info:credential)
 *
 *   n = b"twelve bytes"; m = b"12 and other"
 *   n + AESGCM(outbox_key).encrypt(n, token_key, b"outbox" + row_key)
 *   m + AESGCM(token_key).encrypt(m, TOKEN, b"token" + row_key + claim_hash)
 *   n + AESGCM(credential_key).encrypt(n, b"Bearer x",
 *       b"credential" + b"com.google.fcm")
 */
#define TOKEN "{\"type\":\"t\",\"tokenData\":\"d\"}"
#define WRAP                                                                   \
	"7477656c766520627974657380845bbe4ba728181aae765323c3acea405766746a"   \
	"c45e42dd77144d69848b075ba50f2f8d65584751e9828ebe832ef2"
#define SEALED                                                                 \
	"313220616e64206f7468657299626d55bb8c136454be237aecf56533a47a28233d"   \
	"114bf039402027fa541c679e846a71fccd33418a8cc68d"
#define CREDENTIAL                                                             \
	"7477656c7665206279746573a833ab38882b97293ee7b91bc635a12608531badac"   \
	"b59cb3"

enum { WRAP_LEN = 12 + 32 + 16 };

static struct seal_key key;
static struct seal seal;
static struct uuid row_key, owner;
static struct buf wrap, token, out;

static void
put_hex(struct buf *b, const char *hex)
{
	unsigned char byte;

	for (; *hex != '\0'; hex += 2) {
		char digits[3] = { hex[0], hex[1], '\0' };

		byte = (unsigned char)strtoul(digits, NULL, 16);
		buf_add(b, &byte, 1);
	}
}

static void
setup(void)
{
	struct uuid identifier = id(ID);
	size_t i;

	for (i = 0; i < sizeof(key.b); i++)
		key.b[i] = (unsigned char)i;
	row_key = id(ROW_KEY);
	owner = id(CLAIM_HASH);
	seal_start(&seal, &identifier);
	seal_wrap(&key, &seal, &wrap);
	seal_shut(&seal, SEAL_TOKEN, &owner, TOKEN, strlen(TOKEN), &token);
	buf_puts(&out, "kept");
}

static void
teardown(void)
{
	seal_end(&seal);
	buf_free(&wrap);
	buf_free(&token);
	buf_free(&out);
}

static enum status
open_outbox(void)
{
	return (seal_open_outbox(&key, &row_key, &owner, wrap.data, wrap.len,
	    token.data, token.len, &out));
}

static void
check_opened(void)
{
	ck_assert(open_outbox() == STATUS_OK);
	ck_assert_str_eq(out.data, "kept" TOKEN);
	ck_assert_uint_eq(out.len, 4 + strlen(TOKEN));
	buf_clear(&out);
	buf_puts(&out, "kept");
}

static void
check_refused(void)
{
	ck_assert(open_outbox() == STATUS_INVALID);
	ck_assert_str_eq(out.data, "kept");
	ck_assert_uint_eq(out.len, 4);
}

START_TEST(known_answer)
{
	buf_clear(&wrap);
	buf_clear(&token);
	put_hex(&wrap, WRAP);
	put_hex(&token, SEALED);
	check_opened();
}
END_TEST

START_TEST(round_trip)
{
	struct uuid identifier = id(ID);
	struct buf again = { 0 };

	ck_assert_uint_eq(wrap.len, WRAP_LEN);
	check_opened();
	/* A mailbox that has sealed nothing yet wraps the same key. */
	seal_start(&seal, &identifier);
	seal_wrap(&key, &seal, &again);
	ck_assert_mem_ne(again.data, wrap.data, WRAP_LEN);
	buf_free(&wrap);
	wrap = again;
	check_opened();
	/* And the device's own seal opens the token still. */
	ck_assert(seal_open(&seal, SEAL_TOKEN, &owner, token.data, token.len,
		      &out) == STATUS_OK);
}
END_TEST

/* What is opened is a token and nothing else of the mailbox. */
START_TEST(nothing_else_opens)
{
	static const enum seal_column columns[] = { SEAL_PAYLOAD,
		SEAL_DISPLAY };
	size_t i;

	for (i = 0; i < LEN(columns); i++) {
		buf_clear(&token);
		seal_shut(&seal, columns[i], &owner, TOKEN, 4, &token);
		check_refused();
		buf_clear(&token);
		seal_shut(&seal, columns[i], NULL, TOKEN, 4, &token);
		check_refused();
	}
}
END_TEST

static void
flip(struct buf *b, size_t bit)
{
	b->data[bit / 8] = (char)(b->data[bit / 8] ^ 1 << bit % 8);
}

START_TEST(any_bit_flipped_is_refused)
{
	struct buf *buf = _i == 0 ? &wrap : &token;
	size_t i;

	for (i = 0; i < buf->len * 8; i++) {
		flip(buf, i);
		check_refused();
		flip(buf, i);
	}
	check_opened();
}
END_TEST

START_TEST(any_other_length_is_refused)
{
	struct buf *buf = _i == 0 ? &wrap : &token;
	size_t len = buf->len;

	for (buf->len = 0; buf->len < len; buf->len++)
		check_refused();
	buf_add(buf, "", 1);
	check_refused();
}
END_TEST

/* A wrap opens for its own mailbox, owner and server key alone. */
START_TEST(elsewhere_it_is_refused)
{
	struct uuid identifier = id(OTHER_ID);
	struct seal other;

	key.b[31] ^= 1;
	check_refused();
	key.b[31] ^= 1;
	row_key.b[15] ^= 1;
	check_refused();
	row_key.b[15] ^= 1;
	owner.b[0] ^= 1;
	check_refused();
	owner.b[0] ^= 1;
	check_opened();
	/* Another mailbox's wrap, on this one's row and on its own. */
	seal_start(&other, &identifier);
	buf_clear(&wrap);
	seal_wrap(&key, &other, &wrap);
	check_refused();
	row_key = other.row_key;
	check_refused();
	seal_end(&other);
}
END_TEST

/* What the server key sealed for another purpose. */
START_TEST(secret_is_no_wrap)
{
	struct buf secret = { 0 };

	seal_secret_shut(&key, "outbox", key.b, sizeof(key.b), &secret);
	buf_free(&wrap);
	wrap = secret;
	ck_assert_uint_eq(wrap.len, WRAP_LEN);
	check_refused();
}
END_TEST

START_TEST(secret_known_answer)
{
	buf_clear(&wrap);
	put_hex(&wrap, CREDENTIAL);
	ck_assert(seal_secret_open(&key, "com.google.fcm", wrap.data, wrap.len,
		      &out) == STATUS_OK);
	ck_assert_str_eq(out.data, "keptBearer x");
}
END_TEST

static const char *const names[] = { "com.google.fcm", "com.google.fc",
	"com.google.fcmm", "", "outbox" };

static void
check_secret(const char *name, enum status expected)
{
	ck_assert(seal_secret_open(&key, name, wrap.data, wrap.len, &out) ==
	    expected);
	ck_assert_str_eq(
	    out.data, expected == STATUS_OK ? "keptsecret" : "kept");
	buf_clear(&out);
	buf_puts(&out, "kept");
}

/* A secret opens under its own name and server key, and unaltered. */
START_TEST(secrets)
{
	size_t i;

	buf_clear(&wrap);
	seal_secret_shut(&key, names[_i], "secret", 6, &wrap);
	ck_assert_uint_eq(wrap.len, 6 + SEAL_OVERHEAD);
	for (i = 0; i < LEN(names); i++)
		check_secret(
		    names[i], i == (size_t)_i ? STATUS_OK : STATUS_INVALID);
	for (i = 0; i < wrap.len * 8; i++) {
		flip(&wrap, i);
		check_secret(names[_i], STATUS_INVALID);
		flip(&wrap, i);
	}
	key.b[0] ^= 1;
	check_secret(names[_i], STATUS_INVALID);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("seal_outbox");
	TCase *tc = tcase_create("seal_outbox");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, known_answer);
	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, nothing_else_opens);
	tcase_add_loop_test(tc, any_bit_flipped_is_refused, 0, 2);
	tcase_add_loop_test(tc, any_other_length_is_refused, 0, 2);
	tcase_add_test(tc, elsewhere_it_is_refused);
	tcase_add_test(tc, secret_is_no_wrap);
	tcase_add_test(tc, secret_known_answer);
	tcase_add_loop_test(tc, secrets, 0, LEN(names));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
