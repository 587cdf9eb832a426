/*
 * mailbox_parts.h: what the operations on a mailbox are put together from; for
 * mailbox*.c alone.
 *
 * mailbox_add_*: the next parameter of the call.  mailbox_put_*: the next part
 * of the response.
 */
#ifndef CREDRELAY_MAILBOX_PARTS_H
#define CREDRELAY_MAILBOX_PARTS_H

#include "body.h"
#include "operation.h"

/*
 * Begins the response by the row's outcome.  False: it was a refusal, and the
 * response is complete.
 */
bool	mailbox_start_answer(const struct db_call *, struct response *);

void	mailbox_add_claim(const struct seal *, const struct request *,
	    struct db_call *);
void	mailbox_add_request_id(const struct seal *, enum seal_request,
	    const struct request *, struct db_call *);
void	mailbox_add_sealed(struct seal *, enum seal_column,
	    const struct uuid *owner, const void *clear, size_t len,
	    struct db_call *);

/*
 * The caller's own token, or null where there is none that a gateway could
 * serve: what nobody can use is not kept.  Which side the caller is only SQL
 * knows, so it is sealed to the caller's claim rather than to a column.
 */
void	mailbox_add_token(const struct relay *, struct seal *,
	    const struct request *, const struct body *, struct db_call *);
/* Two: whether the caller's token changes, and what it becomes. */
void	mailbox_add_token_change(const struct relay *, struct seal *,
	    const struct request *, const struct body *, struct db_call *);
/* What lets the notifier open the other side's token (seal.h). */
void	mailbox_add_wrap(const struct relay *, struct seal *,
	    struct db_call *);
/* If-Match: null is no condition, and so is "*" on a mailbox that is there. */
void	mailbox_add_if_match(const struct request *, struct db_call *);

/* The column holds a token of the caller's, and a gateway serves it now. */
bool	mailbox_token_is_served(const struct relay *, struct seal *,
	    const struct request *, const struct db_call *, int column);

void	mailbox_put_expiration(struct response *, const char *before,
	    int64_t when, const char *after);
void	mailbox_put_etag(struct response *, int64_t version);

#endif
