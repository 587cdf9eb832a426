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
MUST_CHECK enum exit_code command_tidy(struct options *, struct outcome *);
MUST_CHECK enum exit_code command_demo(struct options *, struct outcome *);

/*
 * How to call, from the options; its http is owned: http_close() in any case.
 * EXIT_USAGE.
 */
MUST_CHECK enum exit_code
command_caller(const struct options *, struct caller *, struct outcome *);

/* Opens the device that the options describe.  command_close() in any case
 * releases it and its caller's http. */
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
