/* mailbox.c: the six operations on a mailbox. */
#include "mailbox.h"

#include "body.h"
#include "timestamp.h"

/* Push gateways are not there yet: no token can be served. */
#define PUSH_SUPPORTED "false"

/* What each outcome of relay_api is to a device; PROBLEM_NONE: it went well. */
static const enum problem problems[DB_OUTCOMES] = {
	[DB_OK] = PROBLEM_NONE,
	[DB_REPEATED] = PROBLEM_NONE,
	[DB_NOT_FOUND] = PROBLEM_NOT_FOUND,
	[DB_ENDED] = PROBLEM_NOT_FOUND,
	[DB_CONFLICT] = PROBLEM_IDENTIFIER_TAKEN,
	[DB_UNBOUND] = PROBLEM_CLAIM_NOT_BOUND,
	[DB_FORBIDDEN] = PROBLEM_RIGHT_MISSING,
	[DB_STALE] = PROBLEM_ETAG_MISMATCH,
	[DB_TOO_SOON] = PROBLEM_EXPIRATION_TOO_SOON,
};

/*
 * Begins the response by the row's outcome.  False: it was a refusal, and the
 * response is complete.
 */
static bool
start_answer(const struct db_call *call, struct response *response)
{
	enum problem problem = PROBLEM_INTERNAL;
	enum db_outcome outcome;

	if (db_row_outcome(call, &outcome) == STATUS_OK) {
		problem = problems[outcome];
		if (outcome == DB_ENDED && call->statement == DB_CREATE)
			problem = PROBLEM_MAILBOX_ENDED;
	}
	if (problem != PROBLEM_NONE) {
		response_problem(response, problem);
		return (false);
	}
	response_start(response, outcome == DB_REPEATED ? 201 : 200);
	return (true);
}

static void
add_claim(const struct seal *seal, const struct request *request,
    struct db_call *call)
{
	struct uuid hash;

	seal_claim(seal, &request->claim, &hash);
	db_call_uuid(call, &hash);
}

static void
add_request_id(const struct seal *seal, enum seal_request what,
    const struct request *request, struct db_call *call)
{
	struct uuid hash;

	seal_request_id(
	    seal, what, &request->claim, &request->request_id, &hash);
	db_call_uuid(call, &hash);
}

static void
add_sealed(struct seal *seal, enum seal_column column, const struct uuid *owner,
    const void *clear, size_t len, struct db_call *call)
{
	struct buf sealed = { 0 };

	seal_shut(seal, column, owner, clear, len, &sealed);
	db_call_bytes(call, sealed.data, sealed.len);
	buf_free(&sealed);
}

/*
 * The caller's own token.  Which side the caller is only SQL knows, so it is
 * sealed to the caller's claim rather than to a column.
 */
static void
add_token(struct seal *seal, const struct request *request,
    const struct body *body, struct db_call *call)
{
	struct uuid owner;

	if (body->token_change != TOKEN_REPLACE) {
		db_call_null(call);
		return;
	}
	seal_claim(seal, &request->claim, &owner);
	add_sealed(
	    seal, SEAL_TOKEN, &owner, body->token.start, body->token.len, call);
}

/* Whether the caller's token changes, and what it becomes. */
static void
add_token_change(struct seal *seal, const struct request *request,
    const struct body *body, struct db_call *call)
{
	db_call_bool(call, body->token_change != TOKEN_KEEP);
	add_token(seal, request, body, call);
}

/* If-Match: null is no condition, and so is "*" on a mailbox that is there. */
static void
add_if_match(const struct request *request, struct db_call *call)
{
	const struct etag_list *list = &request->if_match;

	if (!list->given || list->any)
		db_call_null(call);
	else
		db_call_int8s(call, list->versions, list->n);
}

static void
put_expiration(struct response *response, const char *before, int64_t when,
    const char *after)
{
	char text[TIMESTAMP_TEXT_LEN + 1];

	timestamp_format(when, text);
	buf_printf(&response->body, "%s\"%s\"%s", before, text, after);
}

static void
put_etag(struct response *response, int64_t version)
{
	char etag[ETAG_TEXT_LEN + 1];

	etag_format(version, etag);
	response_header(response, "ETag", etag);
}

static void
add_create(const struct relay *relay, const struct request *request,
    struct seal *seal, const struct body *body, struct db_call *call)
{
	db_call_start(call, DB_CREATE, &seal->row_key);
	db_call_uuid(call, &seal->row_key);
	add_claim(seal, request, call);
	add_request_id(seal, body->drawn ? SEAL_CREATE_DRAWN : SEAL_CREATE_MADE,
	    request, call);
	db_call_int2(call, (int16_t)body->rights);
	if (body->expires)
		db_call_time(call, body->expiration);
	else
		db_call_null(call);
	db_call_int4(call, (int32_t)relay->conf->default_ttl);
	db_call_int4(call, (int32_t)relay->conf->max_ttl);
	db_call_int8(call, seal_random_version());
	add_sealed(seal, SEAL_PAYLOAD, NULL, body->payload.start,
	    body->payload.len, call);
	if (body->display.len != 0)
		add_sealed(seal, SEAL_DISPLAY, NULL, body->display.data,
		    body->display.len, call);
	else
		db_call_null(call);
	add_token(seal, request, body, call);
}

enum problem
mailbox_create_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	enum problem problem = PROBLEM_BODY_INVALID;
	struct body body;

	if (body_read_create(request, &body) != STATUS_OK)
		goto out;
	if (!body.drawn)
		seal_make_identifier(relay->key, &request->claim,
		    &request->request_id, &body.identifier);
	seal_start(&x->seal, &body.identifier);
	add_create(relay, request, &x->seal, &body, call);
	problem = PROBLEM_NONE;
