/* test_uuid: UUIDs as text and bytes. */
#include <check.h>
#include <string.h>

#include "tap.h"
#include "uuid.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define SAMPLE "01234567-89ab-4def-8123-456789abcdef"

static const struct parse {
	const char *what;
	const char *text;
	enum status status;
	bool plain, v4;
} parses[] = {
	{ "version 4, lower case", SAMPLE, STATUS_OK, true, true },
	{ "upper case", "01234567-89AB-4DEF-8123-456789ABCDEF", STATUS_OK, true,
	    true },
	{ "mixed case", "01234567-89aB-4dEf-B123-456789AbCdEf", STATUS_OK, true,
	    true },
	{ "the last variant that is 10", "01234567-89ab-4def-bfff-456789abcdef",
	    STATUS_OK, true, true },
	{ "the variant before it", "01234567-89ab-4def-7fff-456789abcdef",
	    STATUS_OK, true, false },
	{ "the variant behind it", "01234567-89ab-4def-c000-456789abcdef",
	    STATUS_OK, true, false },
	{ "version 1", "01234567-89ab-1def-8123-456789abcdef", STATUS_OK, true,
	    false },
	{ "version 5", "01234567-89ab-5def-8123-456789abcdef", STATUS_OK, true,
	    false },
	{ "version 7", "01234567-89ab-7def-8123-456789abcdef", STATUS_OK, true,
	    false },
	{ "nil", "00000000-0000-0000-0000-000000000000", STATUS_OK, false,
	    false },
	{ "all-ones", "ffffffff-ffff-ffff-ffff-ffffffffffff", STATUS_OK, false,
	    false },
	{ "all-ones, upper case", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
	    STATUS_OK, false, false },
	{ "nil but for the last bit", "00000000-0000-0000-0000-000000000001",
	    STATUS_OK, true, false },
	{ "all-ones but for the first bit",
	    "7fffffff-ffff-ffff-ffff-ffffffffffff", STATUS_OK, true, false },
	{ "nothing", "", STATUS_INVALID, false, false },
	{ "one character less", "01234567-89ab-4def-8123-456789abcde",
	    STATUS_INVALID, false, false },
	{ "one character more", SAMPLE "0", STATUS_INVALID, false, false },
	{ "white space behind", SAMPLE " ", STATUS_INVALID, false, false },
	{ "white space in front", " 1234567-89ab-4def-8123-456789abcdef",
	    STATUS_INVALID, false, false },
	{ "no hyphens", "0123456789ab4def8123456789abcdef", STATUS_INVALID,
	    false, false },
	{ "no hyphens, 36 digits", "0123456789ab4def8123456789abcdef0123",
	    STATUS_INVALID, false, false },
	{ "a hyphen one place early", "0123456-789ab-4def-8123-456789abcdef",
	    STATUS_INVALID, false, false },
	{ "a hyphen for a digit", "01234567-89ab-4def-8123-456789abcd-f",
	    STATUS_INVALID, false, false },
	{ "the letter g", "01234567-89ab-4def-8123-456789abcdeg",
	    STATUS_INVALID, false, false },
	{ "the character before 0", "01234567-89ab-4def-8123-456789abcde/",
	    STATUS_INVALID, false, false },
	{ "the character behind 9", "01234567-89ab-4def-8123-456789abcde:",
	    STATUS_INVALID, false, false },
	{ "the character before A", "01234567-89ab-4def-8123-456789abcde@",
	    STATUS_INVALID, false, false },
	{ "the character before a", "01234567-89ab-4def-8123-456789abcde`",
	    STATUS_INVALID, false, false },
	{ "a sign", "+1234567-89ab-4def-8123-456789abcdef", STATUS_INVALID,
	    false, false },
	{ "0x", "0x234567-89ab-4def-8123-456789abcdef", STATUS_INVALID, false,
	    false },
	{ "braces", "{1234567-89ab-4def-8123-456789abcde}", STATUS_INVALID,
	    false, false },
	{ "urn:uuid:", "urn:uuid:" SAMPLE, STATUS_INVALID, false, false },
	{ "a byte above 127",
	    "\xC3\xA9"
	    "234567-89ab-4def-8123-456789abcdef",
	    STATUS_INVALID, false, false },
};

START_TEST(parse)
{
	const struct parse *row = &parses[_i];
	const struct uuid untouched = { "sixteen bytes.." };
	struct uuid uuid = untouched;

	ck_assert_msg(
	    uuid_parse(row->text, strlen(row->text), &uuid) == row->status,
	    "%s", row->what);
	if (row->status != STATUS_OK) {
		ck_assert_msg(uuid_compare(&uuid, &untouched) == 0,
		    "%s: the result changed", row->what);
		return;
	}
	ck_assert_msg(
	    uuid_is_plain(&uuid) == row->plain, "plain: %s", row->what);
	ck_assert_msg(uuid_is_v4(&uuid) == row->v4, "v4: %s", row->what);
}
END_TEST

START_TEST(parse_refuses_nul)
{
	char text[] = SAMPLE;
	struct uuid uuid;

	text[35] = '\0';
	ck_assert(uuid_parse(text, UUID_TEXT_LEN, &uuid) == STATUS_INVALID);
}
END_TEST

START_TEST(bytes_are_in_the_order_of_the_text)
{
	static const unsigned char expected[16] = { 0x01, 0x23, 0x45, 0x67,
		0x89, 0xab, 0x4d, 0xef, 0x81, 0x23, 0x45, 0x67, 0x89, 0xab,
		0xcd, 0xef };
	struct uuid uuid;

	ck_assert(uuid_parse(SAMPLE, UUID_TEXT_LEN, &uuid) == STATUS_OK);
	ck_assert_mem_eq(uuid.b, expected, sizeof(expected));
}
END_TEST

START_TEST(format_is_lower_case)
{
	static const char upper[] = "01234567-89AB-4DEF-8123-456789ABCDEF";
	char out[UUID_TEXT_LEN + 1];
	struct uuid uuid;

	ck_assert(uuid_parse(upper, UUID_TEXT_LEN, &uuid) == STATUS_OK);
	uuid_format(&uuid, out);
	ck_assert_str_eq(out, SAMPLE);
}
END_TEST

START_TEST(compare_is_by_unsigned_bytes)
{
	struct uuid low = { { 0 } }, high = { { 0 } };

	ck_assert_int_eq(uuid_compare(&low, &high), 0);
	low.b[15] = 1;
	ck_assert_int_gt(uuid_compare(&low, &high), 0);
	high.b[0] = 0x80;
	ck_assert_int_lt(uuid_compare(&low, &high), 0);
	low.b[0] = 0x7F;
	ck_assert_int_lt(uuid_compare(&low, &high), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("uuid");
	TCase *tc = tcase_create("uuid");

	tcase_add_loop_test(tc, parse, 0, LEN(parses));
	tcase_add_test(tc, parse_refuses_nul);
	tcase_add_test(tc, bytes_are_in_the_order_of_the_text);
	tcase_add_test(tc, format_is_lower_case);
	tcase_add_test(tc, compare_is_by_unsigned_bytes);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
