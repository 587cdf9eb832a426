/*
 * gateway_kind.h: what each gateway brings; for gateway*.c alone.
 */
#ifndef CREDRELAY_NOTIFY_GATEWAY_KIND_H
#define CREDRELAY_NOTIFY_GATEWAY_KIND_H

#include <json-c/json.h>

#include "notify/crypto.h"
#include "notify/gateway.h"
#include "push_token.h"

/* A token, and this push of it; borrowed for the call. */
struct token {
	const struct push_token *t;	/* one of this gateway's */
	const char	*delivery;
	const char	*credential;
	int64_t		 now;
	int64_t		 expires_at;
};

struct gateway_kind {
	const char	*name;
	const char	*credential;	/* NULL: none */
	enum status	(*open)(const struct conf *, struct gateway *,
			    struct buf *error);
	enum status	(*push)(struct gateway *, const struct token *,
			    struct push *);
	/* Of a status that gateway_judge does not know by itself. */
	enum verdict	(*judge)(const struct push_answer *);
	enum status	(*make)(struct gateway *, int64_t now, struct buf *text,
			    unsigned *renew_s, unsigned *expires_s,
			    struct push *ask);
	enum status	(*answer)(struct gateway *, const struct push_answer *,
			    struct buf *text, unsigned *renew_s,
			    unsigned *expires_s);
};

struct gateway {
	const struct gateway_kind *kind;
	const struct conf *conf;	/* borrowed */
	enum conf_gateway which;
	char		*url;		/* all owned; "" or NULL: not used */
	char		*allow;
	char		*ca_file;
	struct crypto_key *key;
	struct buf	 secret;	/* the webhook's */
	char		*key_id, *team_id;		/* APNs */
	char		*account, *project, *token_url;	/* FCM */
	char		*subject;			/* Web Push */
	struct buf	 origin, vapid;	/* its last JWT, and for whom */
	int64_t		 vapid_until;
};

/* Seconds until the mailbox ends; at most the four weeks that all take. */
int64_t		 gateway_ttl(const struct token *);

extern const struct gateway_kind gateway_webhook, gateway_apns, gateway_fcm,
    gateway_webpush;

/* A file of at most 64 KiB.  STATUS_IO, STATUS_INVALID: `error` says so. */
enum status	 gateway_read_file(const char *setting, const char *path,
		    struct buf *text, struct buf *error) MUST_CHECK;
/* The private key in a file of PEM; `p256` or RSA. */
enum status	 gateway_read_key(const char *setting, const char *path,
		    bool p256, struct gateway *, struct buf *error) MUST_CHECK;

/* A string without a NUL, borrowed; NULL: there is none. */
const char	*gateway_string(struct json_object *, const char *name);

/* The first of a setting's words (owned). */
char		*gateway_first_word(const char *words);

/* The answer's JSON has this string somewhere in the member, or its error. */
bool		 gateway_answer_says(const struct push_answer *,
		    const char *reason);

#endif
