/*
 * gateway.h: the push gateways, each as a request and a judgement.
 *
 * A gateway is made from its section of the configuration, with its keys
 * loaded.  It waits for nothing: what it wants to be sent is a struct push, and
 * what came of that is given to it.
 */
#ifndef CREDRELAY_NOTIFY_GATEWAY_H
#define CREDRELAY_NOTIFY_GATEWAY_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "conf.h"
#include "notify/push.h"
#include "status.h"

enum verdict {
	VERDICT_DELIVERED,
	VERDICT_DEAD,		/* no such token: it is to be forgotten */
	VERDICT_RETRY,
	VERDICT_REJECTED,	/* this push will never be taken */
	VERDICT_CREDENTIAL	/* ours is stale: a new one, then again */
};

struct gateway;

/*
 * Owned by the caller; release with gateway_close.  It borrows the
 * configuration, which must stay as it is until then.  `error` gets a line that
 * names the setting.  STATUS_IO: a file cannot be read; errno tells.
 * STATUS_INVALID: what it holds, or a setting, is of no use.
 */
enum status	 gateway_open(const struct conf *, enum conf_gateway,
		    struct gateway **, struct buf *error) MUST_CHECK;
void		 gateway_close(struct gateway *);

/* What is counted: "webhook", "com.apple.apns", "com.google.fcm", "webpush". */
const char	*gateway_name(const struct gateway *);

/*
 * The request for one token: the object as a device wrote it.  `delivery`
 * names this delivery (a UUID); `credential` is gateway_credential's, or "".
 * Times are Unix seconds.  STATUS_INVALID: it is none of this gateway's
 * (push_token.h); `push` stays empty.
 */
enum status	 gateway_push(struct gateway *, const char *token, size_t len,
		    const char *delivery, const char *credential, int64_t now,
		    int64_t expires_at, struct push *) MUST_CHECK;

/*
 * What an answer means.  `attempts` counts this one.  For VERDICT_RETRY,
 * `retry_ms` says when: as the gateway told, or later each time, with jitter.
 */
enum verdict	 gateway_judge(struct gateway *, const struct push_answer *,
		    unsigned attempts, int64_t *retry_ms);

/* The name of the credential that all notifiers share; NULL: none is needed. */
const char	*gateway_credential(const struct gateway *);

/*
 * Makes a new one.  STATUS_OK: `text` is it, to be renewed and no longer valid
 * after so many seconds.  STATUS_AGAIN: `ask` is to be sent first, and its
 * answer given to gateway_credential_answer, which tells the same, or
 * STATUS_INVALID: no credential was given.
 */
enum status	 gateway_credential_make(struct gateway *, int64_t now,
		    struct buf *text, unsigned *renew_s, unsigned *expires_s,
		    struct push *ask) MUST_CHECK;
enum status	 gateway_credential_answer(struct gateway *,
		    const struct push_answer *, struct buf *text,
		    unsigned *renew_s, unsigned *expires_s) MUST_CHECK;

#endif
