/* test_notify_credential: the credential that all notifiers share. */
#include <check.h>
#include <string.h>

#include "notify/credential.h"
#include "notify_fixture.h"
#include "row_fixture.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { MINUTE_MS = 60 * 1000 };

static const struct seal_key key = { { 1, 2, 3 } };
static struct db_call call;
static struct credential c;
static struct gateway *gateway;
static int64_t now_ms;

static void
begin(enum conf_gateway which)
{
	gateway = must_open(which);
	credential_start(&c, gateway, &key);
	now_ms = 1000;
}

static void
end(void)
{
	credential_end(&c);
	gateway_close(gateway);
}

/* For so long is valid what the database has: 4,096 s. */
static const char *valid = "\0\0\20\0";

/* The database is asked, and this is what comes; `text` was kept there. */
static void
look(const char *text, const char *renew)
{
	struct column columns[3] = { { NULL, 0 },
		{ renew, renew == NULL ? 0 : 1 }, { NULL, 0 } };
	struct buf kept = { 0 };

	ck_assert(credential_call(&c, true, now_ms, &call));
	ck_assert_int_eq(c.state, CREDENTIAL_LOOKING);
	ck_assert(!credential_call(&c, true, now_ms, &call));
	if (text != NULL) {
		seal_secret_shut(&key, gateway_credential(gateway), text,
		    strlen(text), &kept);
		columns[0] = (struct column){ kept.data, kept.len };
		columns[2] = (struct column){ valid, 4 };
	}
	row_came(&call, columns, 3);
	credential_called(&c, &call, now_ms, NOW);
	db_call_end(&call);
	buf_free(&kept);
}

/* The database is asked or told, and does not do it. */
static void
call_fails(enum status status)
{
	ck_assert(credential_call(&c, true, now_ms, &call));
	call.status = status;
	credential_called(&c, &call, now_ms, NOW);
	db_call_end(&call);
}

static void
keep(void)
{
	call_fails(STATUS_OUTAGE);
	ck_assert_int_eq(c.state, CREDENTIAL_TO_KEEP);
	ck_assert(credential_call(&c, false, now_ms, &call));
	ck_assert_int_eq(c.state, CREDENTIAL_KEEPING);
	call.status = STATUS_OK;
	credential_called(&c, &call, now_ms, NOW);
	db_call_end(&call);
	ck_assert_int_eq(c.state, CREDENTIAL_IDLE);
}

START_TEST(none_is_needed)
{
	struct push push;

	begin(CONF_WEBHOOK);
	ck_assert_str_eq(credential_text(&c, now_ms), "");
	ck_assert(!credential_is_useless(&c, now_ms));
	ck_assert(!credential_call(&c, true, now_ms, &call));
	ck_assert(!credential_ask(&c, &push));
	credential_refused(&c, 0);
	ck_assert_str_eq(credential_text(&c, now_ms), "");
	end();
}
END_TEST

/* Made because the database says so; told until it is kept. */
START_TEST(made_and_kept)
{
	begin(CONF_APNS);
	ck_assert_ptr_null(credential_text(&c, now_ms));
	ck_assert(!credential_is_useless(&c, now_ms));
	ck_assert(!credential_call(&c, false, now_ms, &call));
	call_fails(STATUS_OUTAGE);
	ck_assert_int_eq(c.state, CREDENTIAL_IDLE);
	call_fails(STATUS_BUG);
	ck_assert(!credential_call(&c, true, now_ms, &call));
	now_ms += MINUTE_MS;
	look(NULL, NULL); /* it is another's turn */
	ck_assert_ptr_null(credential_text(&c, now_ms));
	now_ms += MINUTE_MS;
	look(NULL, "\0");
	ck_assert(!credential_is_useless(&c, now_ms));
	now_ms += MINUTE_MS;
	look(NULL, "\1");
	ck_assert_ptr_nonnull(credential_text(&c, now_ms));
	keep();
	ck_assert(!credential_call(&c, true, now_ms, &call));
	end();
}
END_TEST

/* One that another notifier has made. */
START_TEST(taken_from_another)
{
	unsigned serial;

	begin(CONF_APNS);
	look("one", "\0");
	ck_assert_str_eq(credential_text(&c, now_ms), "one");
	serial = c.serial;
	now_ms += MINUTE_MS;
	look("one", "\0");
	ck_assert_uint_eq(c.serial, serial);
	now_ms += MINUTE_MS;
	look("two", "\0");
	ck_assert_str_eq(credential_text(&c, now_ms), "two");
	credential_refused(&c, serial); /* not this one */
	ck_assert_str_eq(credential_text(&c, now_ms), "two");
	now_ms += MINUTE_MS;
	look("", "\0");
	ck_assert_ptr_null(credential_text(&c, now_ms));
	end();
}
END_TEST

