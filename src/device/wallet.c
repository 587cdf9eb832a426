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
	free(wallet->token);
	*wallet = (struct wallet){ 0 };
}

void
wallet_leave(struct wallet *wallet, const char *token)
{
	free(wallet->token);
	wallet->token = token != NULL ? mem_strdup(token) : NULL;
}

enum exit_code
wallet_update(struct wallet *wallet, const struct share *share,
    const void *content, size_t len, bool if_match, struct outcome *outcome)
{
	struct call call = { .method = "PUT" };
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	struct buf json = { 0 };
	enum exit_code code;
	bool maybe_done;

	code = wallet_state_find(wallet, share, &state, outcome);
	if (code == EXIT_DONE && if_match && state.etag[0] == '\0')
		code = outcome_fail(outcome, EXIT_FAILED,
		    "this device does "
		    "not know what is in the mailbox now: receive it first");
	if (code != EXIT_DONE)
		goto out;
	message_update(
	    &share->secret, content, len, wallet->token, &json, state.seen);
	call.json = json.data;
	call.json_len = json.len;
	call.if_match = if_match ? state.etag : NULL;
	code = wallet_call(
	    wallet, &state, share, &call, &answer, &maybe_done, outcome);
	if (code != EXIT_DONE)
		goto out;
	wallet_leave(wallet, NULL);
	wallet->push = message_read_push(answer.body.data, answer.body.len);
	/*
	 * 201 answers a repeat: the other side may have written since, so its
	 * ETag would vouch for something that this device has not seen.
	 */
	text_copy(state.etag, sizeof(state.etag),
	    answer.status == 200 ? answer.etag : "");
	code = wallet_state_save(wallet, &state, outcome);
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
	struct call call = { .method = "PATCH" };
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	bool maybe_done;
	enum exit_code code;

	code = wallet_state_find(wallet, share, &state, outcome);
	if (code == EXIT_DONE)
		code = wallet_call(wallet, &state, share, &call, &answer,
		    &maybe_done, outcome);
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
	struct call call = { .method = "DELETE" };
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	bool maybe_done = false;
	enum exit_code code;

	code = wallet_state_find(wallet, share, &state, outcome);
	if (code == EXIT_DONE)
		code = wallet_call(wallet, &state, share, &call, &answer,
		    &maybe_done, outcome);
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