out:
	body_end(&body);
	return (problem);
}

void
mailbox_create_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	int64_t expires_at;

	(void)request;
	if (!start_answer(call, response))
		return;
	if (db_row_time(call, 1, &expires_at) != STATUS_OK) {
		response_problem(response, PROBLEM_INTERNAL);
		return;
	}
	response->content_type = "application/json";
	buf_puts(&response->body, "{\"urlLink\":\"");
	operation_link(relay, &x->seal, &response->body);
	put_expiration(response,
	    "\",\"isPushNotificationSupported\":" PUSH_SUPPORTED
	    ",\"expiration\":",
	    expires_at, "}");
}

enum problem
mailbox_read_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	enum problem problem = PROBLEM_BODY_INVALID;
	struct body body;

	(void)relay;
	if (body_read_read(request, &body) != STATUS_OK)
		goto out;
	db_call_start(call, DB_READ, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	add_claim(&x->seal, request, call);
	add_token_change(&x->seal, request, &body, call);
	problem = PROBLEM_NONE;
out:
	body_end(&body);
	return (problem);
}

/* The content of a read, or STATUS_BUG when it does not open. */
static enum status
put_content(const struct relay *relay, struct seal *seal,
    const struct db_call *call, struct response *response)
{
	const void *sealed;
	int64_t expires_at;
	size_t len;

	if (db_row_time(call, 1, &expires_at) != STATUS_OK ||
	    db_row_bytes(call, 3, &sealed, &len) != STATUS_OK)
		return (STATUS_BUG);
	response->content_type = "application/json";
	buf_puts(&response->body, "{\"payload\":");
	if (seal_open(seal, SEAL_PAYLOAD, NULL, sealed, len, &response->body) !=
	    STATUS_OK)
		return (STATUS_BUG);
	buf_puts(&response->body, ",\"displayInformation\":");
	if (db_row_null(call, 4))
		buf_add(
		    &response->body, relay->display.data, relay->display.len);
	else if (db_row_bytes(call, 4, &sealed, &len) != STATUS_OK ||
	    seal_open(seal, SEAL_DISPLAY, NULL, sealed, len, &response->body) !=
		STATUS_OK)
		return (STATUS_BUG);
	put_expiration(response, ",\"expiration\":", expires_at, "}");
	return (STATUS_OK);
}

void
mailbox_read_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	int64_t version;

	if (!start_answer(call, response))
		return;
	if (db_row_int8(call, 2, &version) != STATUS_OK) {
		response_problem(response, PROBLEM_INTERNAL);
		return;
	}
	if (request->if_none_match.given &&
	    etag_list_has(&request->if_none_match, version))
		response_problem(response, PROBLEM_ETAG_MISMATCH);
	else if (put_content(relay, &x->seal, call, response) != STATUS_OK) {
		response_problem(response, PROBLEM_INTERNAL);
		return;
	}
	put_etag(response, version);
}

enum problem
mailbox_update_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	enum problem problem = PROBLEM_BODY_INVALID;
	struct body body;

	(void)relay;
	if (body_read_update(request, &body) != STATUS_OK)
		goto out;
	db_call_start(call, DB_UPDATE, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	add_claim(&x->seal, request, call);
	add_request_id(&x->seal, SEAL_REQUEST, request, call);
	add_if_match(request, call);
	add_sealed(&x->seal, SEAL_PAYLOAD, NULL, body.payload.start,
	    body.payload.len, call);
	add_token_change(&x->seal, request, &body, call);
	problem = PROBLEM_NONE;
out:
	body_end(&body);
	return (problem);
}

void
mailbox_update_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	int64_t version;

	(void)relay, (void)request, (void)x;
	if (!start_answer(call, response))
		return;
	response->content_type = "application/json";
	buf_puts(&response->body,
	    "{\"isPushNotificationSupported\":" PUSH_SUPPORTED "}");
	/*
	 * A repeat has a version only while the content is still its own: a
	 * device must not take for its own what the other side wrote since.
	 */
	if (!db_row_null(call, 1) &&
	    db_row_int8(call, 1, &version) == STATUS_OK)
		put_etag(response, version);
}

enum problem
mailbox_relinquish_call(const struct relay *relay,
    const struct request *request, struct exchange *x, struct db_call *call)
{
	(void)relay;
	db_call_start(call, DB_RELINQUISH, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	add_claim(&x->seal, request, call);
	add_request_id(&x->seal, SEAL_REQUEST, request, call);
	add_if_match(request, call);
	return (PROBLEM_NONE);
}

void
mailbox_relinquish_answer(const struct relay *relay,
    const struct request *request, struct exchange *x,
    const struct db_call *call, struct response *response)
{
	(void)relay, (void)request, (void)x;
	(void)start_answer(call, response);
}

enum problem
mailbox_delete_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	(void)relay;
	db_call_start(call, DB_DELETE, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	add_claim(&x->seal, request, call);
	add_if_match(request, call);
	return (PROBLEM_NONE);
}

void
mailbox_delete_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	enum db_outcome outcome;

	(void)relay, (void)request, (void)x;
	/* The first try ended it; only the news of that was lost. */
	if (call->uncertain && db_row_outcome(call, &outcome) == STATUS_OK &&
	    outcome == DB_ENDED) {
		response_start(response, 200);
		return;
	}
	(void)start_answer(call, response);
}
