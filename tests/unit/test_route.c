/* test_route: which operation it is, and which check answers first. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "health.h"
#include "mailbox.h"
#include "route.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define ID "01234567-89ab-4def-8123-456789abcdef"
#define BOX "/v1/m/" ID
#define GOOD "{\"payload\":{\"type\":\"t\",\"data\":\"d\"}}"
#define UUID "aaaaaaaa-bbbb-4ccc-9ddd-eeeeeeeeeeee"

enum { MAX_BODY = 100 };

/* What is wrong with a request; several may be at once. */
enum {
	FINE = 0,
	NO_CLAIM = 1,
	BAD_CLAIM = 2,
	NO_ID = 4,
	BAD_ID = 8,
	BAD_TYPE = 16,
	ENCODED = 32,
	TOO_LARGE = 64,
	OTHER_LENGTH = 128,
	BAD_BODY = 256,
	NO_BODY = 512
};

static struct conf conf;
static struct seal_key key;
static struct relay relay;

static void
setup(void)
{
	static char base_url[] = "https://relay.example.com";

	conf.base_url = base_url;
	conf.max_body = MAX_BODY;
	conf.default_ttl = 86400;
	conf.max_ttl = 7 * 86400;
	relay.conf = &conf;
	relay.key = &key;
}

/* One request on its way, up to its call or its refusal. */
struct way {
	struct request request;
	struct exchange exchange;
	struct db_call call;
	struct response response;
	const struct operation *operation;
	struct buf texts[8];
	struct buf body;
};

static void
go(struct way *w, const char *method, const char *uri, int faults)
{
	char *params[9] = { NULL };
	size_t i, n = 0;

	*w = (struct way){ 0 };
	buf_printf(&w->texts[n++], "REQUEST_METHOD=%s", method);
	buf_printf(&w->texts[n++], "REQUEST_URI=%s", uri);
	if ((faults & NO_CLAIM) == 0)
		buf_printf(&w->texts[n++], "HTTP_MAILBOX_DEVICE_CLAIM=%s",
		    (faults & BAD_CLAIM) != 0 ? "x" : UUID);
	if ((faults & NO_ID) == 0)
		buf_printf(&w->texts[n++], "HTTP_MAILBOX_REQUEST_ID=%s",
		    (faults & BAD_ID) != 0 ? "x" : UUID);
	buf_printf(&w->texts[n++], "CONTENT_TYPE=%s",
	    (faults & BAD_TYPE) != 0 ? "text/plain" : "application/json");
	if ((faults & ENCODED) != 0)
		buf_puts(&w->texts[n++], "HTTP_CONTENT_ENCODING=gzip");
	if ((faults & OTHER_LENGTH) != 0)
		buf_puts(&w->texts[n++], "CONTENT_LENGTH=7");
	for (i = 0; i < n; i++)
		params[i] = w->texts[i].data;
	if ((faults & NO_BODY) == 0)
		buf_puts(&w->body, (faults & BAD_BODY) != 0 ? "{" : GOOD);
	while ((faults & TOO_LARGE) != 0 && w->body.len < MAX_BODY + 1)
		buf_puts(&w->body, " ");
	request_read(&w->request, params, &w->body, MAX_BODY);
	w->operation = route_start(
	    &relay, &w->request, &w->exchange, &w->call, &w->response);
}

static void
finish(struct way *w)
{
	size_t i;

	seal_end(&w->exchange.seal);
	db_call_end(&w->call);
	response_end(&w->response);
	buf_free(&w->body);
	for (i = 0; i < LEN(w->texts); i++)
		buf_free(&w->texts[i]);
}

