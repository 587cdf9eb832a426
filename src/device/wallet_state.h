/*
 * wallet_state.h: a wallet's state, with messages for a person.  For the
 * wallet's own files.
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

#endif
