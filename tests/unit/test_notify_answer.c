/* test_notify_answer: what a gateway makes of an answer, or of none. */
#include <check.h>
#include <string.h>

#include "notify_fixture.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define APNS(reason) "{\"reason\":\"" reason "\"}"
#define FCM(code, status, more)                                                \
	"{\"error\":{\"code\":" code ",\"message\":\"x\",\"status\":\"" status \
	"\",\"details\":[" more "]}}"
#define FCM_ERROR(name)                                                        \
	"{\"@type\":\"type.googleapis.com/google.firebase.fcm.v1.FcmError\","  \
	"\"errorCode\":\"" name "\"}"

static const struct judged {
	enum conf_gateway which;
	long status;
	const char *body;
	enum verdict verdict;
} judged[] = {
	{ CONF_WEBHOOK, 200, "", VERDICT_DELIVERED },
	{ CONF_WEBHOOK, 202, "", VERDICT_DELIVERED },
	{ CONF_WEBHOOK, 204, "", VERDICT_DELIVERED },
	{ CONF_WEBHOOK, 301, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 307, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 400, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 401, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 404, "", VERDICT_REJECTED },
	{ CONF_WEBHOOK, 408, "", VERDICT_RETRY },
	{ CONF_WEBHOOK, 410, "", VERDICT_DEAD },
	{ CONF_WEBHOOK, 429, "", VERDICT_RETRY },
	{ CONF_WEBHOOK, 500, "", VERDICT_RETRY },
	{ CONF_WEBHOOK, 503, "", VERDICT_RETRY },

	{ CONF_APNS, 200, "", VERDICT_DELIVERED },
	{ CONF_APNS, 400, APNS("BadDeviceToken"), VERDICT_DEAD },
	{ CONF_APNS, 400, APNS("DeviceTokenNotForTopic"), VERDICT_DEAD },
	{ CONF_APNS, 400, APNS("TopicDisallowed"), VERDICT_REJECTED },
	{ CONF_APNS, 400, APNS("BadTopic"), VERDICT_REJECTED },
	{ CONF_APNS, 400, APNS("BadPriority"), VERDICT_REJECTED },
	{ CONF_APNS, 400, "", VERDICT_REJECTED },
	{ CONF_APNS, 403, APNS("ExpiredProviderToken"), VERDICT_CREDENTIAL },
	{ CONF_APNS, 403, APNS("InvalidProviderToken"), VERDICT_CREDENTIAL },
	{ CONF_APNS, 403, APNS("MissingProviderToken"), VERDICT_CREDENTIAL },
	{ CONF_APNS, 403, APNS("Forbidden"), VERDICT_REJECTED },
	{ CONF_APNS, 404, APNS("BadPath"), VERDICT_REJECTED },
	{ CONF_APNS, 405, APNS("MethodNotAllowed"), VERDICT_REJECTED },
	{ CONF_APNS, 410, APNS("Unregistered"), VERDICT_DEAD },
	{ CONF_APNS, 410, APNS("ExpiredToken"), VERDICT_DEAD },
	{ CONF_APNS, 413, APNS("PayloadTooLarge"), VERDICT_REJECTED },
	{ CONF_APNS, 429, APNS("TooManyRequests"), VERDICT_RETRY },
	{ CONF_APNS, 429, APNS("TooManyProviderTokenUpdates"), VERDICT_RETRY },
	{ CONF_APNS, 500, APNS("InternalServerError"), VERDICT_RETRY },
	{ CONF_APNS, 503, APNS("ServiceUnavailable"), VERDICT_RETRY },
	{ CONF_APNS, 503, APNS("Shutdown"), VERDICT_RETRY },

	{ CONF_FCM, 200, "{\"name\":\"projects/p/messages/1\"}",
	    VERDICT_DELIVERED },
	{ CONF_FCM, 404, FCM("404", "NOT_FOUND", FCM_ERROR("UNREGISTERED")),
	    VERDICT_DEAD },
	{ CONF_FCM, 403,
	    FCM("403", "PERMISSION_DENIED", FCM_ERROR("SENDER_ID_MISMATCH")),
	    VERDICT_DEAD },
	{ CONF_FCM, 400,
	    FCM("400", "INVALID_ARGUMENT",
		FCM_ERROR("INVALID_ARGUMENT") ","
					      "{\"fieldViolations\":[{"
					      "\"field\":\"message.token\"}]}"),
	    VERDICT_DEAD },
	{ CONF_FCM, 400,
	    FCM("400", "INVALID_ARGUMENT", FCM_ERROR("INVALID_ARGUMENT")),
	    VERDICT_REJECTED },
	/* As others have met it. */
	{ CONF_FCM, 400,
	    "{\"error\":{\"code\":400,\"message\":\"The registration token is "
	    "not a valid FCM registration token\",\"status\":"
	    "\"INVALID_ARGUMENT\",\"details\":[" FCM_ERROR(
		"INVALID_ARGUMENT") "]}}",
	    VERDICT_DEAD },
	{ CONF_FCM, 401,
	    FCM("401", "UNAUTHENTICATED", FCM_ERROR("THIRD_PARTY_AUTH_ERROR")),
	    VERDICT_REJECTED },
	{ CONF_FCM, 401, "", VERDICT_CREDENTIAL },
	{ CONF_FCM, 403, FCM("403", "PERMISSION_DENIED", ""),
	    VERDICT_REJECTED },
	{ CONF_FCM, 404, FCM("404", "NOT_FOUND", ""), VERDICT_REJECTED },
	{ CONF_FCM, 429,
	    FCM("429", "RESOURCE_EXHAUSTED", FCM_ERROR("QUOTA_EXCEEDED")),
	    VERDICT_RETRY },
	{ CONF_FCM, 500, FCM("500", "INTERNAL", FCM_ERROR("INTERNAL")),
	    VERDICT_RETRY },
	{ CONF_FCM, 503, FCM("503", "UNAVAILABLE", FCM_ERROR("UNAVAILABLE")),
	    VERDICT_RETRY },

	{ CONF_WEBPUSH, 200, "", VERDICT_DELIVERED },
	{ CONF_WEBPUSH, 201, "", VERDICT_DELIVERED },
	{ CONF_WEBPUSH, 202, "", VERDICT_DELIVERED },
	{ CONF_WEBPUSH, 302, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 400, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 401, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 403, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 404, "", VERDICT_DEAD },
	{ CONF_WEBPUSH, 410, "", VERDICT_DEAD },
	{ CONF_WEBPUSH, 413, "", VERDICT_REJECTED },
	{ CONF_WEBPUSH, 429, "", VERDICT_RETRY },
	{ CONF_WEBPUSH, 502, "", VERDICT_RETRY },
};

