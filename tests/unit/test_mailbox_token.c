/* test_mailbox_token: which tokens are kept, and whom a change wakes. */
#include <stdio.h>

#include "mailbox_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { WEBHOOK = 1, APNS = 2, FCM = 4, WEBPUSH = 8, ALL = 15 };

static void
set_gateways(unsigned on)
{
	static char topics[] = "a", hosts[] = "";

	conf.apns.topics = topics;
	conf.webpush.hosts = hosts;
	conf.webhook.on = (on & WEBHOOK) != 0;
	conf.apns.on = (on & APNS) != 0;
	conf.fcm.on = (on & FCM) != 0;
	conf.webpush.on = (on & WEBPUSH) != 0;
}

/* Subscriptions at https://push.example/ and http://push.example/. */
#define SUBSCRIBED                                                             \
	"eyJlbmRwb2ludCI6Imh0dHBzOi8vcHVzaC5leGFtcGxlLyIsInAyNTZkaCI6IkJD"     \
	"VnhzcjdOX2VOZ1ZScXZIdEQwelRac0VjNi1WVi1KdkxleGhxVXpPUmN4YU96aTYt"     \
	"QVlXWHZUQkhtNGJqeVBqczdWZDhwWkdINlNScGtOdG9JQWl3NCIsImF1dGgiOiJC"     \
	"VEJaTXFISDZyNFR0czdKX2FTSWdnIn0"
#define IN_THE_CLEAR                                                           \
	"eyJlbmRwb2ludCI6Imh0dHA6Ly9wdXNoLmV4YW1wbGUvIiwicDI1NmRoIjoiQkNW"     \
	"eHNyN05fZU5nVlJxdkh0RDB6VFpzRWM2LVZWLUp2TGV4aHFVek9SY3hhT3ppNi1B"     \
	"WVdYdlRCSG00Ymp5UGpzN1ZkOHBaR0g2U1Jwa050b0lBaXc0IiwiYXV0aCI6IkJU"     \
	"QlpNcUhINnI0VHRzN0pfYVNJZ2cifQ"

enum { TOKEN_LEN = 400 };

/* The webhook has the types "s" and "t", APNs the topic "a". */
static const struct type {
	const char *type;
	unsigned on;
	bool served;
	const char *data;  /* "t" */
	const char *topic; /* "a" */
} types[] = {
	{ "t", WEBHOOK, true, NULL, NULL },
	{ "s", ALL, true, NULL, NULL },
	{ "t", ALL & ~WEBHOOK, false, NULL, NULL },
	{ "t", 0, false, NULL, NULL },
	{ "st", ALL, false, NULL, NULL },
	{ "s t", ALL, false, NULL, NULL },
	{ " ", ALL, false, NULL, NULL },
	{ "T", ALL, false, NULL, NULL },
	{ "\\u0074", WEBHOOK, true, NULL, NULL },
	{ "webhook", ALL, false, NULL, NULL },
	{ "com.apple.apns", APNS, true, "00ff", NULL },
	{ "com.apple.apns", ALL & ~APNS, false, "00ff", NULL },
	{ "com.google.fcm", FCM, true, NULL, NULL },
	{ "com.google.fcm", ALL & ~FCM, false, NULL, NULL },
	{ "webpush", WEBPUSH, true, SUBSCRIBED, NULL },
	{ "webpush", ALL & ~WEBPUSH, false, SUBSCRIBED, NULL },
	{ "com.apple.apns.", ALL, false, "00ff", NULL },
	{ "com.apple.apn", ALL, false, "00ff", NULL },
	/* A gateway that is on, but cannot serve this one. */
	{ "com.apple.apns", ALL, false, "00fx", NULL },
	{ "com.apple.apns", ALL, false, "00ff", "b" },
	{ "webpush", ALL, false, NULL, NULL },
	{ "webpush", ALL, false, IN_THE_CLEAR, NULL },
};

static void
put_token(char out[TOKEN_LEN], const struct type *t)
{
	(void)snprintf(out, TOKEN_LEN,
	    "{\"tokenData\":\"%s\", \"type\":\"%s\",\"tokenTopic\":\"%s\"}",
	    t->data == NULL ? "t" : t->data, t->type,
	    t->topic == NULL ? "a" : t->topic);
}

/* Where a call has the token, and whether it changes (-1: it does not say). */
static const struct {
	operation_call *make;
	const char *before; /* the token, in the body */
	int token, change;
} calls[] = {
	{ mailbox_create_call,
	    "{\"payload\":" PAYLOAD ",\"notificationToken\":", 10, -1 },
	{ mailbox_read_call, "{\"notificationToken\":", 3, 2 },
	{ mailbox_update_call,
	    "{\"payload\":" PAYLOAD ",\"notificationToken\":", 6, 5 },
};

