/* wallet_send.c: making a mailbox, and tidying up after a send that broke. */
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "device/text.h"
#include "device/wallet_state.h"
#include "mem.h"
#include "timestamp.h"

/* Makes the call of a create again and again until it is answered. */
static enum exit_code
call_create(const struct wallet *wallet, const struct state *state,
    const struct origin *relay, const struct buf *json,
    struct http_answer *answer, bool *maybe_done, struct outcome *outcome)
{
	struct call call = {
		.method = "POST",
		.origin = relay,
		.claim = state->claim,
		.request_id = state->request,
		.json = json->data,
		.json_len = json->len,
	};

	return (call_make(&wallet->caller, &call, answer, maybe_done, outcome));
}

/* The link in the answer, which must be one, and for what was asked. */
static enum exit_code
take_link(const struct state *state, const struct http_answer *answer,
    struct share *share, char expiration[21], bool *push,
    struct outcome *outcome)
{
	struct message_created created;
	struct outcome ignored = { 0 };
	bool good;

	*share = (struct share){ 0 };
	if (message_read_created(
		answer->body.data, answer->body.len, &created) != STATUS_OK)
		return (outcome_fail(
		    outcome, EXIT_FAILED, "the relay's answer is not in form"));
	good = share_read(share, created.link, &ignored) == EXIT_DONE &&
	    share->vertical[0] == '\0' && share->secret.len == 0 &&
	    (state->mailbox[0] == '\0' ||
		strcmp(state->mailbox, share->mailbox) == 0);
	text_copy(expiration, sizeof(created.expiration), created.expiration);
	*push = created.push;
	message_created_free(&created);
	outcome_free(&ignored);
	if (good)
		return (EXIT_DONE);
	share_free(share);
	return (outcome_fail(outcome, EXIT_FAILED,
	    "the relay's link is not that of the mailbox asked for"));
}

/* Replaces the state of the create by that of the mailbox. */
static enum exit_code
settle(const struct wallet *wallet, const struct state *state,
    const struct share *share, const char *etag, const char *expiration,
    struct outcome *outcome)
{
	struct state settled = *state;
	enum exit_code code;

	text_copy(settled.mailbox, sizeof(settled.mailbox), share->mailbox);
	/* The link's relay is where the claim goes from now on. */
	settled.origin = share->origin.text;
	settled.request[0] = '\0';
	text_copy(settled.expiration, sizeof(settled.expiration), expiration);
	text_copy(settled.etag, sizeof(settled.etag), etag);
	code = wallet_state_save(wallet, &settled, outcome);
	/* Only now: until then the claim is in the other file alone. */
	if (code == EXIT_DONE && state->mailbox[0] == '\0')
		wallet_state_forget(wallet, state);
	crypto_wipe(&settled, sizeof(settled));
	return (code);
}

static void
begin_state(const struct wallet_order *order, struct state *state)
{
	state->role = STATE_SENDER;
	state->origin = mem_strdup(order->relay->text);
	wallet_draw_id(state->claim);
	wallet_draw_id(state->request);
	if (order->draw_identifier)
		wallet_draw_id(state->mailbox);
}

/* Adds what the relay's link does not have. */
static void
complete(struct share *share, const struct secret *secret, const char *vertical)
{
	share->secret = *secret;
	if (vertical != NULL)
		text_copy(share->vertical, sizeof(share->vertical), vertical);
}

enum exit_code
wallet_send(struct wallet *wallet, const struct wallet_order *order,
    struct share *share, char expiration[21], struct outcome *outcome)
{
	struct message_terms terms = order->terms;
	struct http_answer answer = { 0 };
	bool maybe_done;
	struct state state = { 0 };
	struct secret secret;
	struct buf json = { 0 };
	enum exit_code code;

	*share = (struct share){ 0 };
	crypto_secret_draw(&secret, order->secret_len);
	code =
	    origin_allow(order->relay, wallet->caller.insecure_http, outcome);
	if (code != EXIT_DONE)
		goto out;
	begin_state(order, &state);
	terms.mailbox = order->draw_identifier ? state.mailbox : NULL;
	terms.token = wallet->token;
	message_create(&terms, &secret, order->content, order->content_len,
	    &json, state.seen);
	code = wallet_state_begin(wallet, &state, outcome);
	if (code != EXIT_DONE)
		goto out;
	code = call_create(
	    wallet, &state, order->relay, &json, &answer, &maybe_done, outcome);
	/* For certain there is no mailbox. */
	if (code != EXIT_DONE && !maybe_done)
		wallet_state_forget(wallet, &state);
	if (code == EXIT_DONE)
		code = take_link(
		    &state, &answer, share, expiration, &wallet->push, outcome);
	if (code == EXIT_DONE)
		code = settle(
		    wallet, &state, share, answer.etag, expiration, outcome);
	if (code == EXIT_DONE) {
		wallet_leave(wallet, NULL);
		complete(share, &secret, order->vertical);
	}
out:
	crypto_wipe(&secret, sizeof(secret));
	buf_free(&json);
	http_answer_free(&answer);
	state_free(&state);
	return (code);
}

