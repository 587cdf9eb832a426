/* wallet_read.c: reading a mailbox, once or until there is something new. */
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "device/text.h"
#include "device/wallet_state.h"

enum {
	IDLE_FIRST_MS = 1000,
	IDLE_MAX_MS = 30000,
	FAIR_MS = 500 /* sooner than that, nobody has waited */
};

/* Fills the reading from an answer, and the state with it. */
static enum exit_code
take_reading(const struct wallet *wallet, struct state *state,
    const struct http_answer *answer, struct wallet_reading *reading,
    struct outcome *outcome)
{
	const struct message_content *content = &reading->content;

	if (message_read_content(answer->body.data, answer->body.len,
		&reading->content) != STATUS_OK)
		return (outcome_fail(
		    outcome, EXIT_FAILED, "the relay's answer is not in form"));
	text_copy(state->etag, sizeof(state->etag), answer->etag);
	text_copy(state->seen, sizeof(state->seen), content->name);
	text_copy(
	    state->expiration, sizeof(state->expiration), content->expiration);
	reading->role = state->role;
	text_copy(reading->etag, sizeof(reading->etag), state->etag);
	return (wallet_state_save(wallet, state, outcome));
}

/* The reading of a look: what is not new is none. */
static enum exit_code
take_news(const struct wallet *wallet, struct state *state,
    const struct wallet_look *look, const struct http_answer *answer,
    struct wallet_reading *reading, struct outcome *outcome)
{
	char known[sizeof(state->seen)];
	enum exit_code code;

	memcpy(known, state->seen, sizeof(known));
	code = take_reading(wallet, state, answer, reading, outcome);
	if (code != EXIT_DONE || !look->news || strcmp(known, state->seen) != 0)
		return (code);
	wallet_reading_free(reading);
	return (outcome_fail(
	    outcome, EXIT_UNCHANGED, "there is nothing new in the mailbox"));
}

/* The call of a look.  A token is left by a plain read: that is sure to be
 * answered by 200 once it is kept. */
static enum exit_code
call_look(struct wallet *wallet, const struct state *state,
    const struct share *share, struct wallet_look *look,
    struct http_answer *answer, bool *maybe_done, struct outcome *outcome)
{
	struct call call = { .method = "POST" };
	struct wallet once = *wallet;
	struct buf json = { 0 };
	int64_t start = call_clock();
	enum exit_code code;

	if (wallet->token != NULL) {
		message_leave(wallet->token, &json);
		call.json = json.data;
		call.json_len = json.len;
	} else if (look->news && state->etag[0] != '\0') {
		call.if_none_match = state->etag;
		call.wait_s = look->wait_s;
	}
	if (look->news)
		once.caller.patience_ms = 0;
	code = wallet_call(
	    &once, state, share, &call, answer, maybe_done, outcome);
	if (code == EXIT_DONE)
		wallet_leave(wallet, NULL);
	/* With an ETag that it has just learnt it can ask for a wait. */
	look->fair = call.if_none_match != NULL ?
	    answer->waited && call_clock() - start >= FAIR_MS :
	    answer->etag[0] != '\0';
	look->retry_after = answer->retry_after;
	buf_free(&json);
	return (code);
}

enum exit_code
wallet_look(struct wallet *wallet, const struct share *share,
    struct wallet_look *look, struct wallet_reading *reading, struct buf *plain,
    struct outcome *outcome)
{
	struct http_answer answer = { 0 };
	struct state state = { 0 };
	enum exit_code code;
	bool fresh = false, maybe_done;

	*reading = (struct wallet_reading){ 0 };
	code =
	    origin_allow(&share->origin, wallet->caller.insecure_http, outcome);
	if (code == EXIT_DONE)
		code = look->join ?
		    wallet_state_join(wallet, share, &state, &fresh, outcome) :
		    wallet_state_find(wallet, share, &state, outcome);
	if (code != EXIT_DONE)
		goto out;
	code = call_look(
	    wallet, &state, share, look, &answer, &maybe_done, outcome);
	/* A claim that was not bound is worth nothing. */
	if (fresh && code != EXIT_DONE && !maybe_done)
		wallet_state_forget(wallet, &state);
	if (code == EXIT_DONE)
		code =
		    take_news(wallet, &state, look, &answer, reading, outcome);
	if (code == EXIT_DONE && share->secret.len != 0)
		code = message_open(
		    &reading->content, &share->secret, plain, outcome);
out:
	http_answer_free(&answer);
	state_free(&state);
	return (code);
}

