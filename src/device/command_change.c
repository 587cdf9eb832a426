/* command_change.c: credrelay update, reply, relinquish, delete and tidy. */
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "buf.h"
#include "device/command.h"

static void
print_done(const struct options *options, const struct share *share,
    const struct outcome *outcome)
{
	struct json_object *object;

	if (!options->json)
		return;
	object = command_make_json(outcome);
	command_add_text(object, "mailbox", share->mailbox);
	command_print_json(object);
}

enum exit_code
command_update(struct options *options, struct outcome *outcome)
{
	struct wallet wallet = { 0 };
	struct share share = { 0 };
	struct buf content = { 0 };
	enum exit_code code;

	if (strcmp(options->operands[0], "-") == 0 &&
	    strcmp(options->operands[1], "-") == 0)
		return (outcome_fail(outcome, EXIT_USAGE,
		    "the URL and the "
		    "content cannot both come from standard input"));
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
	if (code == EXIT_DONE)
		print_done(options, &share, outcome);
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
		print_done(options, &share, outcome);
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
	struct wallet_tidied tidied;
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