/* A share for a mailbox that only its state tells of. */
static enum exit_code
share_of_state(
    const struct state *state, struct share *share, struct outcome *outcome)
{
	*share = (struct share){ 0 };
	text_copy(share->mailbox, sizeof(share->mailbox), state->mailbox);
	return (origin_read(&share->origin, state->origin, outcome));
}

/*
 * Asks for the identifier of a create that was interrupted, with its claim
 * and request id: the relay answers 201 with the mailbox that was made, or 200
 * with an empty one that is deleted at once as well.
 */
static enum exit_code
learn_mailbox(const struct wallet *wallet, const struct state *state,
    struct share *share, struct outcome *outcome)
{
	struct message_terms terms = { .rights = "D" };
	struct http_answer answer = { 0 };
	struct origin relay = { 0 };
	struct secret secret;
	struct buf json = { 0 };
	char expiration[21], name[17];
	enum exit_code code;
	bool maybe_done, push;

	crypto_secret_draw(&secret, CRYPTO_SECRET_MAX);
	message_create(&terms, &secret, "", 0, &json, name);
	code = origin_read(&relay, state->origin, outcome);
	if (code == EXIT_DONE)
		code = call_create(wallet, state, &relay, &json, &answer,
		    &maybe_done, outcome);
	if (code == EXIT_DONE)
		code = take_link(
		    state, &answer, share, expiration, &push, outcome);
	if (code == EXIT_DONE)
		code = settle(wallet, state, share, "", expiration, outcome);
	crypto_wipe(&secret, sizeof(secret));
	origin_free(&relay);
	buf_free(&json);
	http_answer_free(&answer);
	return (code);
}

/* Ends what an interrupted send may have made. */
static enum exit_code
end_interrupted(
    struct wallet *wallet, const struct state *state, struct outcome *outcome)
{
	struct share share = { 0 };
	enum exit_code code;

	code = state->mailbox[0] == '\0' ?
	    learn_mailbox(wallet, state, &share, outcome) :
	    share_of_state(state, &share, outcome);
	if (code == EXIT_DONE)
		code = wallet_delete(wallet, &share, outcome);
	share_free(&share);
	/* It never came to be, its time is over, or an earlier tidy ended it. */
	if (code == EXIT_NOT_FOUND ||
	    strcmp(outcome->code, "mailbox_ended") == 0) {
		wallet_state_forget(wallet, state);
		outcome_free(outcome);
		code = EXIT_DONE;
	}
	return (code);
}

/* A send that has not been answered for so long is not under way any more. */
static bool
state_is_interrupted(const struct state *state)
{
	return (state->request[0] != '\0' &&
	    (int64_t)time(NULL) - state->written > WALLET_INTERRUPTED);
}

static bool
state_has_expired(const struct state *state)
{
	int64_t expiration;

	return (timestamp_parse(state->expiration, strlen(state->expiration),
		    &expiration) == STATUS_OK &&
	    expiration < (int64_t)time(NULL));
}

/* What tidy_one() works on. */
struct tidy {
	struct wallet *wallet;
	struct wallet_tidied *tidied;
	struct outcome *outcome;
};

static void
tidy_one(const char *name, void *arg)
{
	const struct tidy *tidy = arg;
	struct outcome outcome = { 0 };
	enum status status;
	struct state state;

	status = state_load(tidy->wallet->directory, name, &state);
	if (status == STATUS_GONE)
		return; /* it was ended with another file of its mailbox */
	if (status != STATUS_OK) {
		tidy->tidied->left++;
		(void)outcome_fail(tidy->outcome, EXIT_FAILED,
		    "%s/%s cannot be read or is damaged",
		    tidy->wallet->directory, name);
		return;
	}
	if (state_has_expired(&state)) {
		wallet_state_forget(tidy->wallet, &state);
		tidy->tidied->expired++;
	} else if (state_is_interrupted(&state)) {
		if (end_interrupted(tidy->wallet, &state, &outcome) ==
		    EXIT_DONE) {
			tidy->tidied->ended++;
		} else {
			tidy->tidied->left++;
			outcome_free(tidy->outcome);
			*tidy->outcome = outcome;
			outcome = (struct outcome){ 0 };
		}
		outcome_free(&outcome);
	}
	state_free(&state);
}

enum exit_code
wallet_tidy(struct wallet *wallet, struct wallet_tidied *tidied,
    struct outcome *outcome)
{
	struct tidy tidy = { wallet, tidied, outcome };

	*tidied = (struct wallet_tidied){ 0 };
	if (state_list(wallet->directory, tidy_one, &tidy) != STATUS_OK)
		return (outcome_fail(outcome, EXIT_FAILED, "%s: cannot be read",
		    wallet->directory));
	return (outcome->exit);
}
