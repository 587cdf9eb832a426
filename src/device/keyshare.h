/*
 * keyshare.h: what the two devices of the demonstration say to each other in
 * the stateful flow (draft-securecredential-transfer, 3.2), in three messages.
 * Each holds all of the one before it:
 *     key creation request  (sender)    provisioning information: the lock, and
 *                                       the owner's public key
 *     signing request       (receiver)  + transaction information: the public
 *                                       key that the receiver has made
 *     import request        (sender)    + the owner's signature over the
 *                                       transaction information
 * Keys are P-256 (DER SubjectPublicKeyInfo), signatures ECDSA with SHA-256.
 */
#ifndef CREDRELAY_DEVICE_KEYSHARE_H
#define CREDRELAY_DEVICE_KEYSHARE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "device/crypto.h"
#include "status.h"

enum keyshare_stage { KEYSHARE_CREATION, KEYSHARE_SIGNING, KEYSHARE_IMPORT };

/* Is this a message of that stage? */
bool keyshare_is(const struct buf *message, enum keyshare_stage);

/* Sender: appends the key creation request. */
void keyshare_request(
    const char *lock, const struct crypto_key *owner, struct buf *out);

/* What the receiver keeps to itself between its two turns. */
struct keyshare_receiver {
	struct crypto_key *key;	  /* owned: its new pair */
	struct crypto_key *owner; /* owned: from the request */
	struct buf transaction;	  /* what is to be signed */
};

/*
 * Receiver: reads the key creation request, makes a key pair and appends the
 * signing request.  keyshare_receiver_free() in any case.
 * STATUS_INVALID: the message is none, or its key is no P-256 key.
 */
MUST_CHECK enum status keyshare_answer(
    const struct buf *request, struct keyshare_receiver *, struct buf *out);

/*
 * Sender: reads the signing request, signs its transaction information and
 * appends the import request; `name` becomes the receiver's key's short name.
 * STATUS_INVALID: the message is none, is about another owner's key, or the
 * transaction information holds no P-256 key.
 */
MUST_CHECK enum status keyshare_sign(const struct buf *signing,
    const struct crypto_key *owner, char name[17], struct buf *out);

/*
 * Receiver: is the owner's signature in the import request one over the very
 * transaction information that this receiver has sent, by the very key that
 * was in the key creation request?
 * STATUS_INVALID: no.
 */
MUST_CHECK enum status
keyshare_verify(const struct buf *import, const struct keyshare_receiver *);

/* Releases what the receiver keeps. */
void keyshare_receiver_free(struct keyshare_receiver *);

#endif