static void
check_token(int i, const char *expected)
{
	struct buf clear = { 0 };
	struct uuid owner;

	ck_assert_int_ne(call.lengths[i], -1);
	seal_claim(&exchange.seal, &request.claim, &owner);
	ck_assert(seal_open(&exchange.seal, SEAL_TOKEN, &owner,
		      call.bytes.data + call.offsets[i],
		      (size_t)call.lengths[i], &clear) == STATUS_OK);
	ck_assert_str_eq(clear.data, expected);
	buf_free(&clear);
}

/*
 * A token that no gateway serves is not kept; it replaces the former one all
 * the same.
 */
START_TEST(kept_if_served)
{
	char token[TOKEN_LEN], body[2 * TOKEN_LEN];
	size_t i;

	set_gateways(types[_i].on);
	put_token(token, &types[_i]);
	for (i = 0; i < LEN(calls); i++) {
		(void)snprintf(
		    body, sizeof(body), "%s%s}", calls[i].before, token);
		set_body(body);
		make_call(calls[i].make);
		if (types[_i].served)
			check_token(calls[i].token, token);
		else
			ck_assert_int_eq(call.lengths[calls[i].token], -1);
		if (calls[i].change == -1)
			continue;
		ck_assert_int_eq(call.lengths[calls[i].change], 1);
		ck_assert_int_eq(
		    call.bytes.data[call.offsets[calls[i].change]], 1);
	}
}
END_TEST

/* Absent, it stays; null, it goes. */
START_TEST(kept_or_cleared)
{
	set_gateways(ALL);
	set_body(_i == 0 ? "{}" : "{\"notificationToken\":null}");
	make_call(mailbox_read_call);
	ck_assert_int_eq(call.bytes.data[call.offsets[2]], _i);
	ck_assert_int_eq(call.lengths[3], -1);
}
END_TEST

/* The wrap opens the other side's token, with the server key alone. */
START_TEST(wrap_opens_the_others)
{
	struct buf sealed = { 0 }, clear = { 0 };
	struct uuid other = { { 9 } }, hash;
	int at = _i == 0 ? 7 : 3;

	set_gateways(FCM);
	conf.notify_on_delete = true;
	set_body("{\"payload\":" PAYLOAD "}");
	make_call(_i == 0 ? mailbox_update_call : mailbox_delete_call);
	seal_claim(&exchange.seal, &other, &hash);
	seal_shut(
	    &exchange.seal, SEAL_TOKEN, &hash, TOKEN, strlen(TOKEN), &sealed);
	ck_assert(
	    seal_open_outbox(&key, &call.key, &hash,
		call.bytes.data + call.offsets[at], (size_t)call.lengths[at],
		sealed.data, sealed.len, &clear) == STATUS_OK);
	ck_assert_str_eq(clear.data, TOKEN);
	buf_free(&sealed);
	buf_free(&clear);
}
END_TEST

/* The caller's own token, as the row has it, sealed to this claim. */
static void
answer_with_token(
    enum db_statement statement, const char *token, unsigned char claim)
{
	struct column columns[4] = { { "ok", 2 }, WHEN, NULL_COLUMN,
		TRUE_COLUMN };
	struct uuid owner = { { claim } }, hash;
	struct buf sealed = { 0 };

	seal_claim(&exchange.seal, &owner, &hash);
	if (token != NULL) {
		seal_shut(&exchange.seal, SEAL_TOKEN, &hash, token,
		    strlen(token), &sealed);
		columns[2] = (struct column){ sealed.data, sealed.len };
	}
	put_row(statement, columns, statement == DB_CREATE ? 3 : 4);
	response_end(&response);
	response = (struct response){ 0 };
	if (statement == DB_CREATE)
		mailbox_create_answer(
		    &relay, &request, &exchange, &call, &response);
	else
		mailbox_update_answer(
		    &relay, &request, &exchange, &call, &response);
	ck_assert_uint_eq(response.status, 200);
	buf_free(&sealed);
}

static void
check_supported(bool expected)
{
	ck_assert_ptr_nonnull(strstr(response.body.data,
	    expected ? "\"isPushNotificationSupported\":true" :
		       "\"isPushNotificationSupported\":false"));
}

static const enum db_statement answers[] = { DB_CREATE, DB_UPDATE };

