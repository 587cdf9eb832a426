/* mailbox.c: the operations on a mailbox that change it. */
#include "mailbox.h"

#include "mailbox_parts.h"

static bool
has_gateway(const struct conf *c)
{
	return (c->webhook.on || c->apns.on || c->fcm.on || c->webpush.on);
}

static const char *
json_bool(bool value)
{
	return (value ? "true" : "false");
}

static void
add_create(const struct relay *relay, const struct request *request,
    struct seal *seal, const struct body *body, struct db_call *call)
{
	db_call_start(call, DB_CREATE, &seal->row_key);
	db_call_uuid(call, &seal->row_key);
	mailbox_add_claim(seal, request, call);
	mailbox_add_request_id(seal,
	    body->drawn ? SEAL_CREATE_DRAWN : SEAL_CREATE_MADE, request, call);
	db_call_int2(call, (int16_t)body->rights);
	if (body->expires)
		db_call_time(call, body->expiration);
	else
		db_call_null(call);
	db_call_int4(call, (int32_t)relay->conf->default_ttl);
	db_call_int4(call, (int32_t)relay->conf->max_ttl);
	db_call_int8(call, seal_random_version());
	mailbox_add_sealed(seal, SEAL_PAYLOAD, NULL, body->payload.start,
	    body->payload.len, call);
	if (body->display.len != 0)
		mailbox_add_sealed(seal, SEAL_DISPLAY, NULL, body->display.data,
		    body->display.len, call);
	else
		db_call_null(call);
	mailbox_add_token(relay, seal, request, body, call);
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

	if (!mailbox_start_answer(call, response))
		return;
	if (db_row_time(call, 1, &expires_at) != STATUS_OK) {
		response_problem(response, PROBLEM_INTERNAL);
		return;
	}
	response->content_type = "application/json";
	buf_puts(&response->body, "{\"urlLink\":\"");
	operation_link(relay, &x->seal, &response->body);
	buf_printf(&response->body, "\",\"isPushNotificationSupported\":%s",
	    json_bool(
		mailbox_token_is_served(relay, &x->seal, request, call, 2)));
	mailbox_put_expiration(response, ",\"expiration\":", expires_at, "}");
}

enum problem
mailbox_update_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	enum problem problem = PROBLEM_BODY_INVALID;
	struct body body;

	if (body_read_update(request, &body) != STATUS_OK)
		goto out;
	db_call_start(call, DB_UPDATE, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	mailbox_add_claim(&x->seal, request, call);
	mailbox_add_request_id(&x->seal, SEAL_REQUEST, request, call);
	mailbox_add_if_match(request, call);
	mailbox_add_sealed(&x->seal, SEAL_PAYLOAD, NULL, body.payload.start,
	    body.payload.len, call);
	mailbox_add_token_change(relay, &x->seal, request, &body, call);
	if (has_gateway(relay->conf))
		mailbox_add_wrap(relay, &x->seal, call);
	else
		db_call_null(call);
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

	if (!mailbox_start_answer(call, response))
		return;
	/* Of a repeat too: the first try may have died before it rang. */
	x->changed = true;
	if (db_row_bool(call, 3, &x->pushed) != STATUS_OK)
		x->pushed = false;
	response->content_type = "application/json";
	buf_printf(&response->body, "{\"isPushNotificationSupported\":%s}",
	    json_bool(
		mailbox_token_is_served(relay, &x->seal, request, call, 2)));
	/*
	 * A repeat has a version only while the content is still its own: a
	 * device must not take for its own what the other side wrote since.
	 */
	if (!db_row_null(call, 1) &&
	    db_row_int8(call, 1, &version) == STATUS_OK)
		mailbox_put_etag(response, version);
}

enum problem
mailbox_relinquish_call(const struct relay *relay,
    const struct request *request, struct exchange *x, struct db_call *call)
{
	(void)relay;
	db_call_start(call, DB_RELINQUISH, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	mailbox_add_claim(&x->seal, request, call);
	mailbox_add_request_id(&x->seal, SEAL_REQUEST, request, call);
	mailbox_add_if_match(request, call);
	return (PROBLEM_NONE);
}

void
mailbox_relinquish_answer(const struct relay *relay,
    const struct request *request, struct exchange *x,
    const struct db_call *call, struct response *response)
{
	(void)relay, (void)request, (void)x;
	(void)mailbox_start_answer(call, response);
}

enum problem
mailbox_delete_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	db_call_start(call, DB_DELETE, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	mailbox_add_claim(&x->seal, request, call);
	mailbox_add_if_match(request, call);
	if (relay->conf->notify_on_delete && has_gateway(relay->conf))
		mailbox_add_wrap(relay, &x->seal, call);
	else
		db_call_null(call);
	return (PROBLEM_NONE);
}

void
mailbox_delete_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	enum db_outcome outcome;

	(void)relay, (void)request;
	/* The first try ended it; only the news of that was lost. */
	if (call->uncertain && db_row_outcome(call, &outcome) == STATUS_OK &&
	    outcome == DB_ENDED)
		response_start(response, 200);
	else if (!mailbox_start_answer(call, response))
		return;
	x->changed = true;
	if (db_row_bool(call, 1, &x->pushed) != STATUS_OK)
		x->pushed = false;
}
