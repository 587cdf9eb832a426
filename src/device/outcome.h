/*
 * outcome.h: what came of a command: for the person, for scripts, and as the
 * program's exit status.
 */
#ifndef CREDRELAY_DEVICE_OUTCOME_H
#define CREDRELAY_DEVICE_OUTCOME_H

#include "status.h"

/* The exit statuses; credrelay(1), EXIT STATUS, tells them to users. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,     /* here, or an answer that nobody expects */
	EXIT_USAGE = 2,	     /* the command line or the URL is wrong */
	EXIT_NOT_FOUND = 3,  /* 404: never was, has expired, was deleted */
	EXIT_REFUSED = 4,    /* 401: not this device, or not this right */
	EXIT_CONFLICT = 5,   /* 409 or 412 */
	EXIT_AWAY = 6,	     /* no answer, or 503 to the last */
	EXIT_UNREADABLE = 7, /* the Secret does not open what was read */
	EXIT_NO_STATE = 8,   /* this device has no part in the mailbox */
	EXIT_UNTRUSTED = 9,  /* the relay's certificate is not trusted */
	EXIT_UNCHANGED = 10  /* nothing new came while there was time */
};

/* Longest `code` of a problem that is kept (RFC 9457 and credrelay-api(7)). */
#define OUTCOME_CODE_MAX 63

/* All zero is a command that went well.  Release with outcome_free(). */
struct outcome {
	enum exit_code exit;
	long http_status;		 /* of the last answer; 0: none came */
	char code[OUTCOME_CODE_MAX + 1]; /* "": none */
	char *message;			 /* owned; NULL while it went well */
};

/*
 * Notes a failure and returns `code`, so that it can be handed straight on.
 * The message never holds a Secret or a claim.  A later failure replaces an
 * earlier one; http_status and the problem's code stay as they are.
 */
enum exit_code outcome_fail(struct outcome *, enum exit_code code,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Releases the message and makes the outcome all zero again. */
void outcome_free(struct outcome *);

#endif
