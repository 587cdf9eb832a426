/* main.c: credrelay, a device on the command line: the table of commands. */
#include <sys/resource.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "buf.h"
#include "device/command.h"
#include "device/text.h"

#define STATEFUL (OPTIONS_COMMON | OPTIONS_STATE)
#define UPDATE                                                                 \
	(STATEFUL | OPTIONS_UPDATE | OPTIONS_RECEIVE | OPTIONS_WAIT |          \
	    OPTIONS_TOKEN)

static const struct command commands[] = {
	{ "send", "FILE|-", "create a mailbox, print its share URL",
	    "Encrypts the content under a fresh Secret and creates a mailbox "
	    "for it.\nThe URL that is printed holds the Secret: who has it "
	    "can open the content.",
	    STATEFUL | OPTIONS_SEND | OPTIONS_TOKEN, 1, 1, command_send },
	{ "receive", "URL|-", "read a mailbox, print its content",
	    "The first device to do so becomes the receiver; all others are "
	    "refused from\nthen on.  The sender reads with the same command.  "
	    "With --wait it reads when\nthe content is another than what "
	    "this device saw or wrote last.",
	    STATEFUL | OPTIONS_RECEIVE | OPTIONS_WAIT | OPTIONS_TOKEN, 1, 1,
	    command_receive },
	{ "reply", "URL|- FILE|-", "answer the sender: replace the content",
	    "What update does, said by a receiver.", UPDATE, 2, 2,
	    command_update },
	{ "update", "URL|- FILE|-", "replace the content of a mailbox",
	    "Encrypts the content under the URL's Secret and puts it in the "
	    "place of what\nis there.  The mailbox must allow writing "
	    "(send --rights RWD).\nWith --wait it then waits for the other "
	    "side's answer and prints that.",
	    UPDATE, 2, 2, command_update },
	{ "watch", "URL|-", "tell of every change until the mailbox ends",
	    "Prints a line for each: the time, \"changed\" and the number "
	    "of bytes, or \"ended\".\nWith --json the content too.  The "
	    "device must have sent or received the mailbox.",
	    STATEFUL | OPTIONS_RECEIVE | OPTIONS_WATCH, 1, 1, command_watch },
	{ "relinquish", "URL|-", "give a received mailbox up",
	    "Another device can become the receiver then.", STATEFUL, 1, 1,
	    command_relinquish },
	{ "delete", "URL|-", "end a mailbox",
	    "Nothing can be read from it any more, by anyone.", STATEFUL, 1, 1,
	    command_delete },
	{ "show", "URL|-", "show what the preview tells",
	    "Fetches the page that a messenger fetches.  Changes nothing and "
	    "binds nobody.",
	    OPTIONS_COMMON, 1, 1, command_show },
	{ "tidy", "", "end what interrupted sends have left",
	    "Deletes mailboxes whose send was interrupted before their URL "
	    "was known, and\nforgets those that have expired.",
	    STATEFUL, 0, 0, command_tidy },
	{ "demo", "[RELAY]", "hand two keys over between two devices",
	    "Runs the stateless and the stateful flow against a relay, told "
	    "step by step,\nwith throw-away keys and state.  In the "
	    "stateful flow two processes wait for each\nother.",
	    OPTIONS_COMMON | OPTIONS_DEMO, 0, 1, command_demo },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *
find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return (&commands[i]);
	return (NULL);
}

static void
print_overview(FILE *out)
{
	size_t i;

	(void)fputs(
	    "usage: credrelay COMMAND [OPTIONS] ...\n"
	    "Hands digital keys from one device to another through a relay "
	    "that cannot read them.\n\ncommands:\n",
	    out);
	for (i = 0; i < COMMANDS; i++)
		(void)fprintf(out, "  %-10s  %-13s %s\n", commands[i].name,
		    commands[i].operands, commands[i].summary);
	(void)fputs(
	    "\n\"credrelay help COMMAND\" tells more; credrelay(1) all.\n",
	    out);
}

static void
print_command(FILE *out, const struct command *command)
{
	(void)fprintf(out, "usage: credrelay %s [OPTIONS] %s\n%s\n\noptions:\n",
	    command->name, command->operands, command->details);
	options_print(out, command->sets);
}

/* A failure, for the person on standard error, for a script on standard
 * output. */
static void
print_failure(const struct outcome *outcome, enum exit_code code, bool json)
{
	struct json_object *object;
	struct buf safe = { 0 };
	const char *message =
	    outcome->message != NULL ? outcome->message : "failed";

	text_make_safe(&safe, message, strlen(message));
	(void)fprintf(stderr, "credrelay: %s\n", safe.data);
	if (json) {
		object = command_make_json(outcome);
		json_object_object_add(
		    object, "ok", json_object_new_boolean(0));
		json_object_object_add(
		    object, "exitStatus", json_object_new_int((int)code));
		if (outcome->code[0] != '\0')
			command_add_text(object, "code", outcome->code);
		command_add_text(object, "message", safe.data);
		command_print_json(object);
	}
	buf_free(&safe);
}

static enum exit_code
run_command(const struct command *command, int argc, char **argv)
{
	struct outcome outcome = { 0 };
	struct options options;
	enum exit_code code;

	if (options_read(&options, command->sets, argc, argv) != STATUS_OK) {
		(void)fprintf(stderr, "credrelay: see \"credrelay help %s\"\n",
		    command->name);
		return (EXIT_USAGE);
	}
	if (options.help) {
		print_command(stdout, command);
		return (EXIT_DONE);
	}
	if (options.count < command->min || options.count > command->max)
		code = outcome_fail(&outcome, EXIT_USAGE,
		    "usage: credrelay %s [OPTIONS] %s", command->name,
		    command->operands);
	else
		code = command->run(&options, &outcome);
	if (code != EXIT_DONE)
		print_failure(&outcome, code, options.json);
	outcome_free(&outcome);
	return (code);
}

static enum exit_code
run_help(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_overview(stdout);
		return (EXIT_DONE);
	}
	command = find_command(argv[1]);
	if (command == NULL) {
		print_overview(stderr);
		return (EXIT_USAGE);
	}
	print_command(stdout, command);
	return (EXIT_DONE);
}

static enum exit_code
run(int argc, char **argv)
{
	const struct command *command;

	if (argc >= 1 &&
	    (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0)) {
		(void)puts("credrelay " PACKAGE_VERSION);
		return (EXIT_DONE);
	}
	if (argc >= 1 &&
	    (strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 ||
		strcmp(argv[0], "-h") == 0))
		return (run_help(argc, argv));
	command = argc >= 1 ? find_command(argv[0]) : NULL;
	if (command == NULL) {
		if (argc >= 1)
			(void)fputs("credrelay: no such command\n", stderr);
		print_overview(stderr);
		return (EXIT_USAGE);
	}
	return (run_command(command, argc, argv));
}

int
main(int argc, char **argv)
{
	static const struct rlimit no_core = { 0, 0 };
	enum exit_code code;

	/* Claims and Secrets are in memory; a core file would keep them. */
	(void)setrlimit(RLIMIT_CORE, &no_core);
	code = run(argc - 1, argv + 1);
	/* A URL that did not reach its file is a failure, not a success. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_DONE) {
		(void)fprintf(stderr, "credrelay: standard output: %s\n",
		    strerror(errno));
		code = EXIT_FAILED;
	}
	return ((int)code);
}
