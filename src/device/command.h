/*
 * command.h: the commands of credrelay, and what they share.  Each takes its
 * options, does its work, prints its success, and leaves a failure in the
 * outcome for main.c to print.
 */
#ifndef CREDRELAY_DEVICE_COMMAND_H
#define CREDRELAY_DEVICE_COMMAND_H

#include <stdbool.h>

#include "device/options.h"
#include "device/outcome.h"
#include "device/share.h"
#include "device/wallet.h"

struct buf;
struct json_object;

struct command {
	const char *name;
	const char *operands; /* as --help writes them */
	const char *summary;  /* a line */
	const char *details;  /* more lines for its own --help */
	unsigned sets;	      /* of options (options.h) */
	int min, max;	      /* operands */
	enum exit_code (*run)(struct options *, struct outcome *);
};

/* Their statuses: EXIT_DONE, or a failure that the outcome tells of. */
MUST_CHECK enum exit_code command_send(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_receive(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_show(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_update(struct options *, struct outcome *);
MUST_CHECK enum exit_code
command_relinquish(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_delete(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_watch(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_tidy(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_demo(struct options *, struct outcome *);

/*
 * How to call, from the options; its http is owned: http_close() in any case.
 * EXIT_USAGE.
 */
MUST_CHECK enum exit_code
command_caller(const struct options *, struct caller *, struct outcome *);

/* Opens the device that the options describe, with the token that it is to
 * leave.  command_close() in any case releases it and its caller's http. */
MUST_CHECK enum exit_code
command_open(const struct options *, struct wallet *, struct outcome *);
void command_close(struct wallet *);

/*
 * Reads the first operand, or for "-" a line of standard input, as a share
 * URL; the Secret in argv is overwritten, so that ps(1) does not show it any
 * longer.  share_free() in any case.  EXIT_USAGE; EXIT_FAILED.
 */
MUST_CHECK enum exit_code
command_take_share(struct options *, struct share *, struct outcome *);

/* Reads the content from a file or "-".  EXIT_FAILED. */
MUST_CHECK enum exit_code
command_take_content(const char *path, struct buf *, struct outcome *);

/* How long --wait waits, in seconds; `fallback` when it does not say.
 * EXIT_USAGE. */
MUST_CHECK enum exit_code command_take_wait(const struct options *,
    int64_t fallback, int64_t *seconds, struct outcome *);

/*
 * Hands over what was read, to -o or standard output or as --json; `event` is
 * a member of the latter, or NULL.  What fails can be read again. EXIT_FAILED.
 */
MUST_CHECK enum exit_code command_hand_over(const struct options *,
    const struct share *, const struct wallet_reading *,
    const struct buf *plain, const char *event, struct outcome *);

/* Waits as --wait says, by default for ten minutes, and hands over what is
 * new.  Statuses of wallet_wait(); EXIT_FAILED. */
MUST_CHECK enum exit_code command_await(const struct options *, struct wallet *,
    const struct share *, bool join, struct outcome *);

/* After a create or an update: says whether the relay will notify, as a
 * member of the object, or for NULL on standard error if it will not. */
void command_tell_push(const struct options *, const struct wallet *,
    struct json_object *);

/* The relay of --relay, an operand or $CREDRELAY_URL.  EXIT_USAGE. */
MUST_CHECK enum exit_code
command_take_relay(const char *wanted, struct origin *, struct outcome *);

/* Adds a text that is not NULL to an object. */
void command_add_text(struct json_object *, const char *name, const char *text);

/* A new object with "ok": true and the answer's status; owned. */
struct json_object *command_make_json(const struct outcome *);

/* Prints the object on a line and releases it. */
void command_print_json(struct json_object *);

#endif
