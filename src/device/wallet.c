/* wallet.c: what a device does with mailboxes. */
#include "device/wallet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "device/text.h"
#include "device/wallet_state.h"
#include "mem.h"

enum exit_code
wallet_open(struct wallet *wallet, const char *directory,
    const struct caller *caller, struct outcome *outcome)
{
	enum status status;

	*wallet = (struct wallet){ .caller = *caller };
	status = state_directory(directory, &wallet->directory);
	if (status == STATUS_OK)
		return (EXIT_DONE);
	if (status == STATUS_GONE)
		(void)outcome_fail(outcome, EXIT_FAILED,
		    "there is no home "
		    "directory to keep state in: set XDG_STATE_HOME");
	else if (status == STATUS_INVALID)
		(void)outcome_fail(outcome, EXIT_FAILED,
		    "%s: must be your "
		    "own, and closed to others (mode 0700)",
		    wallet->directory);
	else
		(void)outcome_fail(outcome, EXIT_FAILED, "%s: %s",
		    wallet->directory, strerror(errno));
	wallet_close(wallet);
	return (EXIT_FAILED);
}

void
wallet_close(struct wallet *wallet)
{
	free(wallet->directory);
	*wallet = (struct wallet){ 0 };
}

/* A call on a share's mailbox with the claim of a state. */
static enum exit_code
call_mailbox(const struct wallet *wallet, const char *method,
    const struct state *state, const struct share *share,
    const struct buf *json, const char *if_match, struct http_answer *answer,
    bool *maybe_done, struct outcome *outcome)
{
	char request_id[UUID_TEXT_LEN + 1];
	struct call call = {
		.method = method,
		.origin = &share->origin,
		.mailbox = share->mailbox,
		.claim = state->claim,
		.request_id = request_id,
		.if_match = if_match,
		.json = json != NULL ? json->data : NULL,
		.json_len = json != NULL ? json->len : 0,
	};

	wallet_draw_id(request_id);
	return (call_make(&wallet->caller, &call, answer, maybe_done, outcome));
}

/* Keeps what an answer told; a state that cannot be written is a failure. */
static enum exit_code
remember(const struct wallet *wallet, struct state *state, const char *etag,
    const char *expiration, struct outcome *outcome)
{
	text_copy(state->etag, sizeof(state->etag), etag);
	if (expiration != NULL)
		text_copy(
		    state->expiration, sizeof(state->expiration), expiration);
	return (wallet_state_save(wallet, state, outcome));
}

/* Fills the reading from an answer, and the state with it. */
static enum exit_code
take_reading(const struct wallet *wallet, struct state *state,
    const struct http_answer *answer, struct wallet_reading *reading,
    struct outcome *outcome)
{
	enum exit_code code;

	if (message_read_content(answer->body.data, answer->body.len,
		&reading->content) != STATUS_OK)
		return (outcome_fail(
		    outcome, EXIT_FAILED, "the relay's answer is not in form"));
	code = remember(
	    wallet, state, answer->etag, reading->content.expiration, outcome);
	reading->role = state->role;
	text_copy(reading->etag, sizeof(reading->etag), state->etag);
	return (code);
}

enum exit_code
wallet_receive(struct wallet *wallet, const struct share *share,
    struct wallet_reading *reading, struct buf *plain, struct outcome *outcome)
{
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	bool maybe_done;
	enum exit_code code;
	bool fresh;

	*reading = (struct wallet_reading){ 0 };
	code =
	    origin_allow(&share->origin, wallet->caller.insecure_http, outcome);
	if (code == EXIT_DONE)
		code =
		    wallet_state_join(wallet, share, &state, &fresh, outcome);
	if (code != EXIT_DONE)
		goto out;
	code = call_mailbox(wallet, "POST", &state, share, NULL, NULL, &answer,
	    &maybe_done, outcome);
	/* A claim that was not bound is worth nothing. */
	if (fresh && code != EXIT_DONE && !maybe_done)
		wallet_state_forget(wallet, &state);
	if (code == EXIT_DONE)
		code = take_reading(wallet, &state, &answer, reading, outcome);
	if (code == EXIT_DONE && share->secret.len != 0)
		code = message_open(
		    &reading->content, &share->secret, plain, outcome);
out:
	http_answer_free(&answer);
	state_free(&state);
	return (code);
}

void
wallet_reading_free(struct wallet_reading *reading)
{
	message_content_free(&reading->content);
	*reading = (struct wallet_reading){ 0 };
}

enum exit_code
wallet_update(struct wallet *wallet, const struct share *share,
    const void *content, size_t len, bool if_match, struct outcome *outcome)
{
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	bool maybe_done;
	struct buf json = { 0 };
	enum exit_code code;

	code = wallet_state_find(wallet, share, &state, outcome);
	if (code == EXIT_DONE && if_match && state.etag[0] == '\0')
		code = outcome_fail(outcome, EXIT_FAILED,
		    "this device does "
		    "not know what is in the mailbox now: receive it first");
	if (code != EXIT_DONE)
		goto out;
	message_update(&share->secret, content, len, &json);
	code = call_mailbox(wallet, "PUT", &state, share, &json,
	    if_match ? state.etag : NULL, &answer, &maybe_done, outcome);
	/*
	 * 201 answers a repeat: the other side may have written since, so its
	 * ETag would vouch for something that this device has not seen.
	 */
	if (code == EXIT_DONE)
		code = remember(wallet, &state,
		    answer.status == 200 ? answer.etag : "", NULL, outcome);
out:
	buf_free(&json);
	http_answer_free(&answer);
	state_free(&state);
	return (code);
}

enum exit_code
wallet_relinquish(
    struct wallet *wallet, const struct share *share, struct outcome *outcome)
{
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	bool maybe_done;
	enum exit_code code;

	code = wallet_state_find(wallet, share, &state, outcome);
	if (code == EXIT_DONE)
		code = call_mailbox(wallet, "PATCH", &state, share, NULL, NULL,
		    &answer, &maybe_done, outcome);
	/* The next read draws another claim, so that nobody can link them. */
	if (code == EXIT_DONE)
		wallet_state_forget(wallet, &state);
	http_answer_free(&answer);
	state_free(&state);
	return (code);
}

enum exit_code
wallet_delete(
    struct wallet *wallet, const struct share *share, struct outcome *outcome)
{
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	bool maybe_done = false;
	enum exit_code code;

	code = wallet_state_find(wallet, share, &state, outcome);
	if (code == EXIT_DONE)
		code = call_mailbox(wallet, "DELETE", &state, share, NULL, NULL,
		    &answer, &maybe_done, outcome);
	if (code == EXIT_DONE || code == EXIT_NOT_FOUND)
		wallet_state_forget(wallet, &state);
	/* An earlier attempt did it, and its answer was lost. */
	if (code == EXIT_NOT_FOUND && maybe_done) {
		outcome_free(outcome);
		outcome->http_status = answer.status;
		code = EXIT_DONE;
	}
	http_answer_free(&answer);
	state_free(&state);
	return (code);
}

enum exit_code
wallet_preview(const struct caller *caller, const struct share *share,
    struct buf *html, struct outcome *outcome)
{
	struct call call = {
		.method = "GET",
		.origin = &share->origin,
		.mailbox = share->mailbox,
	};
	struct http_answer answer = { 0 };
	bool maybe_done;
	enum exit_code code;

	code = call_make(caller, &call, &answer, &maybe_done, outcome);
	if (code == EXIT_DONE)
		buf_add(html, answer.body.data, answer.body.len);
	http_answer_free(&answer);
	return (code);
}
