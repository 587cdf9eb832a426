/* test_timestamp: points in time, to the second, in UTC. */
#include <check.h>
#include <string.h>

#include "tap.h"
#include "timestamp.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct good {
	const char *what;
	const char *text;
	int64_t seconds;
} good[] = {
	{ "the epoch", "1970-01-01T00:00:00Z", INT64_C(0) },
	{ "one second before it", "1969-12-31T23:59:59Z", INT64_C(-1) },
	{ "the example of credrelay-api(7)", "2026-11-25T08:00:00Z",
	    INT64_C(1795593600) },
	{ "the first second of all", "0001-01-01T00:00:00Z",
	    INT64_C(-62135596800) },
	{ "the last second of all", "9999-12-31T23:59:59Z",
	    INT64_C(253402300799) },
	{ "a leap day", "2024-02-29T12:34:56Z", INT64_C(1709210096) },
	{ "a leap day of a century", "2000-02-29T00:00:00Z",
	    INT64_C(951782400) },
	{ "the day behind a leap day", "2000-03-01T00:00:00Z",
	    INT64_C(951868800) },
	{ "no leap day, the first of March", "1900-03-01T00:00:00Z",
	    INT64_C(-2203891200) },
	{ "beyond 32 bits", "2038-01-19T03:14:08Z", INT64_C(2147483648) },
	{ "the last second of a year", "2023-12-31T23:59:59Z",
	    INT64_C(1704067199) },
};

static const struct fraction {
	const char *what;
	const char *text;
} fractions[] = {
	{ "a fraction of one digit", "2026-11-25T08:00:00.9Z" },
	{ "a fraction of nines", "2026-11-25T08:00:00.999999999999Z" },
	{ "a fraction of zero", "2026-11-25T08:00:00.000Z" },
};

static const struct bad {
	const char *what;
	const char *text;
} bad[] = {
	{ "nothing", "" },
	{ "no Z", "2026-11-25T08:00:00" },
	{ "a lower-case z", "2026-11-25T08:00:00z" },
	{ "a lower-case t", "2026-11-25t08:00:00Z" },
	{ "a space for T", "2026-11-25 08:00:00Z" },
	{ "an offset", "2026-11-25T08:00:00+00:00" },
	{ "an offset before Z", "2026-11-25T08:00:00+00Z" },
	{ "two Zs", "2026-11-25T08:00:00ZZ" },
	{ "a line feed behind", "2026-11-25T08:00:00Z\n" },
	{ "white space in front", " 2026-11-25T08:00:00Z" },
	{ "a point without digits", "2026-11-25T08:00:00.Z" },
	{ "a comma", "2026-11-25T08:00:00,5Z" },
	{ "two points", "2026-11-25T08:00:00.5.5Z" },
	{ "a fraction with a letter", "2026-11-25T08:00:00.5eZ" },
	{ "a fraction without Z", "2026-11-25T08:00:00.55" },
	{ "a fraction with a sign", "2026-11-25T08:00:00.-5Z" },
	{ "no seconds", "2026-11-25T08:00Z" },
	{ "the 30th of February", "2024-02-30T00:00:00Z" },
	{ "the 29th in no leap year", "2023-02-29T00:00:00Z" },
	{ "the 29th in 1900", "1900-02-29T00:00:00Z" },
	{ "the 29th in 2100", "2100-02-29T00:00:00Z" },
	{ "the 31st of April", "2026-04-31T00:00:00Z" },
	{ "the 31st of June", "2026-06-31T00:00:00Z" },
	{ "the 31st of September", "2026-09-31T00:00:00Z" },
	{ "the 31st of November", "2026-11-31T00:00:00Z" },
	{ "the 32nd of January", "2026-01-32T00:00:00Z" },
	{ "day 0", "2026-11-00T00:00:00Z" },
	{ "month 0", "2026-00-25T00:00:00Z" },
	{ "month 13", "2026-13-25T00:00:00Z" },
	{ "year 0", "0000-11-25T00:00:00Z" },
	{ "hour 24", "2026-11-25T24:00:00Z" },
	{ "minute 60", "2026-11-25T08:60:00Z" },
	{ "second 60", "2016-12-31T23:59:60Z" },
	{ "second 61", "2016-12-31T23:59:61Z" },
	{ "a year of two digits", "26-11-25T08:00:00.000Z" },
	{ "a year of five digits", "12026-11-25T08:00:00Z" },
	{ "a month of one digit", "2026-1-25T08:00:00.0Z" },
	{ "a sign in the year", "+026-11-25T08:00:00Z" },
	{ "a minus in the hour", "2026-11-25T-8:00:00Z" },
	{ "a space in the day", "2026-11- 5T08:00:00Z" },
	{ "a slash", "2026/11/25T08:00:00Z" },
	{ "points in the time", "2026-11-25T08.00.00Z" },
	{ "no separators at all", "20261125T080000.0000Z" },
	{ "digits beyond ASCII", "2026-11-25T08:00:0\xD9\xA0Z" },
	{ "the week form", "2026-W48-3T08:00:00Z" },
};

