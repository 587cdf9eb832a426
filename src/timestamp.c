/* timestamp: the API's form of a point in time, in UTC (RFC 3339, Z). */
#include "timestamp.h"

#include <stdbool.h>

#define SECONDS_A_DAY 86400
#define DAYS_FROM_0000_03_01 719468 /* to 1970-01-01 */
#define DAYS_IN_400_YEARS 146097

static bool
timestamp_is_leap(int year)
{
	return ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
}

static int
timestamp_month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	if (month == 2 && timestamp_is_leap(year))
		return (29);
	return (days[month - 1]);
}

/*
 * Days since 1970-01-01. The year is counted from March, so that the leap
 * day is its last and the months' lengths follow one linear rule. Not
 * timegm(): it is no part of POSIX and mends dates that do not exist.
 */
static int64_t
timestamp_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return (y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day -
	    1 - DAYS_FROM_0000_03_01);
}

/* Read so many digits, no fewer; -1 when one is none. */
static int
timestamp_number(const char *text, size_t digits)
{
	int value = 0;
	size_t i;

	for (i = 0; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9')
			return (-1);
		value = value * 10 + (text[i] - '0');
	}
	return (value);
}

/* What follows the seconds: Z, or a fraction and Z, and nothing else. */
static bool
timestamp_tail_valid(const char *tail, size_t len)
{
	size_t i;

	if (len == 0 || tail[len - 1] != 'Z')
		return (false);
	if (len == 1)
		return (true);
	if (tail[0] != '.' || len < 3)
		return (false);
	for (i = 1; i < len - 1; i++)
		if (tail[i] < '0' || tail[i] > '9')
			return (false);
	return (true);
}

enum status
timestamp_parse(const char *text, size_t len, int64_t *unix_seconds)
{
	int year, month, day, hour, minute, second;

	if (len < TIMESTAMP_TEXT_LEN || text[4] != '-' || text[7] != '-' ||
	    text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
	    !timestamp_tail_valid(text + 19, len - 19))
		return (STATUS_INVALID);
	year = timestamp_number(text, 4);
	month = timestamp_number(text + 5, 2);
	day = timestamp_number(text + 8, 2);
	hour = timestamp_number(text + 11, 2);
	minute = timestamp_number(text + 14, 2);
	second = timestamp_number(text + 17, 2);
	if (year < 1 || month < 1 || month > 12 || day < 1 ||
	    day > timestamp_month_days(year, month) || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 59)
		return (STATUS_INVALID);
	*unix_seconds = timestamp_days(year, month, day) * SECONDS_A_DAY +
	    hour * 3600 + minute * 60 + second;
	return (STATUS_OK);
}

static void
timestamp_digits(char *out, int64_t value, size_t digits)
{
	while (digits-- > 0) {
		out[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
timestamp_format(int64_t unix_seconds, char out[TIMESTAMP_TEXT_LEN + 1])
{
	static const char form[TIMESTAMP_TEXT_LEN + 1] = "0000-00-00T00:00:00Z";
	int64_t days, second, era, year, month;
	size_t i;

	if (unix_seconds < TIMESTAMP_MIN)
		unix_seconds = TIMESTAMP_MIN;
	if (unix_seconds > TIMESTAMP_MAX)
		unix_seconds = TIMESTAMP_MAX;
	/* From 0000-03-01 on, nothing is negative: division truncates. */
	unix_seconds += (int64_t)DAYS_FROM_0000_03_01 * SECONDS_A_DAY;
	second = unix_seconds % SECONDS_A_DAY;
	days = unix_seconds / SECONDS_A_DAY;
	era = days / DAYS_IN_400_YEARS;
	days %= DAYS_IN_400_YEARS;
	year = (days - days / 1460 + days / 36524 - days / 146096) / 365;
	days -= year * 365 + year / 4 - year / 100;
	month = (days * 5 + 2) / 153;
	days -= (month * 153 + 2) / 5;
	year += era * 400;
	if (month >= 10)
		year++;
	for (i = 0; i < sizeof(form); i++)
		out[i] = form[i];
	timestamp_digits(out, year, 4);
	timestamp_digits(out + 5, month < 10 ? month + 3 : month - 9, 2);
	timestamp_digits(out + 8, days + 1, 2);
	timestamp_digits(out + 11, second / 3600, 2);
	timestamp_digits(out + 14, second / 60 % 60, 2);
	timestamp_digits(out + 17, second % 60, 2);
}
