/* route.c: the API as a table, and the order in which requests are refused. */
#include "route.h"

#include <string.h>

#include "health.h"
#include "mailbox.h"

#define PREFIX "/v1/m/"

/* path, method, claim, request id, body, waits, call, answer */
static const struct operation operations[] = {
	{ ROUTE_MAILBOXES, METHOD_POST, ROUTE_REQUIRED, ROUTE_REQUIRED,
	    ROUTE_REQUIRED, true, mailbox_create_call, mailbox_create_answer },
	{ ROUTE_MAILBOX, METHOD_GET, ROUTE_IGNORED, ROUTE_OPTIONAL,
	    ROUTE_IGNORED, true, mailbox_preview_call, mailbox_preview_answer },
	{ ROUTE_MAILBOX, METHOD_HEAD, ROUTE_IGNORED, ROUTE_OPTIONAL,
	    ROUTE_IGNORED, true, mailbox_preview_call, mailbox_preview_answer },
	{ ROUTE_MAILBOX, METHOD_POST, ROUTE_REQUIRED, ROUTE_OPTIONAL,
	    ROUTE_OPTIONAL, true, mailbox_read_call, mailbox_read_answer },
	{ ROUTE_MAILBOX, METHOD_PUT, ROUTE_REQUIRED, ROUTE_REQUIRED,
	    ROUTE_REQUIRED, true, mailbox_update_call, mailbox_update_answer },
	{ ROUTE_MAILBOX, METHOD_PATCH, ROUTE_REQUIRED, ROUTE_REQUIRED,
	    ROUTE_IGNORED, true, mailbox_relinquish_call,
	    mailbox_relinquish_answer },
	{ ROUTE_MAILBOX, METHOD_DELETE, ROUTE_REQUIRED, ROUTE_OPTIONAL,
	    ROUTE_IGNORED, true, mailbox_delete_call, mailbox_delete_answer },
	{ ROUTE_HEALTHZ, METHOD_GET, ROUTE_IGNORED, ROUTE_IGNORED,
	    ROUTE_IGNORED, false, NULL, health_alive_answer },
	{ ROUTE_HEALTHZ, METHOD_HEAD, ROUTE_IGNORED, ROUTE_IGNORED,
	    ROUTE_IGNORED, false, NULL, health_alive_answer },
	{ ROUTE_READYZ, METHOD_GET, ROUTE_IGNORED, ROUTE_IGNORED, ROUTE_IGNORED,
	    false, health_ready_call, health_ready_answer },
	{ ROUTE_READYZ, METHOD_HEAD, ROUTE_IGNORED, ROUTE_IGNORED,
	    ROUTE_IGNORED, false, health_ready_call, health_ready_answer },
};

#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static bool
path_is(const struct request *r, const char *path)
{
	return (r->path_len == strlen(path) &&
	    memcmp(r->path, path, r->path_len) == 0);
}

static bool
path_begins(const struct request *r, const char *prefix)
{
	return (r->path_len >= strlen(prefix) &&
	    memcmp(r->path, prefix, strlen(prefix)) == 0);
}

/* The route of a path, undecoded; ROUTE_PATHS: none, and so a 404. */
static enum route_path
find_path(const struct request *r, struct uuid *identifier)
{
	size_t n = strlen(PREFIX);

	if (path_begins(r, PREFIX))
		return (uuid_parse(r->path + n, r->path_len - n, identifier) ==
			    STATUS_OK ?
			ROUTE_MAILBOX :
			ROUTE_PATHS);
	if (path_is(r, "/v1/m"))
		return (ROUTE_MAILBOXES);
	if (path_is(r, "/healthz"))
		return (ROUTE_HEALTHZ);
	if (path_is(r, "/readyz"))
		return (ROUTE_READYZ);
	return (ROUTE_PATHS);
}

static const struct operation *
find_operation(enum route_path path, enum method method)
{
	size_t i;

	for (i = 0; i < N_OPERATIONS; i++) {
		if (operations[i].path == path &&
		    operations[i].method == method)
			return (&operations[i]);
	}
	return (NULL);
}

static void
add_allow(enum route_path path, struct response *response)
{
	size_t i;

	buf_puts(&response->headers, "Allow: ");
	for (i = 0; i < N_OPERATIONS; i++) {
		if (operations[i].path == path)
			buf_printf(&response->headers, "%s, ",
			    request_method_name(operations[i].method));
	}
	buf_puts(&response->headers, "OPTIONS\r\n");
}

/* What can be said without knowing the body or the mailbox, in this order. */
static enum problem
check(const struct operation *op, const struct request *r)
{
	if (op->claim == ROUTE_REQUIRED && r->claim_form != UUID_GIVEN)
		return (PROBLEM_CLAIM_INVALID);
	if (op->body != ROUTE_IGNORED && request_has_body(r) &&
	    (!r->json_typed || r->encoded))
		return (PROBLEM_MEDIA_TYPE);
	if (r->body_form == BODY_TOO_LARGE)
		return (PROBLEM_TOO_LARGE);
	if (op->request_id != ROUTE_IGNORED &&
	    (r->request_id_form == UUID_BROKEN ||
		(op->request_id == ROUTE_REQUIRED &&
		    r->request_id_form == UUID_ABSENT)))
		return (PROBLEM_REQUEST_ID_INVALID);
	if (r->body_form == BODY_OTHER_LENGTH)
		return (PROBLEM_BODY_LENGTH);
	return (PROBLEM_NONE);
}

/* The answer for a path or a method that no operation has. */
static void
refuse(enum route_path path, const struct request *r, struct response *response)
{
	bool is_read = r->method == METHOD_GET || r->method == METHOD_HEAD;

	if (path == ROUTE_PATHS && is_read && path_begins(r, PREFIX)) {
		mailbox_preview_ended(response); /* a person may see it */
	} else if (path == ROUTE_PATHS) {
		response_problem(response, PROBLEM_NOT_FOUND);
	} else if (r->method == METHOD_OPTIONS) {
		response_start(response, 204);
		add_allow(path, response);
	} else {
		response_problem(response, PROBLEM_METHOD_NOT_ALLOWED);
		add_allow(path, response);
	}
}

const struct operation *
route_start(const struct relay *relay, const struct request *r,
    struct exchange *x, struct db_call *call, struct response *response)
{
	const struct operation *op;
	struct uuid identifier;
	enum route_path path;
	enum problem problem;

	path = find_path(r, &identifier);
	op = find_operation(path, r->method);
	if (op == NULL) {
		refuse(path, r, response);
		return (NULL);
	}
	if (path == ROUTE_MAILBOX)
		seal_start(&x->seal, &identifier);
	explicit_bzero(&identifier, sizeof(identifier));
	problem = check(op, r);
	if (problem == PROBLEM_NONE && op->call != NULL)
		problem = op->call(relay, r, x, call);
	if (problem != PROBLEM_NONE) {
		response_problem(response, problem);
		return (NULL);
	}
	if (op->call == NULL) {
		op->answer(relay, r, x, NULL, response);
		return (NULL);
	}
	return (op);
}
