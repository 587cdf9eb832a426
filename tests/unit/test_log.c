/* test_log: one escaped line an event. */
#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "tap.h"
#include "timestamp.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static char line[4 * LOG_TEXT_MAX + 512];

/* What `event` writes to stderr, in one read: one write made it. */
static size_t
capture(void (*event)(const char *), const char *text)
{
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
	(void)close(ends[1]);
	event(text);
	ck_assert_int_ne(dup2(saved, STDERR_FILENO), -1);
	(void)close(saved);
	n = read(ends[0], line, sizeof(line) - 1);
	ck_assert_int_ge(n, 0);
	line[n] = '\0';
	(void)close(ends[0]);
	return (size_t)n;
}

static void
notice(const char *text)
{
	log_notice("%s", text);
}

static void
all_levels(const char *text)
{
	log_error("e%s", text);
	log_warning("w%s", text);
	log_notice("n%s", text);
	log_info("i%s", text);
	log_debug("d%s", text);
}

static const struct {
	const char *text, *written;
} escapes[] = {
	{ "plain", "plain" },
	{ "", "" },
	{ "a\nb", "a\\x0ab" },
	{ "a\r\nb", "a\\x0d\\x0ab" },
	{ "a\tb", "a\\x09b" },
	{ "\x1b[2J", "\\x1b[2J" },
	{ "\x7f", "\\x7f" },
	{ "\\x0a", "\\\\x0a" },
	{ "Schl\xC3\xBCssel \xE2\x82\xAC \xF0\x9F\x94\x91",
	    "Schl\xC3\xBCssel \xE2\x82\xAC \xF0\x9F\x94\x91" },
	{ "\xC2\x85", "\\xc2\\x85" },	       /* C1: NEL */
	{ "\xE2\x80\xA8", "\\xe2\\x80\\xa8" }, /* LS */
	{ "\xFF"
	  "a",
	    "\\xffa" },
	{ "\xC3", "\\xc3" },
	{ "\xC0\x8A", "\\xc0\\x8a" },	       /* overlong \n */
	{ "\xED\xA0\x80", "\\xed\\xa0\\x80" }, /* surrogate */
	{ "%s%n", "%s%n" },
};

START_TEST(escapes_text)
{
	char *text;

	log_open("prog", LOG_TO_STDERR, LOG_LEVEL_NOTICE);
	(void)capture(notice, escapes[_i].text);
	text = strstr(line, " notice: ");
	ck_assert_ptr_nonnull(text);
	text += strlen(" notice: ");
	ck_assert_int_eq(
	    strncmp(text, escapes[_i].written, strlen(escapes[_i].written)), 0);
	ck_assert_str_eq(text + strlen(escapes[_i].written), "\n");
}
END_TEST

START_TEST(writes_when_who_and_what)
{
	int64_t before = (int64_t)time(NULL), when;
	char expected[64];

	log_open("prog", LOG_TO_STDERR, LOG_LEVEL_NOTICE);
	(void)capture(notice, "text");
	ck_assert(
	    timestamp_parse(line, TIMESTAMP_TEXT_LEN, &when) == STATUS_OK);
	ck_assert_int_ge(when, before);
	ck_assert_int_le(when, (int64_t)time(NULL));
	(void)snprintf(expected, sizeof(expected), " prog[%ld] notice: text\n",
	    (long)getpid());
	ck_assert_str_eq(line + TIMESTAMP_TEXT_LEN, expected);
}
END_TEST

START_TEST(leaves_out_what_is_less_grave)
{
	static const char letters[] = "ewnid";
	char *p = line;
	int i;

	log_open("prog", LOG_TO_STDERR, (enum log_level)_i);
	(void)capture(all_levels, ": it");
	for (i = 0; i <= _i; i++) {
		p = strchr(p, '\n');
		ck_assert_ptr_nonnull(p);
		ck_assert_int_eq(strncmp(p - 4, ": it", 4), 0);
		ck_assert_int_eq(p[-5], letters[i]);
		p++;
	}
	ck_assert_str_eq(p, "");
}
END_TEST

START_TEST(cuts_what_is_too_long)
{
	char *text = malloc(LOG_TEXT_MAX + 2);
	size_t len;

	ck_assert_ptr_nonnull(text);
	memset(text, '\n', LOG_TEXT_MAX + 1); /* each takes four bytes */
	text[LOG_TEXT_MAX] = '\0';
	len = capture(notice, text);
	ck_assert_uint_gt(len, 4 * LOG_TEXT_MAX);
	ck_assert_str_eq(line + len - 5, "\\x0a\n");
	text[LOG_TEXT_MAX] = '\n';
	text[LOG_TEXT_MAX + 1] = '\0';
	len = capture(notice, text);
	ck_assert_str_eq(line + len - 8, "\\x0a...\n");
	ck_assert_uint_lt(len, sizeof(line) - 1);
	free(text);
}
END_TEST

static void
sets_errno(const char *text)
{
	errno = ENOENT;
	log_notice("%s", text);
	ck_assert_int_eq(errno, ENOENT);
	(void)close(STDERR_FILENO); /* what cannot be written is lost */
	errno = ENOENT;
	log_notice("%s", text);
	ck_assert_int_eq(errno, ENOENT);
}

START_TEST(keeps_errno)
{
	log_open("prog", LOG_TO_STDERR, LOG_LEVEL_NOTICE);
	(void)capture(sets_errno, "x");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("log");
	TCase *tc = tcase_create("log");

	tcase_add_loop_test(tc, escapes_text, 0, LEN(escapes));
	tcase_add_test(tc, writes_when_who_and_what);
	tcase_add_loop_test(tc, leaves_out_what_is_less_grave, 0, 5);
	tcase_add_test(tc, cuts_what_is_too_long);
	tcase_add_test(tc, keeps_errno);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
