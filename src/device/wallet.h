/*
 * wallet.h: what a device does with mailboxes.  It keeps its state (state.h)
 * and makes its calls (call.h); who uses it only says what it wants.
 */
#ifndef CREDRELAY_DEVICE_WALLET_H
#define CREDRELAY_DEVICE_WALLET_H

#include <stdbool.h>
#include <stddef.h>

#include "device/call.h"
#include "device/message.h"
#include "device/outcome.h"
#include "device/share.h"
#include "device/state.h"

struct buf;

/* The largest content that is encrypted and sent, in bytes.  Relays have
 * their own limit, which is lower as a rule. */
#define WALLET_CONTENT_MAX 524288

/* One device. */
struct wallet {
	char *directory;      /* owned: where its state is */
	struct caller caller; /* how it calls; its http is borrowed */
	char *token;	      /* owned: to be left (wallet_leave()) */
	bool push;	      /* after a create or an update: the relay will
				 notify this device */
};

/*
 * Opens a device: `directory` as in state_directory(); `caller` is copied,
 * its http must live longer than the wallet.  Release with wallet_close().
 * EXIT_FAILED with a message: there is no place for its state.
 */
MUST_CHECK enum exit_code wallet_open(struct wallet *, const char *directory,
    const struct caller *, struct outcome *);
void wallet_close(struct wallet *);

/*
 * The next create, update or read that succeeds leaves this token, or
 * TOKEN_NONE, with the relay (token.h); NULL: none.  It is copied.
 */
void wallet_leave(struct wallet *, const char *token);

/* What a sender wants; all borrowed. */
struct wallet_order {
	const struct origin *relay;
	struct message_terms terms; /* without `mailbox` and `token` */
	const char *vertical;	    /* NULL: none */
	size_t secret_len;	    /* 16 or 32 */
	bool draw_identifier;
	const void *content;
	size_t content_len;
};

/*
 * Encrypts the content under a fresh Secret and creates a mailbox with a
 * fresh claim.  *share is owned by the caller (share_free()); expiration gets
 * the relay's word.
 * Statuses of call_make(); EXIT_FAILED also when the answer is not in form.
 * When it is not known whether the mailbox was made, the state stays, for
 * wallet_tidy().
 */
MUST_CHECK enum exit_code
wallet_send(struct wallet *, const struct wallet_order *, struct share *,
    char expiration[21], struct outcome *);

/* What was read.  Release with wallet_reading_free(). */
struct wallet_reading {
	struct message_content content;
	enum state_role role;	       /* of this device */
	char etag[STATE_ETAG_MAX + 1]; /* "": none */
};

/*
 * Reads the mailbox with the claim that the device has for it; when it has
 * none, it draws one, keeps it, and is bound by this read.  With a Secret in
 * the share the content is decrypted and appended to *plain.
 * Statuses of call_make(); EXIT_UNREADABLE, and then the reading is filled all
 * the same; EXIT_FAILED when the state knows another relay for the mailbox.
 */
MUST_CHECK enum exit_code wallet_receive(struct wallet *, const struct share *,
    struct wallet_reading *, struct buf *plain, struct outcome *);
void wallet_reading_free(struct wallet_reading *);

/* How long a device asks the relay to wait at a time, in seconds. */
#define WALLET_WAIT_SLICE 25

/*
 * As wallet_receive(), but waits until the content is another than what this
 * device saw or wrote last: for limit_s seconds (0: without end), with few
 * requests.  An outage is survived for the caller's patience.  `join`: a
 * device without state becomes the receiver, which sees anything as new;
 * otherwise EXIT_NO_STATE.
 * EXIT_UNCHANGED: nothing new came.  EXIT_NOT_FOUND: the mailbox has ended.
 */
MUST_CHECK enum exit_code wallet_wait(struct wallet *, const struct share *,
    int64_t limit_s, bool join, struct wallet_reading *, struct buf *plain,
    struct outcome *);

/*
 * Encrypts the content and puts it in the place of what is there.
 * `if_match`: only when nothing has changed since this device last saw it.
 * Statuses of call_make(); EXIT_NO_STATE; EXIT_CONFLICT (412); EXIT_FAILED
 * with if_match and no ETag to compare with.
 */
MUST_CHECK enum exit_code wallet_update(struct wallet *, const struct share *,
    const void *content, size_t len, bool if_match, struct outcome *);

/*
 * Gives the mailbox up, so that another device can be bound; the claim is
 * forgotten.  Statuses of call_make(); EXIT_NO_STATE.
 */
MUST_CHECK enum exit_code
wallet_relinquish(struct wallet *, const struct share *, struct outcome *);

/*
 * Ends the mailbox and forgets the claim, also when it has ended already
 * (EXIT_NOT_FOUND; not when a repeat finds it gone, which is success).
 * Statuses of call_make(); EXIT_NO_STATE.
 */
MUST_CHECK enum exit_code
wallet_delete(struct wallet *, const struct share *, struct outcome *);

/*
 * Fetches the preview page, as anyone may: no claim is sent, and no wallet is
 * needed.  Appends the HTML.  Statuses of call_make().
 */
MUST_CHECK enum exit_code wallet_preview(const struct caller *,
    const struct share *, struct buf *html, struct outcome *);

/* A send whose state is unsettled for longer than this was interrupted, in
 * seconds; more than a send can take (CALL_PATIENCE_MAX). */
#define WALLET_INTERRUPTED 600

/* What wallet_tidy() did. */
struct wallet_tidied {
	unsigned expired; /* states forgotten: the time is over */
	unsigned ended;	  /* interrupted sends whose mailbox was
					   deleted */
	unsigned left;	  /* interrupted sends that could not be
					   ended now, and damaged files */
};

/*
 * Forgets mailboxes that have expired, and deletes those that an interrupted
 * send may have made: nobody has their Secret any more.
 * The last failure's status and message; the rest is done all the same.
 */
MUST_CHECK enum exit_code
wallet_tidy(struct wallet *, struct wallet_tidied *, struct outcome *);

#endif
