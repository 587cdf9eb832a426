/* message.h: JSON that goes to a relay and comes from it, credrelay-api(7). */
#ifndef CREDRELAY_DEVICE_MESSAGE_H
#define CREDRELAY_DEVICE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "device/crypto.h"
#include "device/outcome.h"
#include "status.h"

struct buf;

/* Longest text of a problem that is shown, in bytes. */
#define MESSAGE_DETAIL_MAX 240

/* What a sender says of a mailbox beside its content; borrowed, each may be
 * NULL, the first three together. */
struct message_terms {
	const char *title;
	const char *description;
	const char *image;
	const char *rights;
	const char *expiration; /* YYYY-MM-DDThh:mm:ssZ */
	const char *mailbox;	/* an identifier that the sender drew */
	const char *token;	/* as in token.h */
};

/*
 * Appends the body of CreateMailbox; the content is encrypted on the way.
 * `name` gets what a reading of this very content has as its name.
 */
void message_create(const struct message_terms *, const struct secret *,
    const void *content, size_t len, struct buf *json, char name[17]);

/* Appends the body of UpdateMailbox; `token` as in token.h, NULL: none. */
void message_update(const struct secret *, const void *content, size_t len,
    const char *token, struct buf *json, char name[17]);

/* Appends the body of a read that leaves a token. */
void message_leave(const char *token, struct buf *json);

/* The answer to a create.  Release with message_created_free(). */
struct message_created {
	char *link;	     /* owned: urlLink, unchecked */
	char expiration[21]; /* a valid timestamp */
	bool push;	     /* isPushNotificationSupported */
};

/* STATUS_INVALID: the text is not that answer; *created is all zero. */
MUST_CHECK enum status message_read_created(
    const char *json, size_t len, struct message_created *created);
void message_created_free(struct message_created *);

/* The answer to an update: isPushNotificationSupported, false when it does not
 * say so. */
bool message_read_push(const char *json, size_t len);

/* The answer to a read.  Release with message_content_free(). */
struct message_content {
	char *type;  /* owned: the payload's type */
	char *data;  /* owned: its data, still encrypted */
	char *title; /* owned, as the next two */
	char *description;
	char *image;
	char expiration[21];
	char name[17]; /* crypto_name() of the data, which no other content
			  has */
};

/* STATUS_INVALID: the text is not that answer; *content is all zero. */
MUST_CHECK enum status message_read_content(
    const char *json, size_t len, struct message_content *content);
void message_content_free(struct message_content *);

/*
 * Decrypts and appends the plaintext.
 * EXIT_UNREADABLE with a message: the type is not that of the Secret, the
 * data is no base64, the Secret is another, or the content was altered.
 */
MUST_CHECK enum exit_code message_open(const struct message_content *,
    const struct secret *, struct buf *plain, struct outcome *);

/*
 * Takes `code` and `detail` (or else `title`) from problem details (RFC 9457),
 * made safe for a terminal; "" for what is not there or not in form.
 */
void message_problem(const char *json, size_t len,
    char code[OUTCOME_CODE_MAX + 1], char detail[MESSAGE_DETAIL_MAX + 1]);

#endif
