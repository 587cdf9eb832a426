/* test_device_call: pauses between attempts, spans of time, options. */
#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "device/call.h"
#include "device/options.h"
#include "device/wallet_state.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(pauses_grow_and_are_bounded)
{
	const long longest[] = { 250, 500, 1000, 2000, 4000, 5000, 5000 };
	unsigned attempt, dice;
	long pause;

	for (attempt = 1; attempt <= LEN(longest); attempt++)
		for (dice = 0; dice < 20000; dice += 7) {
			pause = call_pause(attempt, 0, 30000, dice);
			ck_assert_int_ge(pause, longest[attempt - 1] / 2);
			ck_assert_int_le(pause, longest[attempt - 1]);
		}
	ck_assert_int_le(call_pause(UINT_MAX, 0, 30000, UINT_MAX), 5000);
}
END_TEST

START_TEST(pauses_differ_by_the_dice)
{
	ck_assert_int_ne(
	    call_pause(3, 0, 30000, 1), call_pause(3, 0, 30000, 400));
}
END_TEST

START_TEST(retry_after_is_honoured_or_it_is_given_up)
{
	ck_assert_int_ge(call_pause(1, 3, 30000, 5), 3000);
	ck_assert_int_lt(call_pause(1, 3, 30000, 5), 4000);
	ck_assert_int_eq(call_pause(1, 31, 30000, 5), -1);
	ck_assert_int_eq(call_pause(1, 86400, 30000, 5), -1);
	ck_assert_int_eq(call_pause(1, LONG_MAX, 30000, 5), -1);
	ck_assert_int_eq(call_pause(5, 0, 100, 5), -1);
	ck_assert_int_eq(call_pause(1, 0, 0, 5), -1);
	ck_assert_int_eq(call_pause(1, 0, -7, 5), -1);
	ck_assert_int_eq(call_pause(1, 1, -7, 5), -1);
}
END_TEST

/* A relay that does not wait is asked seldom, by no two devices at once. */
START_TEST(idle_pauses_grow_and_are_bounded)
{
	const long longest[] = { 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
	unsigned idle, dice;
	long pause;

	for (idle = 1; idle <= LEN(longest); idle++)
		for (dice = 0; dice < 60000; dice += 7) {
			pause = wallet_idle_pause(idle, dice);
			ck_assert_int_ge(pause, longest[idle - 1] / 2);
			ck_assert_int_le(pause, longest[idle - 1]);
		}
	ck_assert_int_ge(wallet_idle_pause(UINT_MAX, 0), 15000);
	ck_assert_int_le(wallet_idle_pause(UINT_MAX, UINT_MAX), 30000);
	ck_assert_int_ne(wallet_idle_pause(3, 1), wallet_idle_pause(3, 400));
}
END_TEST

static const struct span_case {
	const char *text;
	int64_t seconds; /* 0: refused */
} spans[] = {
	{ "1", 1 },
	{ "90", 90 },
	{ "90s", 90 },
	{ "15m", 900 },
	{ "2h", 7200 },
	{ "7d", 604800 },
	{ "0007d", 604800 },
	{ "36525d", INT64_C(3155760000) },
	{ "36526d", 0 },
	{ "", 0 },
	{ "0", 0 },
	{ "0h", 0 },
	{ "h", 0 },
	{ "-1h", 0 },
	{ "+1h", 0 },
	{ "1.5h", 0 },
	{ "1h30m", 0 },
	{ "1 h", 0 },
	{ "1w", 0 },
	{ "1H", 0 },
	{ "99999999999999999999999h", 0 },
	{ "9223372036854775807d", 0 },
	{ "2026-11-25T08:00:00Z", 0 },
};

START_TEST(durations)
{
	int64_t seconds = 0;

	ck_assert_int_eq(options_duration(spans[_i].text, &seconds),
	    spans[_i].seconds == 0 ? STATUS_INVALID : STATUS_OK);
	ck_assert_int_eq(seconds, spans[_i].seconds);
}
END_TEST

START_TEST(options_in_any_order)
{
	char *argv[] = { strdup("send"), strdup("--json"), strdup("file"),
		strdup("--title=T"), strdup("--rights"), strdup("RW"),
		strdup("--draw-identifier"), NULL };
	struct options options;
	size_t i;

	ck_assert_int_eq(
	    options_read(&options, OPTIONS_COMMON | OPTIONS_SEND, 7, argv),
	    STATUS_OK);
	ck_assert(options.json && options.draw_identifier && !options.help);
	ck_assert_str_eq(options.title, "T");
	ck_assert_str_eq(options.rights, "RW");
	ck_assert_ptr_null(options.output);
	ck_assert_int_eq(options.count, 1);
	ck_assert_str_eq(options.operands[0], "file");
	for (i = 0; i < 7; i++)
		free(argv[i]);
}
END_TEST

/* --wait, --wait=5m, and the next word is never its value. */
START_TEST(a_value_may_be_left_out)
{
	static const char *const words[] = { "--json", "--wait", "--wait=5m" };
	static const char *const waits[] = { NULL, "", "5m" };
	char name[] = "receive", option[16], url[] = "7";
	char *argv[] = { name, option, url, NULL };
	struct options options;

	strcpy(option, words[_i]);
	ck_assert_int_eq(
	    options_read(&options, OPTIONS_COMMON | OPTIONS_WAIT, 3, argv),
	    STATUS_OK);
	ck_assert_pstr_eq(options.wait, waits[_i]);
	ck_assert_int_eq(options.count, 1);
	ck_assert_str_eq(options.operands[0], "7");
}
END_TEST

/* An option of another command, one that is none, one without its value. */
START_TEST(options_of_others_are_refused)
{
	char option[][12] = { "--if-match", "--none", "--title" };
	char name[] = "send";
	char *argv[] = { name, option[_i], NULL };
	struct options options;

	ck_assert_int_eq(
	    options_read(&options, OPTIONS_COMMON | OPTIONS_SEND, 2, argv),
	    STATUS_INVALID);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_call");
	TCase *tc = tcase_create("device_call");

	tcase_add_test(tc, pauses_grow_and_are_bounded);
	tcase_add_test(tc, pauses_differ_by_the_dice);
	tcase_add_test(tc, retry_after_is_honoured_or_it_is_given_up);
	tcase_add_loop_test(tc, durations, 0, LEN(spans));
	tcase_add_test(tc, idle_pauses_grow_and_are_bounded);
	tcase_add_test(tc, options_in_any_order);
	tcase_add_loop_test(tc, a_value_may_be_left_out, 0, 3);
	tcase_add_loop_test(tc, options_of_others_are_refused, 0, 3);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
