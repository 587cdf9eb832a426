/*
 * credential.h: what a gateway wants to see of us before it takes a push:
 * a text that lives for an hour or so and is the same for all notifiers of the
 * relay, since a gateway does not like to be given many.
 *
 * It is kept in the database, sealed.  That says, to one notifier at a time,
 * when a new one is to be made: here, or by a request to the gateway.
 *
 *   credential_call -> the caller makes the call -> credential_called
 *   credential_ask  -> the caller makes the push -> credential_asked
 *
 * whenever the first of each returns true.
 */
#ifndef CREDRELAY_NOTIFY_CREDENTIAL_H
#define CREDRELAY_NOTIFY_CREDENTIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "db_call.h"
#include "notify/gateway.h"
#include "notify/push.h"
#include "seal.h"

enum credential_state {
	CREDENTIAL_IDLE,
	CREDENTIAL_LOOKING,	/* the database is being asked */
	CREDENTIAL_TO_ASK,	/* the gateway is to be asked */
	CREDENTIAL_ASKING,
	CREDENTIAL_TO_KEEP,	/* to be put into the database */
	CREDENTIAL_KEEPING
};

/* Zeroed is one of a gateway that needs none. */
struct credential {
	struct gateway	*gateway;	/* borrowed */
	const char	*name;		/* static; NULL: none is needed */
	const struct seal_key *key;	/* borrowed */
	enum credential_state state;
	struct buf	 text;		/* "": none yet; owned */
	struct push	 ask;		/* owned */
	unsigned	 renew_s, expires_s;	/* of what is to be kept */
	int64_t		 until_ms;	/* from then on the text is of no use */
	int64_t		 look_at_ms;	/* when the database is asked again */
	int64_t		 useless_ms;	/* until then there will be none */
	int64_t		 pause_ms;	/* the last one after a failure */
	int64_t		 forced_ms;	/* the last one that was made unasked */
	bool		 stale;		/* the gateway has refused it */
	unsigned	 serial;	/* of the text: how many there were */
};

void	credential_start(struct credential *, struct gateway *,
	    const struct seal_key *);
/* Overwrites it. */
void	credential_end(struct credential *);

/* The text, borrowed until it is next changed; NULL: not yet, or no more. */
const char *credential_text(const struct credential *, int64_t now_ms);
/* There is none, and there will be none for a while: do not wait for it. */
bool	credential_is_useless(const struct credential *, int64_t now_ms);
/* A push was refused for the text that had this `serial`. */
void	credential_refused(struct credential *, unsigned serial);

/*
 * `wanted`: pushes wait for it.  True: `call` was started and is to be made.
 */
bool	credential_call(struct credential *, bool wanted, int64_t now_ms,
	    struct db_call *);
/* It has been made, whatever its status. */
void	credential_called(struct credential *, const struct db_call *,
	    int64_t now_ms, int64_t now_s);

/* True: `push` is to be made; it is the caller's. */
bool	credential_ask(struct credential *, struct push *);
void	credential_asked(struct credential *, const struct push_answer *,
	    int64_t now_ms);

#endif
