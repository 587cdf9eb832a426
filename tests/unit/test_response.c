/* test_response: answers, byte by byte. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "response.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define COMMON "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
#define ID "01234567-89AB-4def-8123-456789abcdef"

static const struct request plain = { .method = METHOD_POST };

static void
check_render(const struct response *r, const struct request *request,
    const char *expected)
{
	struct buf out = { 0 };

	response_render(r, request, &out);
	ck_assert_str_eq(out.data, expected);
	ck_assert_uint_eq(out.len, strlen(expected));
	buf_free(&out);
}

START_TEST(empty_200)
{
	struct response r = { 0 };

	response_start(&r, 200);
	check_render(&r, &plain,
	    "Status: 200 OK\r\nContent-Length: 0\r\n" COMMON "\r\n");
	response_end(&r);
}
END_TEST

START_TEST(json_201)
{
	struct response r = { 0 };

	response_start(&r, 201);
	r.content_type = "application/json";
	buf_puts(&r.body, "{\"a\":1}");
	check_render(&r, &plain,
	    "Status: 201 Created\r\nContent-Type: application/json\r\n"
	    "Content-Length: 7\r\n" COMMON "\r\n{\"a\":1}");
	response_end(&r);
}
END_TEST

START_TEST(no_content_204)
{
	struct response r = { 0 };

	response_start(&r, 204);
	response_header(&r, "Allow", "POST, OPTIONS");
	check_render(&r, &plain,
	    "Status: 204 No Content\r\n" COMMON "Allow: POST, OPTIONS\r\n\r\n");
	response_end(&r);
}
END_TEST

/* HEAD: the length that GET would have, and no body. */
START_TEST(head)
{
	const struct request request = { .method = METHOD_HEAD };
	struct response r = { 0 };

	response_start(&r, 200);
	r.content_type = "text/html; charset=utf-8";
	buf_puts(&r.body, "<!doctype html>");
	check_render(&r, &request,
	    "Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
	    "Content-Length: 15\r\n" COMMON "\r\n");
	response_end(&r);
}
END_TEST

START_TEST(request_id_is_echoed_as_it_came)
{
	const struct request request = { .method = METHOD_POST,
		.request_id_form = UUID_GIVEN,
		.request_id_text = ID };
	struct response r = { 0 };

	response_start(&r, 200);
	check_render(&r, &request,
	    "Status: 200 OK\r\nContent-Length: 0\r\n" COMMON
	    "Mailbox-Request-ID: " ID "\r\n\r\n");
	response_end(&r);
}
END_TEST

START_TEST(broken_request_id_is_not_echoed)
{
	const struct request request = { .method = METHOD_POST,
		.request_id_form = UUID_BROKEN,
		.request_id_text = ID "!" };
	struct response r = { 0 };

	response_start(&r, 200);
	check_render(&r, &request,
	    "Status: 200 OK\r\nContent-Length: 0\r\n" COMMON "\r\n");
	response_end(&r);
}
END_TEST

START_TEST(unauthorized_401)
{
	const struct request request = { .method = METHOD_POST,
		.request_id_form = UUID_GIVEN,
		.request_id_text = ID };
	struct response r = { 0 };

	response_problem(&r, PROBLEM_CLAIM_NOT_BOUND);
	check_render(&r, &request,
	    "Status: 401 Unauthorized\r\n"
	    "Content-Type: application/problem+json\r\n"
	    "Content-Length: 114\r\n" COMMON "Mailbox-Request-ID: " ID "\r\n"
	    "WWW-Authenticate: Mailbox-Device-Claim\r\n\r\n"
	    "{\"title\":\"Unauthorized\",\"status\":401,\"detail\":"
	    "\"This device is not bound to the mailbox.\","
	    "\"code\":\"claim_not_bound\"}");
	response_end(&r);
}
END_TEST

START_TEST(unavailable_503)
{
	struct response r = { 0 };

	response_problem(&r, PROBLEM_UNAVAILABLE);
	check_render(&r, &plain,
	    "Status: 503 Service Unavailable\r\n"
	    "Content-Type: application/problem+json\r\n"
	    "Content-Length: 124\r\n" COMMON "Retry-After: 5\r\n\r\n"
	    "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":"
	    "\"The relay cannot reach its database; try again.\","
	    "\"code\":\"unavailable\"}");
	response_end(&r);
}
END_TEST

/* What was begun before leaves nothing behind. */
START_TEST(start_forgets)
{
	struct response r = { 0 };

	response_problem(&r, PROBLEM_UNAVAILABLE);
	response_header(&r, "ETag", "\"x\"");
	response_start(&r, 200);
	check_render(&r, &plain,
	    "Status: 200 OK\r\nContent-Length: 0\r\n" COMMON "\r\n");
	response_problem(&r, PROBLEM_CLAIM_INVALID);
	response_problem(&r, PROBLEM_UNAVAILABLE);
	ck_assert_str_eq(r.headers.data, "Retry-After: 5\r\n");
	response_end(&r);
	response_end(&r);
}
END_TEST