/* After an hour in which nobody was pushed it is of no use any more. */
START_TEST(none_after_its_end)
{
	begin(CONF_APNS);
	look(NULL, "\1");
	keep();
	now_ms += 58 * MINUTE_MS - 1;
	ck_assert_ptr_nonnull(credential_text(&c, now_ms));
	now_ms++;
	ck_assert_ptr_null(credential_text(&c, now_ms));
	ck_assert(!credential_is_useless(&c, now_ms));
	look("one", "\0");
	ck_assert_str_eq(credential_text(&c, now_ms), "one");
	now_ms += 4095 * 1000;
	ck_assert_str_eq(credential_text(&c, now_ms), "one");
	now_ms += 1000;
	ck_assert_ptr_null(credential_text(&c, now_ms));
	/* Looked for at once, and not every 30 s, when one comes to its end. */
	valid = "\0\0\0\1";
	look("two", "\0");
	ck_assert(!credential_call(&c, true, now_ms + 999, &call));
	now_ms += 1500;
	ck_assert_ptr_null(credential_text(&c, now_ms));
	look("three", "\0");
	valid = "\0\0\20\0";
	end();
}
END_TEST

/* The gateway does not take it: another is made, but not again and again. */
START_TEST(refused_by_the_gateway)
{
	begin(CONF_APNS);
	look("one", "\0");
	credential_refused(&c, c.serial);
	ck_assert_ptr_null(credential_text(&c, now_ms));
	look("one", "\0");
	ck_assert_ptr_nonnull(credential_text(&c, now_ms));
	ck_assert_str_ne(credential_text(&c, now_ms), "one");
	keep();
	credential_refused(&c, c.serial);
	look("other", "\0");
	ck_assert_str_eq(credential_text(&c, now_ms), "other");
	credential_refused(&c, c.serial);
	look("other", "\0");
	ck_assert(credential_is_useless(&c, now_ms));
	ck_assert(!credential_call(&c, true, now_ms, &call));
	ck_assert(!credential_is_useless(&c, now_ms + MINUTE_MS));
	now_ms += 2 * MINUTE_MS;
	look("other", "\1");
	ck_assert_str_ne(credential_text(&c, now_ms), "other");
	end();
}
END_TEST

/* While none is given the pauses become longer, up to a minute. */
START_TEST(asked_for_in_vain)
{
	static const int64_t pauses_ms[] = { 5000, 10000, 20000, 40000, 60000,
		60000 };
	struct push_answer answer = { 0 };
	struct push push = { 0 };
	size_t i;

	begin(CONF_FCM);
	for (i = 0; i <= LEN(pauses_ms); i++) {
		look(NULL, "\1");
		ck_assert(credential_ask(&c, &push));
		push_end(&push);
		if (i == LEN(pauses_ms))
			break;
		credential_asked(&c, &answer, now_ms);
		now_ms += pauses_ms[i] - 1;
		ck_assert(credential_is_useless(&c, now_ms));
		ck_assert(!credential_call(&c, true, now_ms, &call));
		now_ms++;
		ck_assert(!credential_is_useless(&c, now_ms));
	}
	/* One that is given is the end of that. */
	answer.status = 200;
	buf_puts(&answer.body, "{\"access_token\":\"x\",\"expires_in\":3600}");
	credential_asked(&c, &answer, now_ms);
	keep();
	credential_refused(&c, c.serial);
	look(NULL, "\1");
	ck_assert(credential_ask(&c, &push));
	push_end(&push);
	push_answer_end(&answer);
	credential_asked(&c, &answer, now_ms);
	ck_assert(!credential_is_useless(&c, now_ms + pauses_ms[0]));
	end();
}
END_TEST

/* One that is asked for at the gateway. */
START_TEST(asked_for)
{
	static const struct {
		long status;
		const char *body;
		bool good;
	} answers[] = {
		{ 0, "", false },
		{ 500, "", false },
		{ 200, "{}", false },
		{ 200,
		    "{\"access_token\":\"x\",\"expires_in\":3600,"
		    "\"token_type\":\"Bearer\"}",
		    true },
	};
	struct push_answer answer = { 0 };
	struct push push = { 0 };
	size_t i;

	begin(CONF_FCM);
	for (i = 0; i < LEN(answers); i++) {
		ck_assert(!credential_ask(&c, &push));
		look(NULL, "\1");
		ck_assert_int_eq(c.state, CREDENTIAL_TO_ASK);
		ck_assert(credential_ask(&c, &push));
		push_end(&push);
		answer.status = answers[i].status;
		buf_clear(&answer.body);
		buf_puts(&answer.body, answers[i].body);
		credential_asked(&c, &answer, now_ms);
		ck_assert_int_eq(
		    credential_text(&c, now_ms) != NULL, answers[i].good);
		ck_assert_int_eq(
		    credential_is_useless(&c, now_ms), !answers[i].good);
		now_ms += MINUTE_MS;
	}
	keep();
	push_answer_end(&answer);
	end();
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_credential");
	TCase *tc = tcase_create("notify_credential");

	tcase_add_test(tc, none_is_needed);
	tcase_add_test(tc, made_and_kept);
	tcase_add_test(tc, taken_from_another);
	tcase_add_test(tc, none_after_its_end);
	tcase_add_test(tc, refused_by_the_gateway);
	tcase_add_test(tc, asked_for);
	tcase_add_test(tc, asked_for_in_vain);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (fixture_run(suite()));
}