static const struct {
	const char *method, *uri;
	int faults; /* that do not matter here */
	operation_answer *answer;
	enum db_statement statement;
} operations[] = {
	{ "POST", "/v1/m", FINE, mailbox_create_answer, DB_CREATE },
	{ "POST", "/v1/m?v=c", FINE, mailbox_create_answer, DB_CREATE },
	{ "GET", BOX, FINE, mailbox_preview_answer, DB_PREVIEW },
	{ "GET", BOX "?v=c", FINE, mailbox_preview_answer, DB_PREVIEW },
	{ "GET", BOX, NO_CLAIM | NO_ID | NO_BODY, mailbox_preview_answer,
	    DB_PREVIEW },
	{ "GET", BOX, BAD_CLAIM | BAD_TYPE | BAD_BODY, mailbox_preview_answer,
	    DB_PREVIEW },
	{ "HEAD", BOX, BAD_CLAIM | NO_ID | NO_BODY, mailbox_preview_answer,
	    DB_PREVIEW },
	{ "POST", BOX, FINE, mailbox_read_answer, DB_READ },
	{ "POST", "/v1/m/01234567-89AB-4DEF-8123-456789ABCDEF", FINE,
	    mailbox_read_answer, DB_READ },
	{ "POST", "/v1/m/00000000-0000-0000-0000-000000000000", FINE,
	    mailbox_read_answer, DB_READ },
	{ "POST", "https://relay.example.com" BOX, FINE, mailbox_read_answer,
	    DB_READ },
	{ "POST", BOX, NO_ID | NO_BODY | BAD_TYPE | ENCODED,
	    mailbox_read_answer, DB_READ },
	{ "PUT", BOX, FINE, mailbox_update_answer, DB_UPDATE },
	{ "PATCH", BOX, FINE, mailbox_relinquish_answer, DB_RELINQUISH },
	{ "PATCH", BOX, NO_BODY | BAD_TYPE | ENCODED, mailbox_relinquish_answer,
	    DB_RELINQUISH },
	{ "PATCH", BOX, BAD_BODY | BAD_TYPE | ENCODED,
	    mailbox_relinquish_answer, DB_RELINQUISH },
	{ "DELETE", BOX, FINE, mailbox_delete_answer, DB_DELETE },
	{ "DELETE", BOX, NO_ID | BAD_BODY | BAD_TYPE | ENCODED,
	    mailbox_delete_answer, DB_DELETE },
	{ "GET", "/readyz", NO_CLAIM | BAD_ID, health_ready_answer, DB_READY },
	{ "HEAD", "/readyz?x", FINE, health_ready_answer, DB_READY },
};

START_TEST(operation)
{
	struct way w;

	go(&w, operations[_i].method, operations[_i].uri,
	    operations[_i].faults);
	ck_assert_msg(w.operation != NULL, "%s %s: %u %s",
	    operations[_i].method, operations[_i].uri, w.response.status,
	    w.response.body.data);
	ck_assert(w.operation->answer == operations[_i].answer);
	ck_assert_int_eq(w.call.statement, operations[_i].statement);
	ck_assert_uint_eq(w.response.status, 0);
	/* Only the question whether it can serve does not wait. */
	ck_assert(w.operation->waits == (w.call.statement != DB_READY));
	finish(&w);
}
END_TEST

#define NOT_FOUND 404, "not_found"
#define CLAIM_INVALID 401, "claim_invalid"
#define MEDIA_TYPE 415, "media_type"
#define LARGE 413, "too_large"
#define ID_INVALID 400, "request_id_invalid"
#define LENGTH 400, "body_length"
#define BODY 400, "body_invalid"
#define EVERYTHING                                                             \
	(NO_CLAIM | BAD_TYPE | ENCODED | TOO_LARGE | BAD_ID | BAD_BODY)

