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
	bool quiet;
	unsigned steps;		 /* done so far */
	struct outcome *outcome; /* borrowed */
};

/* One step: who does what, and the doing. */
struct demo_step {
	const char *who;
	const char *what;
	enum exit_code (*run)(struct demo *);
};

/* The two flows; each ends with a step whose run is NULL. */
extern const struct demo_step demo_stateless[];
extern const struct demo_step demo_stateful[];

/* Prints what a side sees. */
void demo_tell(const struct demo *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* EXIT_DONE when `code` is the one expected, otherwise a failure that says so:
 * a deviation. */
MUST_CHECK enum exit_code
demo_expect(struct demo *, enum exit_code code, enum exit_code expected);

/* Steps that both flows have. */
MUST_CHECK enum exit_code demo_create(struct demo *, const char *title,
    const char *rights, const struct buf *content);
MUST_CHECK enum exit_code demo_pass_link(struct demo *);
MUST_CHECK enum exit_code demo_refuse_stranger(struct demo *);
MUST_CHECK enum exit_code demo_delete(struct demo *);
MUST_CHECK enum exit_code demo_find_gone(struct demo *);

#endif