START_TEST(render_adds_and_keeps_nul)
{
	struct response r = { 0 };
	struct buf out = { 0 };

	response_start(&r, 200);
	buf_add(&r.body, "a\0b", 3);
	buf_puts(&out, "before");
	response_render(&r, &plain, &out);
	ck_assert_mem_eq(out.data, "beforeStatus: 200 OK\r\n", 22);
	ck_assert_mem_eq(out.data + out.len - 7, "\r\n\r\na\0b", 7);
	ck_assert_ptr_nonnull(strstr(out.data, "\r\nContent-Length: 3\r\n"));
	buf_free(&out);
	response_end(&r);
}
END_TEST

/* Each problem's status and code, as credrelay-api(7) lists them. */
static const struct {
	enum problem problem;
	int status;
	const char *code;
} problems[] = {
	{ PROBLEM_NOT_FOUND, 404, "not_found" },
	{ PROBLEM_METHOD_NOT_ALLOWED, 405, "method_not_allowed" },
	{ PROBLEM_CLAIM_INVALID, 401, "claim_invalid" },
	{ PROBLEM_MEDIA_TYPE, 415, "media_type" },
	{ PROBLEM_TOO_LARGE, 413, "too_large" },
	{ PROBLEM_REQUEST_ID_INVALID, 400, "request_id_invalid" },
	{ PROBLEM_BODY_LENGTH, 400, "body_length" },
	{ PROBLEM_BODY_INVALID, 400, "body_invalid" },
	{ PROBLEM_EXPIRATION_TOO_SOON, 400, "expiration_too_soon" },
	{ PROBLEM_CLAIM_NOT_BOUND, 401, "claim_not_bound" },
	{ PROBLEM_RIGHT_MISSING, 401, "right_missing" },
	{ PROBLEM_IDENTIFIER_TAKEN, 409, "identifier_taken" },
	{ PROBLEM_MAILBOX_ENDED, 409, "mailbox_ended" },
	{ PROBLEM_ETAG_MISMATCH, 412, "etag_mismatch" },
	{ PROBLEM_INTERNAL, 500, "internal" },
	{ PROBLEM_UNAVAILABLE, 503, "unavailable" },
	{ PROBLEM_DATABASE_UNREACHABLE, 503, "database_unreachable" },
	{ PROBLEM_SCHEMA_TOO_OLD, 503, "schema_too_old" },
	{ PROBLEM_PURGE_OVERDUE, 503, "purge_overdue" },
};

static const char *
member(struct json_object *object, const char *name)
{
	struct json_object *value;

	ck_assert(json_object_object_get_ex(object, name, &value));
	ck_assert(json_object_is_type(value, json_type_string));
	ck_assert_int_gt(json_object_get_string_len(value), 0);
	return (json_object_get_string(value));
}

static bool
has_header(const struct response *r, const char *line)
{
	return (r->headers.len != 0 && strstr(r->headers.data, line) != NULL);
}

START_TEST(problem)
{
	struct json_object *object, *status;
	struct response r = { 0 };
	struct buf out = { 0 };
	char line[128];

	response_problem(&r, problems[_i].problem);
	ck_assert_uint_eq(r.status, (unsigned)problems[_i].status);
	ck_assert_str_eq(r.content_type, "application/problem+json");
	object = json_tokener_parse(r.body.data);
	ck_assert_ptr_nonnull(object);
	ck_assert_int_eq(json_object_object_length(object), 4);
	ck_assert_str_eq(member(object, "code"), problems[_i].code);
	ck_assert(json_object_object_get_ex(object, "status", &status));
	ck_assert_int_eq(json_object_get_int(status), problems[_i].status);
	(void)member(object, "detail");
	/* The title is the status's reason phrase. */
	response_render(&r, &plain, &out);
	(void)snprintf(line, sizeof(line), "Status: %d %s\r\n",
	    problems[_i].status, member(object, "title"));
	ck_assert_mem_eq(out.data, line, strlen(line));
	ck_assert_int_eq(
	    has_header(&r, "WWW-Authenticate: Mailbox-Device-Claim\r\n"),
	    problems[_i].status == 401);
	ck_assert_int_eq(
	    has_header(&r, "Retry-After: "), problems[_i].status == 503);
	json_object_put(object);
	buf_free(&out);
	response_end(&r);
}
END_TEST

/* The table above is all of them, in their order. */
START_TEST(all_problems_are_tried)
{
	size_t i;

	ck_assert_uint_eq(LEN(problems), PROBLEM_PURGE_OVERDUE);
	for (i = 0; i < LEN(problems); i++)
		ck_assert_uint_eq(problems[i].problem, i + 1);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("response");
	TCase *tc = tcase_create("response");

	tcase_add_test(tc, empty_200);
	tcase_add_test(tc, json_201);
	tcase_add_test(tc, no_content_204);
	tcase_add_test(tc, head);
	tcase_add_test(tc, request_id_is_echoed_as_it_came);
	tcase_add_test(tc, broken_request_id_is_not_echoed);
	tcase_add_test(tc, unauthorized_401);
	tcase_add_test(tc, unavailable_503);
	tcase_add_test(tc, start_forgets);
	tcase_add_test(tc, render_adds_and_keeps_nul);
	tcase_add_loop_test(tc, problem, 0, LEN(problems));
	tcase_add_test(tc, all_problems_are_tried);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
