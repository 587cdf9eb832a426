/* test_notify_alarms: alarms, and the numbers and order of deliveries. */
#include <check.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "notify/alarms.h"
#include "notify/outbox.h"
#include "notify/tally.h"
#include "tap.h"

START_TEST(alarms_in_order)
{
	struct alarms a = { 0 };

	ck_assert(alarms_next(&a) == INT64_MAX);
	alarms_set(&a, 30);
	alarms_set(&a, 10);
	alarms_set(&a, 20);
	ck_assert_int_eq(alarms_next(&a), 10);
	alarms_pass(&a, 9);
	ck_assert_int_eq(alarms_next(&a), 10);
	alarms_pass(&a, 20);
	ck_assert_int_eq(alarms_next(&a), 30);
	alarms_pass(&a, 30);
	ck_assert(alarms_next(&a) == INT64_MAX);
}
END_TEST

START_TEST(alarms_forget_the_latest)
{
	struct alarms a = { 0 };
	int i;

	for (i = 0; i < ALARMS_MOST; i++)
		alarms_set(&a, 1000 + i);
	alarms_set(&a, 5000); /* later than all: forgotten */
	alarms_set(&a, 5);    /* earlier: the latest makes room */
	ck_assert_int_eq(alarms_next(&a), 5);
	alarms_pass(&a, 1000 + ALARMS_MOST - 2);
	ck_assert(alarms_next(&a) == INT64_MAX);
}
END_TEST

START_TEST(tally_in_words)
{
	struct tally t = { 0 };
	struct buf text = { 0 };

	ck_assert(!tally_write(&t, &text));
	ck_assert_uint_eq(text.len, 0);
	tally_add(&t, CONF_WEBPUSH, OUTBOX_DEAD);
	tally_add(&t, CONF_WEBHOOK, OUTBOX_RETRY);
	tally_add(&t, CONF_WEBHOOK, OUTBOX_DELIVERED);
	tally_add(&t, CONF_WEBHOOK, OUTBOX_DELIVERED);
	ck_assert(tally_write(&t, &text));
	ck_assert_str_eq(
	    text.data, "webhook: 2 delivered, 1 retry; webpush: 1 dead");
	buf_free(&text);
}
END_TEST

/* What tally_sum_up logs at the level that is the default; "": nothing. */
static const char *
summed_up(struct tally *tally, int64_t *due_ms, int64_t now_ms)
{
	static char line[512];
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	log_open("test", LOG_TO_STDERR, LOG_LEVEL_NOTICE);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
	(void)close(ends[1]);
	tally_sum_up(tally, due_ms, now_ms);
	ck_assert_int_ne(dup2(saved, STDERR_FILENO), -1);
	(void)close(saved);
	n = read(ends[0], line, sizeof(line) - 1);
	ck_assert_int_ge(n, 0);
	line[n] = '\0';
	(void)close(ends[0]);
	return (line);
}

START_TEST(tally_once_a_minute)
{
	struct tally tally = { 0 };
	int64_t due_ms = TALLY_MINUTE_MS;

	tally_add(&tally, CONF_APNS, OUTBOX_DELIVERED);
	ck_assert_str_eq(summed_up(&tally, &due_ms, due_ms - 1), "");
	ck_assert_ptr_nonnull(strstr(summed_up(&tally, &due_ms, due_ms + 5),
	    "notice: in the last minute: com.apple.apns: 1 delivered\n"));
	ck_assert_int_eq(due_ms, 2 * TALLY_MINUTE_MS + 5);
	/* Minutes in which nothing was sent are not worth a line. */
	tally_add(&tally, CONF_APNS, OUTBOX_UNSENT);
	ck_assert_str_eq(summed_up(&tally, &due_ms, due_ms), "");
	tally_add(&tally, CONF_FCM, OUTBOX_RETRY);
	ck_assert_ptr_nonnull(strstr(summed_up(&tally, &due_ms, due_ms),
	    "in the last minute: com.google.fcm: 1 retry\n"));
}
END_TEST

/* Each stands before the next one. */
static const struct {
	unsigned char key;
	enum outbox_outcome outcome;
} rows[] = {
	{ 1, OUTBOX_RETRY },
	{ 2, OUTBOX_DEAD },
	{ 2, OUTBOX_DELIVERED },
	{ 3, OUTBOX_DELIVERED },
	{ 4, OUTBOX_DEAD },
};

START_TEST(told_in_order)
{
	struct outbox_row a = { .key.b[0] = rows[_i].key };
	struct outbox_row b = { .key.b[0] = rows[_i + 1].key };

	ck_assert_int_lt(
	    outbox_compare(&a, rows[_i].outcome, &b, rows[_i + 1].outcome), 0);
	ck_assert_int_gt(
	    outbox_compare(&b, rows[_i + 1].outcome, &a, rows[_i].outcome), 0);
	ck_assert_int_eq(
	    outbox_compare(&a, rows[_i].outcome, &a, rows[_i].outcome), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_alarms");
	TCase *tc = tcase_create("notify_alarms");

	tcase_add_test(tc, alarms_in_order);
	tcase_add_test(tc, alarms_forget_the_latest);
	tcase_add_test(tc, tally_in_words);
	tcase_add_test(tc, tally_once_a_minute);
	tcase_add_loop_test(
	    tc, told_in_order, 0, sizeof(rows) / sizeof(rows[0]) - 1);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
