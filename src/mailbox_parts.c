/* mailbox_parts.c: what the operations on a mailbox are put together from. */
#include "mailbox_parts.h"

#include <string.h>

#include "push_token.h"
#include "timestamp.h"

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
	[DB_UNCHANGED] = PROBLEM_ETAG_MISMATCH,
};

/*
 * Begins the response by the row's outcome.  False: it was a refusal, and the
 * response is complete.
 */
bool
mailbox_start_answer(const struct db_call *call, struct response *response)
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

void
mailbox_add_claim(const struct seal *seal, const struct request *request,
    struct db_call *call)
{
	struct uuid hash;

	seal_claim(seal, &request->claim, &hash);
	db_call_uuid(call, &hash);
}

void
mailbox_add_request_id(const struct seal *seal, enum seal_request what,
    const struct request *request, struct db_call *call)
{
	struct uuid hash;

	seal_request_id(
	    seal, what, &request->claim, &request->request_id, &hash);
	db_call_uuid(call, &hash);
}

void
mailbox_add_sealed(struct seal *seal, enum seal_column column,
    const struct uuid *owner, const void *clear, size_t len,
    struct db_call *call)
{
	struct buf sealed = { 0 };

	seal_shut(seal, column, owner, clear, len, &sealed);
	db_call_bytes(call, sealed.data, sealed.len);
	buf_free(&sealed);
}

void
mailbox_add_token(const struct relay *relay, struct seal *seal,
    const struct request *request, const struct body *body,
    struct db_call *call)
{
	struct uuid owner;

	if (body->token_change != TOKEN_REPLACE ||
	    !push_token_is_served(
		relay->conf, body->token.start, body->token.len)) {
		db_call_null(call);
		return;
	}
	seal_claim(seal, &request->claim, &owner);
	mailbox_add_sealed(
	    seal, SEAL_TOKEN, &owner, body->token.start, body->token.len, call);
}

void
mailbox_add_token_change(const struct relay *relay, struct seal *seal,
    const struct request *request, const struct body *body,
    struct db_call *call)
{
	db_call_bool(call, body->token_change != TOKEN_KEEP);
	mailbox_add_token(relay, seal, request, body, call);
}

void
mailbox_add_wrap(
    const struct relay *relay, struct seal *seal, struct db_call *call)
{
	struct buf wrap = { 0 };

	seal_wrap(relay->key, seal, &wrap);
	db_call_bytes(call, wrap.data, wrap.len);
	buf_free(&wrap);
}

bool
mailbox_token_is_served(const struct relay *relay, struct seal *seal,
    const struct request *request, const struct db_call *call, int column)
{
	struct buf token = { 0 };
	struct uuid owner;
	const void *sealed;
	bool served = false;
	size_t len;

	if (db_row_null(call, column) ||
	    db_row_bytes(call, column, &sealed, &len) != STATUS_OK)
		return (false);
	seal_claim(seal, &request->claim, &owner);
	if (seal_open(seal, SEAL_TOKEN, &owner, sealed, len, &token) ==
	    STATUS_OK) {
		served =
		    push_token_is_served(relay->conf, token.data, token.len);
		explicit_bzero(token.data, token.len);
	}
	buf_free(&token);
	return (served);
}

/* If-Match: null is no condition, and so is "*" on a mailbox that is there. */
void
mailbox_add_if_match(const struct request *request, struct db_call *call)
{
	const struct etag_list *list = &request->if_match;

	if (!list->given || list->any)
		db_call_null(call);
	else
		db_call_int8s(call, list->versions, list->n);
}

void
mailbox_put_expiration(struct response *response, const char *before,
    int64_t when, const char *after)
{
	char text[TIMESTAMP_TEXT_LEN + 1];

	timestamp_format(when, text);
	buf_join(&response->body, before, "\"", text, "\"", after);
}

void
mailbox_put_etag(struct response *response, int64_t version)
{
	char etag[ETAG_TEXT_LEN + 1];

	etag_format(version, etag);
	response_header(response, "ETag", etag);
}
