/* response.c: an answer, whole in memory before its first byte is sent. */
#include "response.h"

#include <stddef.h>

/* How long a client should wait before it asks an ailing relay again. */
#define RETRY_AFTER_S "5"

/* What goes before an answer's own headers takes less. */
enum { HEAD_ROOM = 512 };

static const struct {
	unsigned status;
	const char *code;
	const char *title;
	const char *detail;
} problems[] = {
	[PROBLEM_NOT_FOUND] = { 404, "not_found", "Not Found",
	    "There is nothing here, or it has ended." },
	[PROBLEM_METHOD_NOT_ALLOWED] = { 405, "method_not_allowed",
	    "Method Not Allowed",
	    "This path does not take this method; see Allow." },
	[PROBLEM_CLAIM_INVALID] = { 401, "claim_invalid", "Unauthorized",
	    "Mailbox-Device-Claim must be there once and be a UUID; "
	    "Mailbox-Device-Attestation may be there once." },
	[PROBLEM_MEDIA_TYPE] = { 415, "media_type", "Unsupported Media Type",
	    "The body must be application/json in UTF-8, not encoded." },
	[PROBLEM_TOO_LARGE] = { 413, "too_large", "Content Too Large",
	    "The body is larger than this relay takes." },
	[PROBLEM_REQUEST_ID_INVALID] = { 400, "request_id_invalid",
	    "Bad Request",
	    "Mailbox-Request-ID must be a UUID, given once, and is required "
	    "for requests that change a mailbox." },
	[PROBLEM_BODY_LENGTH] = { 400, "body_length", "Bad Request",
	    "The body is not as long as Content-Length says." },
	[PROBLEM_BODY_INVALID] = { 400, "body_invalid", "Bad Request",
	    "The body is not the JSON object that this operation takes." },
	[PROBLEM_EXPIRATION_TOO_SOON] = { 400, "expiration_too_soon",
	    "Bad Request",
	    "The expiration must be at least 60 seconds ahead." },
	[PROBLEM_CLAIM_NOT_BOUND] = { 401, "claim_not_bound", "Unauthorized",
	    "This device is not bound to the mailbox." },
	[PROBLEM_RIGHT_MISSING] = { 401, "right_missing", "Unauthorized",
	    "The mailbox does not grant this right." },
	[PROBLEM_IDENTIFIER_TAKEN] = { 409, "identifier_taken", "Conflict",
	    "Another request has made a mailbox of this identifier." },
	[PROBLEM_MAILBOX_ENDED] = { 409, "mailbox_ended", "Conflict",
	    "The mailbox of this identifier was deleted." },
	[PROBLEM_ETAG_MISMATCH] = { 412, "etag_mismatch", "Precondition Failed",
	    "The condition on the mailbox's version does not hold." },
	[PROBLEM_INTERNAL] = { 500, "internal", "Internal Server Error",
	    "The relay failed; its log says where." },
	[PROBLEM_UNAVAILABLE] = { 503, "unavailable", "Service Unavailable",
	    "The relay cannot reach its database; try again." },
	[PROBLEM_DATABASE_UNREACHABLE] = { 503, "database_unreachable",
	    "Service Unavailable", "The database cannot be reached." },
	[PROBLEM_SCHEMA_TOO_OLD] = { 503, "schema_too_old",
	    "Service Unavailable",
	    "The database's schema is missing or older than this relay." },
	[PROBLEM_PURGE_OVERDUE] = { 503, "purge_overdue", "Service Unavailable",
	    "Expired mailboxes have not been purged in time." },
};

void
response_start(struct response *r, unsigned status)
{
	r->status = status;
	r->content_type = NULL;
	buf_clear(&r->headers);
	buf_clear(&r->body);
}

void
response_end(struct response *r)
{
	buf_free(&r->headers);
	buf_free(&r->body);
}

static void
add_header(struct buf *out, const char *name, const char *value)
{
	buf_join(out, name, ": ", value, "\r\n");
}

void
response_header(struct response *r, const char *name, const char *value)
{
	add_header(&r->headers, name, value);
}

void
response_problem(struct response *r, enum problem problem)
{
	unsigned status = problems[problem].status;

	response_start(r, status);
	r->content_type = "application/problem+json";
	/* The texts above hold nothing that JSON would escape. */
	buf_printf(&r->body,
	    "{\"title\":\"%s\",\"status\":%u,"
	    "\"detail\":\"%s\",\"code\":\"%s\"}",
	    problems[problem].title, status, problems[problem].detail,
	    problems[problem].code);
	if (status == 401)
		response_header(r, "WWW-Authenticate", "Mailbox-Device-Claim");
	if (status == 503)
		response_header(r, "Retry-After", RETRY_AFTER_S);
}

static const char *
reason(unsigned status)
{
	size_t i;

	switch (status) {
	case 200:
		return ("OK");
	case 201:
		return ("Created");
	case 204:
		return ("No Content");
	default:
		break;
	}
	for (i = 1; i < sizeof(problems) / sizeof(problems[0]); i++) {
		if (problems[i].status == status)
			return (problems[i].title);
	}
	return ("");
}

void
response_render(
    const struct response *r, const struct request *request, struct buf *out)
{
	buf_reserve(out, HEAD_ROOM + r->headers.len + r->body.len);
	buf_printf(out, "Status: %u %s\r\n", r->status, reason(r->status));
	if (r->content_type != NULL)
		add_header(out, "Content-Type", r->content_type);
	if (r->status != 204)
		buf_printf(out, "Content-Length: %zu\r\n", r->body.len);
	buf_puts(out,
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n");
	if (request->request_id_form == UUID_GIVEN)
		add_header(out, "Mailbox-Request-ID", request->request_id_text);
	if (r->headers.len != 0)
		buf_add(out, r->headers.data, r->headers.len);
	buf_puts(out, "\r\n");
	if (request->method != METHOD_HEAD && r->body.len != 0)
		buf_add(out, r->body.data, r->body.len);
}
