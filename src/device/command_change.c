/* command_change.c: credrelay update, reply, relinquish, delete and tidy. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "buf.h"
#include "device/command.h"
#include "mem.h"

static void
print_done(const struct options *options, const struct wallet *wallet,
    const struct share *share, const struct outcome *outcome)
{
	struct json_object *object;

	if (!options->json) {
		command_tell_push(options, wallet, NULL);
		return;
	}
	object = command_make_json(outcome);
	command_add_text(object, "mailbox", share->mailbox);
	command_tell_push(options, wallet, object);
	command_print_json(object);
}

/* What cannot go together on the command line of an update. */
static enum exit_code
check_update(const struct options *options, struct outcome *outcome)
{
	int64_t seconds;

	if (strcmp(options->operands[0], "-") == 0 &&
	    strcmp(options->operands[1], "-") == 0)
		return (outcome_fail(outcome, EXIT_USAGE,
		    "the URL and the "
		    "content cannot both come from standard input"));
	if (options->output != NULL && options->wait == NULL)
		return (
		    outcome_fail(outcome, EXIT_USAGE, "-o needs --wait here"));
	/* Before anything is sent. */
	return (command_take_wait(options, 0, &seconds, outcome));
}

/* Waits for the answer; a failure does not hide that the update was done. */
static enum exit_code
await_answer(const struct options *options, struct wallet *wallet,
    const struct share *share, struct outcome *outcome)
{
	enum exit_code code;
	char *message;

	if (!options->json)
		command_tell_push(options, wallet, NULL);
	code = command_await(options, wallet, share, false, outcome);
	if (code == EXIT_DONE || outcome->message == NULL)
		return (code);
	message = mem_strdup(outcome->message);
	code = outcome_fail(outcome, code,
	    "the content was replaced, but no answer was read: %s", message);
	free(message);
	return (code);
}

enum exit_code
command_update(struct options *options, struct outcome *outcome)
{
	struct wallet wallet = { 0 };
	struct share share = { 0 };
	struct buf content = { 0 };
	enum exit_code code;

	code = check_update(options, outcome);
	if (code == EXIT_DONE)
		code = command_take_share(options, &share, outcome);
	if (code == EXIT_DONE)
		code = share_need_secret(&share, outcome);
	if (code == EXIT_DONE)
		code = command_take_content(
		    options->operands[1], &content, outcome);
	if (code == EXIT_DONE)
		code = command_open(options, &wallet, outcome);
	if (code == EXIT_DONE)
		code = wallet_update(&wallet, &share, content.data, content.len,
		    options->if_match, outcome);
	if (code == EXIT_DONE && options->wait != NULL)
		code = await_answer(options, &wallet, &share, outcome);
	else if (code == EXIT_DONE)
		print_done(options, &wallet, &share, outcome);
	buf_free(&content);
	command_close(&wallet);
	share_free(&share);
	return (code);
}

/* What relinquish and delete have in common: all but one call. */
static enum exit_code
run_on_mailbox(struct options *options,
    enum exit_code (*act)(
	struct wallet *, const struct share *, struct outcome *),
    struct outcome *outcome)
{
	struct wallet wallet = { 0 };
	struct share share = { 0 };
	enum exit_code code;

	code = command_take_share(options, &share, outcome);
	if (code == EXIT_DONE)
		code = command_open(options, &wallet, outcome);
	if (code == EXIT_DONE)
		code = act(&wallet, &share, outcome);
	if (code == EXIT_DONE)
		print_done(options, &wallet, &share, outcome);
	command_close(&wallet);
	share_free(&share);
	return (code);
}

enum exit_code
command_relinquish(struct options *options, struct outcome *outcome)
{
	return (run_on_mailbox(options, wallet_relinquish, outcome));
}

enum exit_code
command_delete(struct options *options, struct outcome *outcome)
{
	return (run_on_mailbox(options, wallet_delete, outcome));
}

enum exit_code
command_tidy(struct options *options, struct outcome *outcome)
{
	struct wallet_tidied tidied = { 0 };
	struct json_object *object;
	struct wallet wallet = { 0 };
	enum exit_code code;

	code = command_open(options, &wallet, outcome);
	if (code == EXIT_DONE)
		code = wallet_tidy(&wallet, &tidied, outcome);
	command_close(&wallet);
	if (code != EXIT_DONE)
		return (code);
	if (!options->json) {
		(void)printf("expired mailboxes forgotten: %u\n"
			     "interrupted sends ended: %u\n",
		    tidied.expired, tidied.ended);
		return (EXIT_DONE);
	}
	object = command_make_json(outcome);
	json_object_object_add(
	    object, "expired", json_object_new_int64(tidied.expired));
	json_object_object_add(
	    object, "ended", json_object_new_int64(tidied.ended));
	command_print_json(object);
	return (EXIT_DONE);
}