static const struct {
	const char *method, *uri;
	int faults;
	int status;
	const char *code;
} refusals[] = {
	/* another path */
	{ "POST", "/", FINE, NOT_FOUND },
	{ "POST", "", FINE, NOT_FOUND },
	{ "POST", "*", FINE, NOT_FOUND },
	{ "GET", "/v1", FINE, NOT_FOUND },
	{ "POST", "/v1/m/", FINE, NOT_FOUND },
	{ "POST", "//v1/m", FINE, NOT_FOUND },
	{ "POST", "/v1//m", FINE, NOT_FOUND },
	{ "POST", "/V1/m", FINE, NOT_FOUND },
	{ "POST", "/v1/M", FINE, NOT_FOUND },
	{ "POST", "/v1/mm", FINE, NOT_FOUND },
	{ "POST", "/v2/m", FINE, NOT_FOUND },
	{ "POST", "/v1/m;a", FINE, NOT_FOUND },
	{ "POST", "/v1/%6d", FINE, NOT_FOUND },
	{ "POST", "/v1/m%3Fa", FINE, NOT_FOUND },
	{ "POST", "/x/../v1/m", FINE, NOT_FOUND },
	{ "POST", "/v1/m#secret", FINE, NOT_FOUND },
	{ "POST", BOX "/", FINE, NOT_FOUND },
	{ "POST", BOX "0", FINE, NOT_FOUND },
	{ "POST", BOX ";a", FINE, NOT_FOUND },
	{ "POST", BOX "%23secret", FINE, NOT_FOUND },
	{ "POST", "/v1/m//" ID, FINE, NOT_FOUND },
	{ "POST", "/v1/m/x", FINE, NOT_FOUND },
	{ "POST", "/v1/m/0123456789ab4def8123456789abcdef", FINE, NOT_FOUND },
	{ "OPTIONS", "/", FINE, NOT_FOUND },
	{ "OPTIONS", "/v1/m/x", FINE, NOT_FOUND },
	{ "TRACE", "/nowhere", FINE, NOT_FOUND },
	{ "GET", "/healthz/", FINE, NOT_FOUND },
	{ "GET", "/readyz/x", FINE, NOT_FOUND },
	{ "POST", "/v1/m/x", EVERYTHING, NOT_FOUND },
	/* then the method is tried: see below; then the claim */
	{ "POST", "/v1/m", NO_CLAIM, CLAIM_INVALID },
	{ "POST", "/v1/m", BAD_CLAIM, CLAIM_INVALID },
	{ "POST", "/v1/m", EVERYTHING, CLAIM_INVALID },
	{ "POST", BOX, NO_CLAIM, CLAIM_INVALID },
	{ "POST", BOX, EVERYTHING, CLAIM_INVALID },
	{ "PUT", BOX, NO_CLAIM, CLAIM_INVALID },
	{ "PUT", BOX, BAD_CLAIM, CLAIM_INVALID },
	{ "PATCH", BOX, NO_CLAIM, CLAIM_INVALID },
	{ "PATCH", BOX, BAD_CLAIM, CLAIM_INVALID },
	{ "DELETE", BOX, NO_CLAIM, CLAIM_INVALID },
	{ "DELETE", BOX, BAD_CLAIM | BAD_ID, CLAIM_INVALID },
	/* the media type */
	{ "POST", "/v1/m", BAD_TYPE, MEDIA_TYPE },
	{ "POST", "/v1/m", ENCODED, MEDIA_TYPE },
	{ "POST", "/v1/m", EVERYTHING & ~NO_CLAIM, MEDIA_TYPE },
	{ "POST", BOX, BAD_TYPE, MEDIA_TYPE },
	{ "POST", BOX, ENCODED | TOO_LARGE, MEDIA_TYPE },
	{ "PUT", BOX, BAD_TYPE, MEDIA_TYPE },
	{ "PUT", BOX, BAD_TYPE | NO_ID, MEDIA_TYPE },
	/* the size */
	{ "POST", "/v1/m", TOO_LARGE, LARGE },
	{ "POST", "/v1/m", TOO_LARGE | BAD_ID | BAD_BODY, LARGE },
	{ "POST", BOX, TOO_LARGE, LARGE },
	{ "PUT", BOX, TOO_LARGE | NO_ID, LARGE },
	/* the request id, also where it is optional */
	{ "POST", "/v1/m", NO_ID, ID_INVALID },
	{ "POST", "/v1/m", BAD_ID, ID_INVALID },
	{ "POST", "/v1/m", BAD_ID | BAD_BODY, ID_INVALID },
	{ "POST", "/v1/m", NO_ID | NO_BODY | BAD_TYPE, ID_INVALID },
	{ "PUT", BOX, NO_ID, ID_INVALID },
	{ "PUT", BOX, BAD_ID | OTHER_LENGTH, ID_INVALID },
	{ "PATCH", BOX, NO_ID, ID_INVALID },
	{ "PATCH", BOX, BAD_ID, ID_INVALID },
	{ "POST", BOX, BAD_ID, ID_INVALID },
	{ "DELETE", BOX, BAD_ID, ID_INVALID },
	{ "GET", BOX, BAD_ID, ID_INVALID },
	{ "HEAD", BOX, BAD_ID | NO_CLAIM, ID_INVALID },
	/* the body */
	{ "POST", "/v1/m", OTHER_LENGTH, LENGTH },
	{ "POST", "/v1/m", OTHER_LENGTH | NO_BODY, LENGTH },
	{ "PUT", BOX, OTHER_LENGTH | BAD_BODY, LENGTH },
	{ "DELETE", BOX, OTHER_LENGTH | NO_BODY, LENGTH },
	{ "POST", "/v1/m", BAD_BODY, BODY },
	{ "POST", "/v1/m", NO_BODY, BODY },
	{ "POST", "/v1/m", NO_BODY | BAD_TYPE, BODY },
	{ "PUT", BOX, BAD_BODY, BODY },
	{ "PUT", BOX, NO_BODY, BODY },
	{ "POST", BOX, BAD_BODY, BODY },
};

