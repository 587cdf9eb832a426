/* test_seal_derived: what is derived from an identifier, and what is drawn. */
#include <check.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seal_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The known answers, made without the code under test, by Python:
 *
 *   import hashlib, hmac
 *   I = bytes.fromhex("0123456789ab4def8123456789abcdef")
 *   C = bytes.fromhex("aaaaaaaabbbb4ccc9dddeeeeeeeeeeee")
 *   R = bytes.fromhex("11111111222243338444555555555555")
 *   short = lambda *a: hashlib.sha256(b"".join(a)).hexdigest()[:32]
 *   short(b"row", I); short(b"claim", I, C); short(b"request", I, C, R)
 *   short(b"create made", I, C, R); short(b"create drawn", I, C, R)
 *   hmac.new(bytes(range(32)), C + R, hashlib.sha256).hexdigest()[:32]
 *
 * of which the last has 4 put at the 13th digit, and at the 17th its lower
 * two bits below 8.
 */
#define OTHER_CLAIM "aaaaaaaa-bbbb-4ccc-9ddd-eeeeeeeeeeef"
#define REQUEST "11111111-2222-4333-8444-555555555555"
#define MADE_ID "a4db24af-f503-4f9b-8ae1-9fa909154b31"

static const struct {
	enum seal_request what;
	const char *hash;
} request_hashes[] = {
	{ SEAL_REQUEST, "cdb1ae43-f87d-20b4-e1ab-35599d375fc1" },
	{ SEAL_CREATE_MADE, "04b9a5ea-3dad-e743-fae5-f96b77dca3cd" },
	{ SEAL_CREATE_DRAWN, "29611ccb-da88-ca9a-c028-9cc1bbf26e3c" },
};

static void
check_uuid(const struct uuid *got, const char *expected)
{
	char text[UUID_TEXT_LEN + 1];

	uuid_format(got, text);
	ck_assert_str_eq(text, expected);
}

START_TEST(row_key)
{
	struct seal seal = start(ID), other = start(OTHER_ID);

	check_uuid(&seal.row_key, ROW_KEY);
	ck_assert_int_ne(uuid_compare(&seal.row_key, &other.row_key), 0);
}
END_TEST

START_TEST(claim_hash)
{
	struct seal seal = start(ID), other = start(OTHER_ID);
	struct uuid claim = id(CLAIM), hash, other_hash;

	seal_claim(&seal, &claim, &hash);
	check_uuid(&hash, CLAIM_HASH);
	/* Two mailboxes of one device have nothing in common. */
	seal_claim(&other, &claim, &other_hash);
	ck_assert_int_ne(uuid_compare(&hash, &other_hash), 0);
	claim = id(OTHER_CLAIM);
	seal_claim(&seal, &claim, &other_hash);
	ck_assert_int_ne(uuid_compare(&hash, &other_hash), 0);
}
END_TEST

START_TEST(request_hash)
{
	struct seal seal = start(ID);
	struct uuid claim = id(CLAIM), request = id(REQUEST), hash, other;

	seal_request_id(
	    &seal, request_hashes[_i].what, &claim, &request, &hash);
	check_uuid(&hash, request_hashes[_i].hash);
	claim = id(OTHER_CLAIM);
	seal_request_id(
	    &seal, request_hashes[_i].what, &claim, &request, &other);
	ck_assert_int_ne(uuid_compare(&hash, &other), 0);
}
END_TEST

START_TEST(made_identifier)
{
	struct uuid claim = id(CLAIM), request = id(REQUEST), made;
	struct seal_key key;
	size_t i;

	for (i = 0; i < sizeof(key.b); i++)
		key.b[i] = (unsigned char)i;
	seal_make_identifier(&key, &claim, &request, &made);
	check_uuid(&made, MADE_ID);
}
END_TEST

/* Whatever the request: version 4, the same again, another of another key. */
START_TEST(made_identifiers_differ)
{
	struct seal_key key = { { 0 } }, other_key = { { 1 } };
	struct uuid claim = id(CLAIM), request = id(REQUEST), made, again;

	request.b[0] = (unsigned char)_i;
	seal_make_identifier(&key, &claim, &request, &made);
	ck_assert(uuid_is_v4(&made));
	seal_make_identifier(&key, &claim, &request, &again);
	ck_assert_int_eq(uuid_compare(&made, &again), 0);
	seal_make_identifier(&other_key, &claim, &request, &again);
	ck_assert_int_ne(uuid_compare(&made, &again), 0);
	request.b[15] ^= 1;
	seal_make_identifier(&key, &claim, &request, &again);
	ck_assert_int_ne(uuid_compare(&made, &again), 0);
	request.b[15] ^= 1;
	claim = id(OTHER_CLAIM);
	seal_make_identifier(&key, &claim, &request, &again);
	ck_assert_int_ne(uuid_compare(&made, &again), 0);
}
END_TEST

/* What is drawn in advance is not drawn by a child once more. */
START_TEST(random_after_a_fork)
{
	int64_t first = seal_random_version(), ours, theirs = 0;
	int ends[2], status;
	pid_t pid;

	ck_assert_int_ne(first, 0);
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		ours = seal_random_version();
		_exit(write(ends[1], &ours, sizeof(ours)) != sizeof(ours));
	}
	ours = seal_random_version();
	ck_assert_int_eq(
	    read(ends[0], &theirs, sizeof(theirs)), sizeof(theirs));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_ne(ours, theirs);
	(void)close(ends[0]);
	(void)close(ends[1]);
}
END_TEST

START_TEST(random_versions)
{
	int64_t version, before = 0;
	int i;

	for (i = 0; i < 1000; i++) {
		version = seal_random_version();
		ck_assert_int_ge(version, 1);
		ck_assert_int_lt(version, INT64_C(1) << 62);
		ck_assert_int_ne(version, before);
		before = version;
	}
}
END_TEST

/* printf TEXT | openssl dgst -sha256 -binary | base64 */
static const struct {
	const char *text;
	const char *digest;
} digests[] = {
	{ "", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
	{ "abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=" },
};

START_TEST(digest)
{
	char out[SEAL_DIGEST_BASE64 + 1];

	seal_digest_base64(digests[_i].text, strlen(digests[_i].text), out);
	ck_assert_str_eq(out, digests[_i].digest);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("seal_derived");
	TCase *tc = tcase_create("seal_derived");

	tcase_add_test(tc, row_key);
	tcase_add_test(tc, claim_hash);
	tcase_add_loop_test(tc, request_hash, 0, LEN(request_hashes));
	tcase_add_test(tc, made_identifier);
	tcase_add_loop_test(tc, made_identifiers_differ, 0, 32);
	tcase_add_test(tc, random_versions);
	tcase_add_test(tc, random_after_a_fork);
	tcase_add_loop_test(tc, digest, 0, LEN(digests));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