START_TEST(an_answer_is_judged)
{
	const struct judged *j = &judged[_i];
	struct gateway *g = must_open(j->which);
	struct push_answer a = { .status = j->status, .retry_after = -1 };
	int64_t ms = -1;
	enum verdict verdict;

	buf_puts(&a.body, j->body);
	verdict = gateway_judge(g, &a, 1, &ms);
	ck_assert_msg(verdict == j->verdict, "%s %ld %s: %d", gateway_name(g),
	    j->status, j->body, (int)verdict);
	if (verdict == VERDICT_RETRY)
		ck_assert_int_gt(ms, 0);
	push_answer_end(&a);
	gateway_close(g);
}
END_TEST

START_TEST(no_answer_is_judged)
{
	struct gateway *g = must_open((enum conf_gateway)_i);
	struct push_answer a = { .refused = true, .retry_after = -1 };
	int64_t ms = -1;

	/* What a stranger wrote is of no use; a setting may be mended. */
	ck_assert_int_eq(gateway_judge(g, &a, 1, &ms),
	    _i == CONF_WEBPUSH ? VERDICT_DEAD : VERDICT_REJECTED);
	a = (struct push_answer){ .goaway = true, .retry_after = -1 };
	ck_assert_int_eq(gateway_judge(g, &a, 1, &ms), VERDICT_RETRY);
	ck_assert_int_eq(ms, 0);
	ck_assert_int_eq(gateway_judge(g, &a, 2, &ms), VERDICT_RETRY);
	ck_assert_int_ge(ms, 80);
	ck_assert_int_le(ms, 120);
	a = (struct push_answer){ .retry_after = -1 };
	ck_assert_int_eq(gateway_judge(g, &a, 1, &ms), VERDICT_RETRY);
	ck_assert_int_ge(ms, 40);
	ck_assert_int_le(ms, 60);
	gateway_close(g);
}
END_TEST