enum exit_code
wallet_receive(struct wallet *wallet, const struct share *share,
    struct wallet_reading *reading, struct buf *plain, struct outcome *outcome)
{
	struct wallet_look look = { .join = true };

	return (wallet_look(wallet, share, &look, reading, plain, outcome));
}

void
wallet_reading_free(struct wallet_reading *reading)
{
	message_content_free(&reading->content);
	*reading = (struct wallet_reading){ 0 };
}

long
wallet_idle_pause(unsigned idle, unsigned dice)
{
	long pause = IDLE_FIRST_MS;

	while (--idle > 0 && pause < IDLE_MAX_MS)
		pause *= 2;
	if (pause > IDLE_MAX_MS)
		pause = IDLE_MAX_MS;
	/* Half of it is jitter, so that devices do not come back together. */
	return (pause / 2 + (long)(dice % (unsigned)(pause / 2 + 1)));
}

/* Where a wait stands. */
struct waiting {
	int64_t end;	/* on call_clock() */
	int64_t away;	/* when the relay was found away; 0: it is not */
	unsigned tries; /* that found it away, in a row */
	unsigned idle;	/* looks in a row that the relay did not wait for */
	bool last;	/* the time is over but for one more look */
};

/* The pause until the next look after one that brought nothing; -1: there is
 * none. */
static long
pause_after(struct waiting *waiting, const struct wallet *wallet,
    const struct wallet_look *look, enum exit_code code)
{
	int64_t now = call_clock(), until;
	unsigned dice;
	long pause = 0;

	crypto_random(&dice, sizeof(dice));
	if (code == EXIT_AWAY) {
		if (waiting->tries++ == 0)
			waiting->away = now;
		until = waiting->away + wallet->caller.patience_ms;
		if (until > waiting->end)
			until = waiting->end;
		return (call_pause(waiting->tries, look->retry_after,
		    (long)(until - now), dice));
	}
	waiting->tries = 0;
	waiting->idle = look->fair ? 0 : waiting->idle + 1;
	if (code != EXIT_UNCHANGED || waiting->last)
		return (-1);
	if (waiting->idle > 0)
		pause = wallet_idle_pause(waiting->idle, dice);
	if (now >= waiting->end)
		return (-1);
	if (pause < waiting->end - now)
		return (pause);
	/* A pause does not hide what comes at the very end. */
	waiting->last = true;
	return ((long)(waiting->end - now));
}

enum exit_code
wallet_wait(struct wallet *wallet, const struct share *share, int64_t limit_s,
    bool join, struct wallet_reading *reading, struct buf *plain,
    struct outcome *outcome)
{
	struct waiting waiting = { 0 };
	struct wallet_look look = { .join = join, .news = true };
	enum exit_code code;
	int64_t left;
	long pause;

	waiting.end = limit_s == 0 ? INT64_MAX : call_clock() + limit_s * 1000;
	for (;;) {
		left = waiting.last ? 0 : waiting.end - call_clock();
		look.wait_s = left > WALLET_WAIT_SLICE * 1000 ?
		    WALLET_WAIT_SLICE :
		    (long)((left + 999) / 1000);
		code =
		    wallet_look(wallet, share, &look, reading, plain, outcome);
		if (code != EXIT_UNCHANGED && code != EXIT_AWAY)
			return (code);
		/* Should another process give the mailbox up meanwhile. */
		look.join = look.join && code == EXIT_AWAY;
		pause = pause_after(&waiting, wallet, &look, code);
		if (pause < 0)
			return (code);
		call_sleep(pause);
	}
}
