/* command_watch.c: credrelay watch. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "buf.h"
#include "device/command.h"
#include "timestamp.h"

/* A line for a person: when, and what. */
static void
print_line(const char *event)
{
	char now[TIMESTAMP_TEXT_LEN + 1];

	timestamp_format((int64_t)time(NULL), now);
	(void)printf("%s %s\n", now, event);
}

static enum exit_code
tell_change(const struct options *options, const struct share *share,
    const struct wallet_reading *reading, const struct buf *plain,
    struct outcome *outcome)
{
	enum exit_code code = EXIT_DONE;
	char event[40];

	if (options->json || options->output != NULL)
		code = command_hand_over(
		    options, share, reading, plain, "changed", outcome);
	if (code == EXIT_DONE && !options->json) {
		(void)snprintf(event, sizeof(event), "changed %zu", plain->len);
		print_line(event);
	}
	return (code);
}

static void
tell_end(const struct options *options, const struct share *share,
    struct outcome *outcome)
{
	struct json_object *object;

	if (!options->json) {
		print_line("ended");
	} else {
		object = command_make_json(outcome);
		command_add_text(object, "event", "ended");
		command_add_text(object, "mailbox", share->mailbox);
		command_print_json(object);
	}
	outcome_free(outcome);
}

/* Waits for one change and tells of it. */
static enum exit_code
watch_once(const struct options *options, struct wallet *wallet,
    const struct share *share, int64_t seconds, struct outcome *outcome)
{
	struct wallet_reading reading = { 0 };
	struct buf plain = { 0 };
	enum exit_code code;

	code = wallet_wait(
	    wallet, share, seconds, false, &reading, &plain, outcome);
	if (code == EXIT_DONE)
		code = tell_change(options, share, &reading, &plain, outcome);
	/* Who reads the lines waits as well. */
	if (code == EXIT_DONE && fflush(stdout) != 0)
		code = outcome_fail(
		    outcome, EXIT_FAILED, "standard output is closed");
	if (plain.data != NULL)
		crypto_wipe(plain.data, plain.cap);
	buf_free(&plain);
	wallet_reading_free(&reading);
	return (code);
}

static enum exit_code
watch(const struct options *options, struct wallet *wallet,
    const struct share *share, int64_t seconds, struct outcome *outcome)
{
	int64_t end = call_clock() + seconds * 1000, left = 0;
	enum exit_code code;

	do {
		if (seconds != 0)
			left = (end - call_clock() + 999) / 1000;
		if (seconds != 0 && left <= 0)
			return (outcome_fail(outcome, EXIT_UNCHANGED,
			    "the time to wait is over"));
		code = watch_once(options, wallet, share, left, outcome);
	} while (code == EXIT_DONE);
	if (code != EXIT_NOT_FOUND)
		return (code);
	/* That it ends is what this waits for. */
	tell_end(options, share, outcome);
	return (EXIT_DONE);
}

enum exit_code
command_watch(struct options *options, struct outcome *outcome)
{
	struct wallet wallet = { 0 };
	struct share share = { 0 };
	enum exit_code code;
	int64_t seconds;

	if (options->output != NULL && strcmp(options->output, "-") == 0)
		return (outcome_fail(
		    outcome, EXIT_USAGE, "-o takes the name of a file here"));
	code = command_take_wait(options, 0, &seconds, outcome);
	if (code == EXIT_DONE)
		code = command_take_share(options, &share, outcome);
	if (code == EXIT_DONE)
		code = share_need_secret(&share, outcome);
	if (code == EXIT_DONE)
		code = command_open(options, &wallet, outcome);
	if (code == EXIT_DONE)
		code = watch(options, &wallet, &share, seconds, outcome);
	command_close(&wallet);
	share_free(&share);
	return (code);
}
