/*
 * wallet_state.h: a wallet's state, with messages for a person, and its calls
 * with the claim in it.  For the wallet's own files.
 */
#ifndef CREDRELAY_DEVICE_WALLET_STATE_H
#define CREDRELAY_DEVICE_WALLET_STATE_H

#include <stdbool.h>

#include "device/wallet.h"

/* Draws a claim, a request id or an identifier. */
void wallet_draw_id(char out[UUID_TEXT_LEN + 1]);

/*
 * Loads the state of the share's mailbox.
 * EXIT_NO_STATE: the device has none.  EXIT_FAILED: it cannot be read, is
 * damaged, or names another relay, which must not see this claim.
 */
MUST_CHECK enum exit_code wallet_state_find(const struct wallet *,
    const struct share *, struct state *, struct outcome *);

/* As wallet_state_find(), but a device without state begins one as receiver,
 * with a claim of its own: *fresh. */
MUST_CHECK enum exit_code wallet_state_join(const struct wallet *,
    const struct share *, struct state *, bool *fresh, struct outcome *);

/* Writes a new or a changed state.  EXIT_FAILED. */
MUST_CHECK enum exit_code wallet_state_begin(
    const struct wallet *, const struct state *, struct outcome *);
MUST_CHECK enum exit_code wallet_state_save(
    const struct wallet *, const struct state *, struct outcome *);

/* Removes it.  What cannot be removed is left to wallet_tidy(). */
void wallet_state_forget(const struct wallet *, const struct state *);

/*
 * Makes a call on the share's mailbox with the state's claim and a fresh
 * request id; the rest of `call` is the caller's.  As call_make().
 */
MUST_CHECK enum exit_code wallet_call(const struct wallet *,
    const struct state *, const struct share *, struct call *,
    struct http_answer *, bool *maybe_done, struct outcome *);

/* How a mailbox is looked at, and what the relay made of it. */
struct wallet_look {
	bool join;	  /* a device without state becomes the receiver */
	bool news;	  /* only what this device does not know yet, and in
			     one attempt */
	long wait_s;	  /* with `news`: how long the relay may wait; 0: not */
	bool fair;	  /* out: it may be looked again at once */
	long retry_after; /* out: as in struct http_answer */
};

/*
 * Reads the mailbox, keeps what is told of it, and opens it.  The wallet's
 * token is left with the first look that is answered.
 * As wallet_receive(); EXIT_NO_STATE without `join`; EXIT_UNCHANGED with
 * `news`.
 */
MUST_CHECK enum exit_code wallet_look(struct wallet *, const struct share *,
    struct wallet_look *, struct wallet_reading *, struct buf *plain,
    struct outcome *);

/*
 * The pause in ms after the `idle`-th (from 1) look in a row that the relay
 * has not waited for: it has too many that wait, or does not know waiting.
 * `dice`: random bits.
 */
long wallet_idle_pause(unsigned idle, unsigned dice);

#endif
