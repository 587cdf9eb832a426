/* wallet_state.c: a wallet's state, with messages for a person. */
#include "device/wallet_state.h"

#include <errno.h>
#include <string.h>

#include "device/text.h"
#include "mem.h"

void
wallet_draw_id(char out[UUID_TEXT_LEN + 1])
{
	struct uuid id;

	crypto_uuid_draw(&id);
	uuid_format(&id, out);
}

enum exit_code
wallet_call(const struct wallet *wallet, const struct state *state,
    const struct share *share, struct call *call, struct http_answer *answer,
    bool *maybe_done, struct outcome *outcome)
{
	char request_id[UUID_TEXT_LEN + 1];
	enum exit_code code;

	wallet_draw_id(request_id);
	call->origin = &share->origin;
	call->mailbox = share->mailbox;
	call->claim = state->claim;
	call->request_id = request_id;
	code = call_make(&wallet->caller, call, answer, maybe_done, outcome);
	call->request_id = NULL;
	return (code);
}

/* A message for a status of state.h that is not success. */
static enum exit_code
fail_state(
    const struct wallet *wallet, enum status status, struct outcome *outcome)
{
	if (status == STATUS_GONE)
		return (outcome_fail(outcome, EXIT_NO_STATE,
		    "this device has "
		    "no part in the mailbox: it has not sent or received it, "
		    "or has given it up"));
	if (status == STATUS_INVALID)
		return (outcome_fail(outcome, EXIT_FAILED,
		    "%s: the mailbox's file there is damaged",
		    wallet->directory));
	return (outcome_fail(outcome, EXIT_FAILED, "%s: %s", wallet->directory,
	    strerror(errno)));
}

enum exit_code
wallet_state_find(const struct wallet *wallet, const struct share *share,
    struct state *state, struct outcome *outcome)
{
	enum status status;

	status = state_load(wallet->directory, share->mailbox, state);
	if (status != STATUS_OK)
		return (fail_state(wallet, status, outcome));
	if (strcmp(state->origin, share->origin.text) == 0)
		return (EXIT_DONE);
	/* Whoever made up such a link is after the claim. */
	return (outcome_fail(outcome, EXIT_FAILED,
	    "this device knows the "
	    "mailbox at another relay, %s: nothing was sent",
	    state->origin));
}

enum exit_code
wallet_state_join(const struct wallet *wallet, const struct share *share,
    struct state *state, bool *fresh, struct outcome *outcome)
{
	enum exit_code code;
	enum status status;

	*fresh = false;
	code = wallet_state_find(wallet, share, state, outcome);
	if (code != EXIT_NO_STATE)
		return (code);
	outcome_free(outcome);
	state->role = STATE_RECEIVER;
	state->origin = mem_strdup(share->origin.text);
	text_copy(state->mailbox, sizeof(state->mailbox), share->mailbox);
	wallet_draw_id(state->claim);
	status = state_create(wallet->directory, state);
	*fresh = status == STATUS_OK;
	if (*fresh)
		return (EXIT_DONE);
	state_free(state);
	/* Another process of this device was faster: its claim counts. */
	if (status == STATUS_AGAIN)
		return (wallet_state_find(wallet, share, state, outcome));
	return (fail_state(wallet, status, outcome));
}

enum exit_code
wallet_state_begin(const struct wallet *wallet, const struct state *state,
    struct outcome *outcome)
{
	enum status status = state_create(wallet->directory, state);

	if (status == STATUS_OK)
		return (EXIT_DONE);
	return (fail_state(wallet, STATUS_IO, outcome));
}

enum exit_code
wallet_state_save(const struct wallet *wallet, const struct state *state,
    struct outcome *outcome)
{
	enum status status = state_save(wallet->directory, state);

	return (status == STATUS_OK ? EXIT_DONE :
				      fail_state(wallet, status, outcome));
}

void
wallet_state_forget(const struct wallet *wallet, const struct state *state)
{
	if (state_remove(wallet->directory, state) != STATUS_OK)
		return;
}