static const struct {
	long status, retry_after;
	unsigned attempts;
	int64_t least, most; /* ms */
} pauses[] = {
	{ 0, -1, 1, 40, 60 },
	{ 0, -1, 2, 80, 120 },
	{ 0, -1, 3, 160, 240 },
	{ 0, -1, 8, 5120, 7680 },
	{ 0, -1, 16, 720000, 1080000 },
	{ 429, -1, 1, 400, 600 },
	{ 429, -1, 2, 800, 1200 },
	{ 429, -1, 7, 25600, 38400 },
	{ 408, -1, 1, 400, 600 },
	{ 500, -1, 1, 800, 1200 },
	{ 503, -1, 7, 51200, 76800 },
	/* 15 minutes is the longest, and a fifth of it more */
	{ 503, -1, 4000000000u, 720000, 1080000 },
	/* as told, and not earlier */
	{ 429, 0, 5, 0, 250 },
	{ 429, 7, 1, 7000, 7250 },
	{ 503, 30, 8, 30000, 30250 },
	{ 503, 900, 1, 900000, 900250 },
	{ 503, 3600, 1, 3600000, 3600250 },
	{ 429, 86400, 1, 86400000, 86400250 },
	{ 503, 9000000000000000000, 1, 86400000, 86400250 },
};

START_TEST(a_pause_is_as_told_or_longer_each_time)
{
	struct gateway *g = must_open(CONF_WEBHOOK);
	struct push_answer a = { .status = pauses[_i].status,
		.retry_after = pauses[_i].retry_after };
	int64_t ms, first = -1;
	bool differ = false;
	int i;

	for (i = 0; i < 200; i++) {
		ck_assert_int_eq(gateway_judge(g, &a, pauses[_i].attempts, &ms),
		    VERDICT_RETRY);
		ck_assert_int_ge(ms, pauses[_i].least);
		ck_assert_int_le(ms, pauses[_i].most);
		differ |= first != -1 && first != ms;
		first = ms;
	}
	ck_assert(differ);
	gateway_close(g);
}
END_TEST

/* How long it all takes, as credrelay-notify(8) tells it. */
static const struct {
	long status;
	unsigned tries;
	int64_t least_s, most_s;
} spans[] = {
	{ 0, 16, 22 * 60, 33 * 60 },
	{ 429, 8, 50, 77 },
	{ 503, 8, 101, 153 },
};

START_TEST(all_tries_take_so_long)
{
	struct gateway *g = must_open(CONF_WEBHOOK);
	struct push_answer a = { .status = spans[_i].status,
		.retry_after = -1 };
	int64_t ms, sum = 0;
	unsigned i;

	for (i = 1; i < spans[_i].tries; i++) {
		ck_assert_int_eq(gateway_judge(g, &a, i, &ms), VERDICT_RETRY);
		sum += ms;
	}
	ck_assert_int_ge(sum, 1000 * spans[_i].least_s);
	ck_assert_int_le(sum, 1000 * spans[_i].most_s);
	gateway_close(g);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_answer");
	TCase *tc = tcase_create("notify_answer");

	tcase_add_loop_test(tc, an_answer_is_judged, 0, LEN(judged));
	tcase_add_loop_test(
	    tc, no_answer_is_judged, CONF_WEBHOOK, CONF_WEBPUSH + 1);
	tcase_add_loop_test(
	    tc, a_pause_is_as_told_or_longer_each_time, 0, LEN(pauses));
	tcase_add_loop_test(tc, all_tries_take_so_long, 0, LEN(spans));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (fixture_run(suite()));
}