START_TEST(parse_and_format)
{
	const struct good *row = &good[_i];
	char out[TIMESTAMP_TEXT_LEN + 1];
	int64_t seconds = 42;

	ck_assert_msg(timestamp_parse(row->text, strlen(row->text), &seconds) ==
		STATUS_OK,
	    "%s", row->what);
	ck_assert_msg(
	    seconds == row->seconds, "%s: %lld", row->what, (long long)seconds);
	timestamp_format(row->seconds, out);
	ck_assert_msg(strcmp(out, row->text) == 0, "%s: %s", row->what, out);
}
END_TEST

START_TEST(parse_drops_a_fraction)
{
	const struct fraction *row = &fractions[_i];
	char out[TIMESTAMP_TEXT_LEN + 1];
	int64_t seconds = 42;

	ck_assert_msg(timestamp_parse(row->text, strlen(row->text), &seconds) ==
		STATUS_OK,
	    "%s", row->what);
	timestamp_format(seconds, out);
	ck_assert_msg(
	    strcmp(out, "2026-11-25T08:00:00Z") == 0, "%s: %s", row->what, out);
}
END_TEST

START_TEST(parse_refuses)
{
	const struct bad *row = &bad[_i];
	int64_t seconds = 42;

	ck_assert_msg(timestamp_parse(row->text, strlen(row->text), &seconds) ==
		STATUS_INVALID,
	    "%s", row->what);
	ck_assert_msg(seconds == 42, "%s: the result changed", row->what);
}
END_TEST

/*
 * Every day of two cycles of the calendar: the two functions undo each other,
 * and time goes forward. No assertion inside the loop: they are slow.
 */
START_TEST(every_day)
{
	char out[TIMESTAMP_TEXT_LEN + 1], last[TIMESTAMP_TEXT_LEN + 1];
	int64_t at, back, first, behind;

	ck_assert(timestamp_parse("1700-01-01T00:00:00Z", TIMESTAMP_TEXT_LEN,
		      &first) == STATUS_OK);
	ck_assert(timestamp_parse("2500-01-01T00:00:00Z", TIMESTAMP_TEXT_LEN,
		      &behind) == STATUS_OK);
	ck_assert_int_eq((behind - first) / 86400, 2 * 146097);
	timestamp_format(first - 1, last);
	ck_assert_str_eq(last, "1699-12-31T23:59:59Z");
	for (at = first; at < behind; at += 86400) {
		timestamp_format(at, out);
		if (strcmp(last, out) >= 0 ||
		    timestamp_parse(out, TIMESTAMP_TEXT_LEN, &back) !=
			STATUS_OK ||
		    back != at)
			ck_abort_msg("%s, then %s", last, out);
		memcpy(last, out, sizeof(out));
	}
	ck_assert_str_eq(last, "2499-12-31T00:00:00Z");
}
END_TEST

START_TEST(format_stays_in_its_bounds)
{
	char out[TIMESTAMP_TEXT_LEN + 1];

	timestamp_format(INT64_MIN, out);
	ck_assert_str_eq(out, "0001-01-01T00:00:00Z");
	timestamp_format(INT64_MAX, out);
	ck_assert_str_eq(out, "9999-12-31T23:59:59Z");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("timestamp");
	TCase *tc = tcase_create("timestamp");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, parse_and_format, 0, LEN(good));
	tcase_add_loop_test(tc, parse_drops_a_fraction, 0, LEN(fractions));
	tcase_add_loop_test(tc, parse_refuses, 0, LEN(bad));
	tcase_add_test(tc, every_day);
	tcase_add_test(tc, format_stays_in_its_bounds);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
