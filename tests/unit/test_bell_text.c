/* test_bell_text: what a ring is called, and is in a notification. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "bell.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	struct uuid key;
	uint32_t bell;
	const char *text;
} keys[] = {
	{ { { 0 } }, 0, "00000000" },
	{ { { 0x01, 0x23, 0x45, 0x67, 0x89 } }, 0x01234567, "01234567" },
	{ { { 0xff, 0xee, 0xdd, 0xcc, 0xbb } }, 0xffeeddcc, "ffeeddcc" },
	{ { { 0, 0, 0, 1 } }, 1, "00000001" },
};

START_TEST(bell_of_a_key)
{
	char text[BELL_TEXT_LEN + 1];

	ck_assert_uint_eq(bell_of(&keys[_i].key), keys[_i].bell);
	bell_format(keys[_i].bell, text);
	ck_assert_str_eq(text, keys[_i].text);
}
END_TEST

static void
note_ring(void *arg, uint32_t which)
{
	char *end = (char *)arg + strlen(arg);

	(void)sprintf(end, "%x ", which);
}

static void
note_all(void *arg)
{
	(void)strcat(arg, "all ");
}

static const struct {
	const char *payload;
	const char *heard;
} payloads[] = {
	{ "", "" },
	{ "*", "all " },
	{ "01234567", "1234567 " },
	{ "00000000ffffffff", "0 ffffffff " },
	{ "000000010000000200000001", "1 2 1 " },
	/* What is none of ours may have been any. */
	{ "0000000", "all " },
	{ "0123456789", "1234567 all " },
	{ "0000000A", "all " },
	{ "0000000g", "all " },
	{ "00000001*", "1 all " },
	{ "00000001 00000002", "1 all " },
	{ "\xc3\xa4", "all " },
};

START_TEST(payload)
{
	char heard[100] = "";

	bell_read(payloads[_i].payload, note_ring, note_all, heard);
	ck_assert_str_eq(heard, payloads[_i].heard);
}
END_TEST

/* The longest that one notification holds. */
START_TEST(longest_payload)
{
	static char text[BELL_PAYLOAD_MAX + 1];
	static char heard[BELL_PAYLOAD_MAX];
	size_t i, n = BELL_PAYLOAD_MAX / BELL_TEXT_LEN;

	for (i = 0; i < n; i++)
		bell_format(9, text + i * BELL_TEXT_LEN);
	bell_read(text, note_ring, note_all, heard);
	ck_assert_uint_eq(strlen(heard), n * strlen("9 "));
	ck_assert_ptr_null(strstr(heard, "all"));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("bell_text");
	TCase *tc = tcase_create("bell_text");

	tcase_add_loop_test(tc, bell_of_a_key, 0, LEN(keys));
	tcase_add_loop_test(tc, payload, 0, LEN(payloads));
	tcase_add_test(tc, longest_payload);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