/* It is what the row has and what is switched on now that counts. */
START_TEST(supported_if_served)
{
	char token[TOKEN_LEN];
	size_t i;

	put_token(token, &types[_i]);
	set_gateways(types[_i].on);
	for (i = 0; i < LEN(answers); i++) {
		answer_with_token(answers[i], token, 1);
		check_supported(types[_i].served);
	}
	set_gateways(0);
	for (i = 0; i < LEN(answers); i++) {
		answer_with_token(answers[i], token, 1);
		check_supported(false);
	}
}
END_TEST

/* No token, another's, and what is none. */
START_TEST(not_supported)
{
	static const struct {
		const char *token;
		unsigned char claim;
		bool served;
	} rows[] = {
		{ TOKEN, 1, true },
		{ NULL, 1, false },
		{ TOKEN, 2, false },
		{ "", 1, false },
		{ "{}", 1, false },
		{ "{\"type\":null}", 1, false },
		{ "{\"type\":[\"t\"]}", 1, false },
		{ "\"t\"", 1, false },
		{ "{\"x\":{\"type\":\"t\"}}", 1, false },
		{ TOKEN "x", 1, false },
	};
	size_t i, n;

	set_gateways(ALL);
	for (i = 0; i < LEN(answers); i++) {
		for (n = 0; n < LEN(rows); n++) {
			answer_with_token(
			    answers[i], rows[n].token, rows[n].claim);
			check_supported(rows[n].served);
		}
	}
}
END_TEST

/* Who is to be woken after the commit: whom it changes something for. */
static const struct {
	operation_answer *make;
	enum db_statement statement;
	const char *outcome;
	bool uncertain;
	int pushed; /* the column; -1: null */
	bool changed, wakes;
} news[] = {
	{ mailbox_update_answer, DB_UPDATE, "ok", false, 1, true, true },
	{ mailbox_update_answer, DB_UPDATE, "ok", false, 0, true, false },
	{ mailbox_update_answer, DB_UPDATE, "ok", false, -1, true, false },
	/* The first try may have died before it rang. */
	{ mailbox_update_answer, DB_UPDATE, "repeated", false, 1, true, true },
	{ mailbox_update_answer, DB_UPDATE, "repeated", false, 0, true, false },
	{ mailbox_update_answer, DB_UPDATE, "stale", false, 1, false, false },
	{ mailbox_update_answer, DB_UPDATE, "not_found", false, 1, false,
	    false },
	{ mailbox_update_answer, DB_UPDATE, "forbidden", true, 1, false,
	    false },
	{ mailbox_update_answer, DB_UPDATE, "nonsense", false, 1, false,
	    false },
	{ mailbox_delete_answer, DB_DELETE, "ok", false, 1, true, true },
	{ mailbox_delete_answer, DB_DELETE, "ok", false, 0, true, false },
	{ mailbox_delete_answer, DB_DELETE, "ok", false, -1, true, false },
	{ mailbox_delete_answer, DB_DELETE, "ended", true, 0, true, false },
	{ mailbox_delete_answer, DB_DELETE, "ended", false, 0, false, false },
	{ mailbox_delete_answer, DB_DELETE, "unbound", true, 1, false, false },
	{ mailbox_relinquish_answer, DB_RELINQUISH, "ok", false, 1, false,
	    false },
	{ mailbox_create_answer, DB_CREATE, "ok", false, 1, false, false },
};

START_TEST(who_is_woken)
{
	struct column outcome = { news[_i].outcome, strlen(news[_i].outcome) };
	struct column pushed = TRUE_COLUMN, none = NULL_COLUMN;
	struct column columns[4] = { outcome, WHEN, NULL_COLUMN };

	if (news[_i].pushed != 1)
		pushed =
		    news[_i].pushed == -1 ? none : (struct column)FALSE_COLUMN;
	columns[news[_i].statement == DB_DELETE ? 1 : 3] = pushed;
	put_row(news[_i].statement, columns, 4);
	call.uncertain = news[_i].uncertain;
	news[_i].make(&relay, &request, &exchange, &call, &response);
	ck_assert(exchange.changed == news[_i].changed);
	ck_assert(exchange.pushed == news[_i].wakes);
	ck_assert(!exchange.unchanged);
	ck_assert_uint_ne(response.status, 0);
	ck_assert((response.status < 300) ==
	    (news[_i].changed || news[_i].statement == DB_CREATE ||
		news[_i].statement == DB_RELINQUISH));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mailbox_token");
	TCase *tc = tcase_create("mailbox_token");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, kept_if_served, 0, LEN(types));
	tcase_add_loop_test(tc, kept_or_cleared, 0, 2);
	tcase_add_loop_test(tc, wrap_opens_the_others, 0, 2);
	tcase_add_loop_test(tc, supported_if_served, 0, LEN(types));
	tcase_add_test(tc, not_supported);
	tcase_add_loop_test(tc, who_is_woken, 0, LEN(news));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
