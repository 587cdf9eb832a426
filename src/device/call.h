/*
 * call.h: one call to a relay, repeated with the same request id until it is
 * answered or patience ends.
 */
#ifndef CREDRELAY_DEVICE_CALL_H
#define CREDRELAY_DEVICE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "device/http.h"
#include "device/outcome.h"
#include "device/share.h"

/* How long a call is repeated when the user does not say, in seconds. */
#define CALL_PATIENCE 30
/* The longest that a user may choose. */
#define CALL_PATIENCE_MAX 300

/* Hears of every exchange: `problem` is NULL, or why no answer came. */
typedef void (*call_listener)(void *arg, const char *method, const char *path,
    long http_status, const char *problem);

/* How calls are made; filled by the caller. */
struct caller {
	struct http *http; /* borrowed */
	bool insecure_http;
	long patience_ms;	/* 0: one attempt */
	call_listener listener; /* NULL: none */
	void *listener_arg;
};

struct call {
	const char *method; /* all borrowed for the call */
	const struct origin *origin;
	const char *mailbox;	/* NULL: the collection */
	const char *claim;	/* NULL: a preview */
	const char *request_id; /* NULL: a preview */
	const char *if_match;	/* NULL: none */
	const char *if_none_match;
	long wait_s;		/* how long the relay may wait; 0: not */
	const char *json;	/* NULL: none */
	size_t json_len;
};

/*
 * Makes the call.  Network errors, 502, 503, 504 and a 500 that is not the
 * relay's own are repeated, as Retry-After says or with growing, jittered
 * pauses, for patience_ms in all.
 * EXIT_DONE: 200 or 201, *answer is filled.  Otherwise outcome holds a
 * message, the status and the problem's code; *answer is filled as far as an
 * answer came.  Release it with http_answer_free() in either case.
 * EXIT_UNCHANGED: 412, where there was an if_none_match.
 * *maybe_done: some attempt ended without a clear answer, so that the call may
 * have been carried out whatever the last answer says.
 */
MUST_CHECK enum exit_code call_make(const struct caller *, const struct call *,
    struct http_answer *, bool *maybe_done, struct outcome *);

/* The monotonic clock in ms, and a sleep that signals do not cut. */
int64_t call_clock(void);
void call_sleep(long ms);

/*
 * The pause before the next attempt, in ms, or -1: give up, for it would not
 * fit into what is left.  `attempt` counts from 1, `retry_after` is the
 * relay's word in seconds (0: none), `dice` random bits for the jitter.
 */
long
call_pause(unsigned attempt, long retry_after, long left_ms, unsigned dice);

#endif
