/* mailbox_read.c: ReadSecureContentFromMailbox, and waiting for a change. */
#include "mailbox.h"

#include <stdio.h>

#include "db_gather.h"
#include "mailbox_parts.h"

/*
 * A device that has waited is bound already, and its token was taken then: the
 * second look neither binds (it may have let go meanwhile) nor writes.  Long
 * content, which most often it has, is not fetched for nothing: hence alone.
 */
static void
add_check(
    const struct request *request, struct exchange *x, struct db_call *call)
{
	const struct etag_list *seen = &request->if_none_match;

	db_call_start(call, DB_CHECK, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	mailbox_add_claim(&x->seal, request, call);
	if (seen->any)
		db_call_null(call);
	else
		db_call_int8s(call, seen->versions, seen->n);
	call->alone = x->lengthy;
}

enum problem
mailbox_read_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	enum problem problem = PROBLEM_BODY_INVALID;
	struct body body;

	if (body_read_read(request, &body) != STATUS_OK)
		goto out;
	if (request->prefer.waits && request->if_none_match.given) {
		x->wait = WAIT_MAY;
		x->wait_s = request->prefer.seconds < relay->conf->max_wait ?
		    request->prefer.seconds :
		    relay->conf->max_wait;
	}
	problem = PROBLEM_NONE;
	if (x->again) {
		add_check(request, x, call);
		goto out;
	}
	db_call_start(call, DB_READ, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	mailbox_add_claim(&x->seal, request, call);
	mailbox_add_token_change(relay, &x->seal, request, &body, call);
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
	mailbox_put_expiration(response, ",\"expiration\":", expires_at, "}");
	return (STATUS_OK);
}

/* What the caller has is what there is: it waits, or is told so. */
static void
answer_unchanged(
    struct exchange *x, const struct db_call *call, struct response *response)
{
	const void *sealed;
	size_t len;

	/* Else it was not fetched, and is as long as before. */
	if (db_row_bytes(call, 3, &sealed, &len) == STATUS_OK)
		x->lengthy = len > DB_GATHER_MAX;
	/* Without an end there would be no time to look again at. */
	x->unchanged = db_row_time(call, 1, &x->expires_at) == STATUS_OK;
	if (!x->unchanged || x->wait != WAIT_MAY)
		response_problem(response, PROBLEM_ETAG_MISMATCH);
}

/* Named only where it was honoured (RFC 7240, 3). */
static void
put_preference(const struct exchange *x, struct response *response)
{
	char text[32];

	if (x->wait != WAIT_MAY && x->wait != WAIT_OVER)
		return;
	(void)snprintf(text, sizeof(text), "wait=%u", x->wait_s);
	response_header(response, "Preference-Applied", text);
}

static bool
is_unchanged(
    const struct request *request, const struct db_call *call, int64_t version)
{
	enum db_outcome outcome;

	if (db_row_outcome(call, &outcome) == STATUS_OK &&
	    outcome == DB_UNCHANGED)
		return (true);
	return (request->if_none_match.given &&
	    etag_list_has(&request->if_none_match, version));
}

void
mailbox_read_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	bool unchanged = false;
	int64_t version = 0;

	if (db_row_null(call, 2)) {
		/* No version: it is a refusal. */
		if (mailbox_start_answer(call, response))
			response_problem(response, PROBLEM_INTERNAL);
		return;
	}
	if (db_row_int8(call, 2, &version) == STATUS_OK)
		unchanged = is_unchanged(request, call, version);
	if (unchanged)
		answer_unchanged(x, call, response);
	else if (!mailbox_start_answer(call, response))
		return;
	else if (put_content(relay, &x->seal, call, response) != STATUS_OK) {
		response_problem(response, PROBLEM_INTERNAL);
		return;
	}
	mailbox_put_etag(response, version);
	put_preference(x, response);
}
