/* call.c: one call to a relay, repeated until it is answered. */
#include "device/call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "device/message.h"

enum {
	ATTEMPT_MS = 15000, /* a relay may look for its database for 10 s */
	ATTEMPT_MIN_MS = 1000,
	PAUSE_FIRST_MS = 250,
	PAUSE_MAX_MS = 5000
};

int64_t
call_clock(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

void
call_sleep(long ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		continue;
}

long
call_pause(unsigned attempt, long retry_after, long left_ms, unsigned dice)
{
	long pause = PAUSE_FIRST_MS;

	while (--attempt > 0 && pause < PAUSE_MAX_MS)
		pause *= 2;
	if (pause > PAUSE_MAX_MS)
		pause = PAUSE_MAX_MS;
	/* Half of it is jitter, so that devices do not come back together. */
	pause = pause / 2 + (long)(dice % (unsigned)(pause / 2 + 1));
	if (retry_after > left_ms / 1000)
		return (-1);
	if (retry_after * 1000 > pause)
		pause = retry_after * 1000 + pause / 8;
	return (pause >= left_ms ? -1 : pause);
}

/* Tells what a status other than 200 and 201 means, in a device's words. */
static enum exit_code
fail_by_status(const struct call *call, const struct http_answer *answer,
    struct outcome *outcome)
{
	char detail[MESSAGE_DETAIL_MAX + 1];
	const char *gap;

	message_problem(
	    answer->body.data, answer->body.len, outcome->code, detail);
	gap = detail[0] == '\0' ? "" : ": ";
	switch (answer->status) {
	case 401:
		return (outcome_fail(outcome, EXIT_REFUSED,
		    "the relay refuses this device%s%s", gap, detail));
	case 404:
		return (outcome_fail(outcome, EXIT_NOT_FOUND,
		    "there is no "
		    "such mailbox: it has expired, was deleted, or never was"));
	case 409:
		return (outcome_fail(outcome, EXIT_CONFLICT,
		    "the relay has a conflict%s%s", gap, detail));
	case 412:
		if (call->if_none_match != NULL)
			return (outcome_fail(outcome, EXIT_UNCHANGED,
			    "there is nothing new in the mailbox"));
		return (outcome_fail(outcome, EXIT_CONFLICT,
		    "the mailbox has "
		    "changed since this device last saw it"));
	case 500:
		/* The relay's own; else a web server has lost the relay. */
		if (strcmp(outcome->code, "internal") == 0)
			break;
		/* FALLTHROUGH */
	case 502:
	case 503:
	case 504:
		return (outcome_fail(outcome, EXIT_AWAY,
		    "the relay cannot serve now (%ld)", answer->status));
	default:
		break;
	}
	return (outcome_fail(outcome, EXIT_FAILED, "the relay answered %ld%s%s",
	    answer->status, gap, detail));
}

/* An answer came: is it the relay's to this request, and which? */
static enum exit_code
judge_answer(const struct call *call, const struct http_answer *answer,
    struct outcome *outcome)
{
	bool good = answer->status == 200 || answer->status == 201;

	/*
	 * A success that does not name the request id is not the relay's: a
	 * portal that answers for everyone, or an answer to someone else.
	 */
	if (call->request_id != NULL && (good || answer->request_id[0]) &&
	    strcasecmp(answer->request_id, call->request_id) != 0)
		return (outcome_fail(outcome, EXIT_FAILED,
		    "the answer (%ld) "
		    "does not belong to the request: is this a relay?",
		    answer->status));
	return (good ? EXIT_DONE : fail_by_status(call, answer, outcome));
}

static enum exit_code
judge_failure(
    const struct http *http, enum status status, struct outcome *outcome)
{
	switch (status) {
	case STATUS_GONE:
	case STATUS_OUTAGE:
		return (outcome_fail(outcome, EXIT_AWAY,
		    "the relay does not answer: %s", http_error(http)));
	case STATUS_INVALID:
		return (outcome_fail(outcome, EXIT_UNTRUSTED,
		    "the relay cannot prove who it is: %s", http_error(http)));
	case STATUS_TOO_LARGE:
		return (outcome_fail(
		    outcome, EXIT_FAILED, "the answer is too large"));
	default:
		return (outcome_fail(outcome, EXIT_FAILED,
		    "the request cannot be made: %s", http_error(http)));
	}
}

static void
tell_listener(const struct caller *caller, const struct call *call,
    enum status status, long http_status)
{
	char path[64];

	if (caller->listener == NULL)
		return;
	/* The start of the identifier is enough to tell mailboxes apart. */
	(void)snprintf(path, sizeof(path), "/v1/m%s%.8s%s",
	    call->mailbox != NULL ? "/" : "",
	    call->mailbox != NULL ? call->mailbox : "",
	    call->mailbox != NULL ? "..." : "");
	caller->listener(caller->listener_arg, call->method, path,
	    status == STATUS_OK ? http_status : 0,
	    status == STATUS_OK ? NULL : http_error(caller->http));
}

/* One attempt.  *again: it is worth another. */
static enum exit_code
attempt_once(const struct caller *caller, const struct call *call,
    const struct http_request *request, struct http_answer *answer, bool *again,
    bool *maybe_done, struct outcome *outcome)
{
	enum exit_code code;
	enum status status;

	outcome_free(outcome);
	status = http_exchange(caller->http, request, answer);
	tell_listener(caller, call, status, answer->status);
	if (status != STATUS_OK) {
		*again = status == STATUS_OUTAGE || status == STATUS_GONE;
		if (status == STATUS_OUTAGE || status == STATUS_TOO_LARGE)
			*maybe_done = true;
		return (judge_failure(caller->http, status, outcome));
	}
	if (answer->status < 400 || answer->status >= 500)
		*maybe_done = true;
	outcome->http_status = answer->status;
	code = judge_answer(call, answer, outcome);
	*again = code == EXIT_AWAY;
	return (code);
}

static void
make_url(const struct call *call, struct buf *url)
{
	buf_printf(url, "%s/v1/m", call->origin->text);
	if (call->mailbox != NULL)
		buf_printf(url, "/%s", call->mailbox);
}

enum exit_code
call_make(const struct caller *caller, const struct call *call,
    struct http_answer *answer, bool *maybe_done, struct outcome *outcome)
{
	struct http_request request = { call->method, NULL, call->claim,
		call->request_id, call->if_match, call->if_none_match,
		call->json, call->json_len, call->wait_s, 0 };
	int64_t deadline = call_clock() + caller->patience_ms;
	struct buf url = { 0 };
	enum exit_code code;
	unsigned attempt, dice;
	long left, pause;
	bool again;

	*maybe_done = false;
	code = origin_allow(call->origin, caller->insecure_http, outcome);
	if (code != EXIT_DONE)
		return (code);
	make_url(call, &url);
	request.url = url.data;
	for (attempt = 1;; attempt++) {
		left = (long)(deadline - call_clock());
		request.timeout_ms =
		    attempt == 1 || left > ATTEMPT_MS ? ATTEMPT_MS : left;
		if (request.timeout_ms < ATTEMPT_MIN_MS)
			request.timeout_ms = ATTEMPT_MIN_MS;
		request.timeout_ms += call->wait_s * 1000;
		code = attempt_once(caller, call, &request, answer, &again,
		    maybe_done, outcome);
		if (!again)
			break;
		crypto_random(&dice, sizeof(dice));
		left = (long)(deadline - call_clock());
		pause = call_pause(attempt, answer->retry_after, left, dice);
		if (pause < 0)
			break;
		call_sleep(pause);
	}
	buf_free(&url);
	return (code);
}