START_TEST(refusal)
{
	char code[64];
	struct way w;

	go(&w, refusals[_i].method, refusals[_i].uri, refusals[_i].faults);
	ck_assert_msg(w.operation == NULL, "%s %s", refusals[_i].method,
	    refusals[_i].uri);
	(void)snprintf(
	    code, sizeof(code), "\"code\":\"%s\"", refusals[_i].code);
	ck_assert_msg(w.response.status == (unsigned)refusals[_i].status &&
		strstr(w.response.body.data, code) != NULL,
	    "%s %s: not %s but %u %s", refusals[_i].method, refusals[_i].uri,
	    code, w.response.status, w.response.body.data);
	/* Nothing that was sent is repeated. */
	ck_assert_ptr_null(strstr(w.response.body.data, "secret"));
	ck_assert_ptr_null(strstr(w.response.body.data, ID));
	finish(&w);
}
END_TEST

#define ALLOW_BOXES "Allow: POST, OPTIONS\r\n"
#define ALLOW_BOX "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
#define ALLOW_HEALTH "Allow: GET, HEAD, OPTIONS\r\n"

static const struct {
	const char *method, *uri;
	int status;
	const char *allow;
} methods[] = {
	{ "OPTIONS", "/v1/m", 204, ALLOW_BOXES },
	{ "OPTIONS", BOX, 204, ALLOW_BOX },
	{ "OPTIONS", "/healthz", 204, ALLOW_HEALTH },
	{ "OPTIONS", "/readyz", 204, ALLOW_HEALTH },
	{ "GET", "/v1/m", 405, ALLOW_BOXES },
	{ "HEAD", "/v1/m", 405, ALLOW_BOXES },
	{ "PUT", "/v1/m", 405, ALLOW_BOXES },
	{ "PATCH", "/v1/m", 405, ALLOW_BOXES },
	{ "DELETE", "/v1/m", 405, ALLOW_BOXES },
	{ "TRACE", BOX, 405, ALLOW_BOX },
	{ "post", BOX, 405, ALLOW_BOX },
	{ "PROPFIND", BOX, 405, ALLOW_BOX },
	{ "POST", "/healthz", 405, ALLOW_HEALTH },
	{ "DELETE", "/readyz", 405, ALLOW_HEALTH },
};

/* The method is before all that a request can have wrong besides. */
START_TEST(method)
{
	static const int faults[] = { FINE, EVERYTHING };
	struct way w;
	size_t i;

	for (i = 0; i < LEN(faults); i++) {
		go(&w, methods[_i].method, methods[_i].uri, faults[i]);
		ck_assert_ptr_null(w.operation);
		ck_assert_uint_eq(
		    w.response.status, (unsigned)methods[_i].status);
		ck_assert_str_eq(w.response.headers.data, methods[_i].allow);
		ck_assert(
		    (w.response.body.len == 0) == (methods[_i].status == 204));
		finish(&w);
	}
}
END_TEST

/* A person may see it: a page, always of the same bytes. */
static const struct {
	const char *method, *uri;
	int faults;
} pages[] = {
	{ "GET", "/v1/m/", FINE },
	{ "HEAD", "/v1/m/", FINE },
	{ "GET", "/v1/m/x", FINE },
	{ "GET", BOX "%23c2VjcmV0", FINE },
	{ "GET", BOX "/", EVERYTHING },
	{ "GET", "/v1/m/<script>", FINE },
};

START_TEST(page)
{
	struct way first, w;

	go(&first, "GET", "/v1/m/", FINE);
	go(&w, pages[_i].method, pages[_i].uri, pages[_i].faults);
	ck_assert_ptr_null(w.operation);
	ck_assert_uint_eq(w.response.status, 404);
	ck_assert_str_eq(w.response.content_type, "text/html; charset=utf-8");
	ck_assert_str_eq(w.response.body.data, first.response.body.data);
	ck_assert_str_eq(w.response.headers.data, first.response.headers.data);
	finish(&w);
	finish(&first);
}
END_TEST

START_TEST(healthz)
{
	static const char *const names[] = { "GET", "HEAD" };
	struct way w;

	go(&w, names[_i], "/healthz?x", EVERYTHING & ~TOO_LARGE);
	ck_assert_ptr_null(w.operation);
	ck_assert_uint_eq(w.response.status, 200);
	ck_assert_int_eq(w.call.n_params, 0);
	finish(&w);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("route");
	TCase *tc = tcase_create("route");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, operation, 0, LEN(operations));
	tcase_add_loop_test(tc, refusal, 0, LEN(refusals));
	tcase_add_loop_test(tc, method, 0, LEN(methods));
	tcase_add_loop_test(tc, page, 0, LEN(pages));
	tcase_add_loop_test(tc, healthz, 0, 2);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
