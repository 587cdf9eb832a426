/*
 * demo.h: the demonstration: three devices, a table of steps for each flow.
 * For the demonstration's own files.
 */
#ifndef CREDRELAY_DEVICE_DEMO_H
#define CREDRELAY_DEVICE_DEMO_H

#include <stdbool.h>

#include "buf.h"
#include "device/keyshare.h"
#include "device/outcome.h"
#include "device/wallet.h"

/* All that the steps work on. */
struct demo {
	struct origin relay;
	struct wallet sender;
	struct wallet receiver;
	struct wallet stranger;	       /* has seen the link, too late */
	struct share share;	       /* the sender's */
	struct buf url;		       /* what the sender passes on */
	struct share accepted;	       /* what the others make of it */
	struct crypto_key *owner;      /* stateful: the sender's key */
	struct keyshare_receiver keys; /* stateful: the receiver's */
	int link[2];		       /* a pipe: the messenger between two
					 processes */
	const char *cacert;	       /* borrowed */
	const char *push_log;	       /* borrowed; NULL: wait at the relay */
	char sender_token[UUID_TEXT_LEN + 1]; /* its tokenData */
	char receiver_token[UUID_TEXT_LEN + 1];
	bool quiet;
	unsigned steps;		 /* done so far */
	struct outcome *outcome; /* borrowed */
};

/* The two processes of a flow in which both sides wait. */
enum demo_side { DEMO_SENDER, DEMO_RECEIVER, DEMO_SIDES };

/* One step: who does what, the doing, and the process that does it. */
struct demo_step {
	const char *who;
	const char *what;
	enum exit_code (*run)(struct demo *);
	enum demo_side side;
};

/* The flows; each ends with a step whose run is NULL.  The first is played by
 * one process, the others by one a side. */
extern const struct demo_step demo_stateless[];
extern const struct demo_step demo_stateful[];
extern const struct demo_step demo_pushed[];

/* Prints who does what, in its number. */
void demo_announce(const struct demo *, const struct demo_step *, unsigned n);

/*
 * Plays the steps in two processes, and tells of them in the order of the
 * table: what a side does is told when its turn has come.  A failure of either
 * ends both.  Fills the outcome.
 */
MUST_CHECK enum exit_code
demo_play(struct demo *, const struct demo_step *steps);

/*
 * Waits until the receiver of pushes has added one for this token to the log.
 * EXIT_FAILED: it does not come, or tells too much.
 */
MUST_CHECK enum exit_code
demo_await_push(struct demo *, const char *token, const char *mailbox);

/* How long a side waits for the other, in seconds. */
#define DEMO_WAIT 60

/* Prints what a side sees. */
void demo_tell(const struct demo *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* EXIT_DONE when `code` is the one expected, otherwise a failure that says so:
 * a deviation. */
MUST_CHECK enum exit_code
demo_expect(struct demo *, enum exit_code code, enum exit_code expected);

/* Steps that several flows have. */
MUST_CHECK enum exit_code demo_create(struct demo *, const char *title,
    const char *rights, const struct buf *content);
MUST_CHECK enum exit_code demo_pass_link(struct demo *);
MUST_CHECK enum exit_code demo_refuse_stranger(struct demo *);
MUST_CHECK enum exit_code demo_delete(struct demo *);
MUST_CHECK enum exit_code demo_find_gone(struct demo *);

#endif
