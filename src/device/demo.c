/* demo.c: credrelay demo: two flows between two devices, told step by step. */
#include "device/demo.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "device/command.h"

void
demo_tell(const struct demo *demo, const char *format, ...)
{
	va_list args;

	if (demo->quiet)
		return;
	va_start(args, format);
	(void)fputs("      ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
	/* In a process of its own somebody waits for the line. */
	(void)fflush(stdout);
}

/* A line for each exchange: what was asked, what came. */
static void
hear_exchange(void *arg, const char *method, const char *path, long http_status,
    const char *problem)
{
	const struct demo *demo = arg;

	if (problem != NULL)
		demo_tell(
		    demo, "%-6s %-18s no answer: %s", method, path, problem);
	else
		demo_tell(demo, "%-6s %-18s %ld", method, path, http_status);
}

void
demo_announce(const struct demo *demo, const struct demo_step *step, unsigned n)
{
	if (!demo->quiet)
		(void)printf("  %u. %s %s.\n", n, step->who, step->what);
	(void)fflush(stdout);
}

static void
print_title(const struct demo *demo, const char *title)
{
	if (!demo->quiet)
		(void)printf("%s\n\n", title);
}

static enum exit_code
run_steps(struct demo *demo, const struct demo_step *step)
{
	enum exit_code code = EXIT_DONE;
	unsigned n;

	for (n = 1; step->run != NULL && code == EXIT_DONE; step++, n++) {
		demo_announce(demo, step, n);
		code = step->run(demo);
		if (code == EXIT_DONE)
			demo->steps++;
	}
	if (!demo->quiet)
		putchar('\n');
	return (code);
}

/* Removes a device's directory with what is left in it. */
static void
remove_directory(const char *path)
{
	struct buf file = { 0 };
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		buf_clear(&file);
		buf_printf(&file, "%s/%s", path, entry->d_name);
		(void)unlink(file.data); /* "." and ".." stay */
	}
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(path);
	buf_free(&file);
}

static enum exit_code
open_device(struct demo *demo, const struct options *options, const char *place,
    const char *name, struct wallet *device)
{
	struct options own = *options;
	struct buf path = { 0 };
	enum exit_code code;

	buf_printf(&path, "%s/%s", place, name);
	own.state = path.data;
	code = command_open(&own, device, demo->outcome);
	device->caller.listener = hear_exchange;
	device->caller.listener_arg = demo;
	buf_free(&path);
	return (code);
}

static void
close_device(struct wallet *device)
{
	if (device->directory != NULL)
		remove_directory(device->directory);
	command_close(device);
}

static void
draw_token(char token[UUID_TEXT_LEN + 1])
{
	struct uuid id;

	crypto_uuid_draw(&id);
	uuid_format(&id, token);
}

static enum exit_code
run_flows(struct demo *demo, const char *push_log)
{
	enum exit_code code;

	print_title(
	    demo, "Stateless: one message, from the sender to the receiver");
	code = run_steps(demo, demo_stateless);
	if (code != EXIT_DONE)
		return (code);
	print_title(
	    demo, "Stateful: three messages, to and fro, each side waiting");
	code = demo_play(demo, demo_stateful);
	if (code != EXIT_DONE || push_log == NULL)
		return (code);
	print_title(demo, "Stateful: each side is notified by a push");
	demo->push_log = push_log;
	draw_token(demo->sender_token);
	draw_token(demo->receiver_token);
	return (demo_play(demo, demo_pushed));
}

static void
print_end(const struct demo *demo, const struct options *options)
{
	struct json_object *object;

	if (!options->json) {
		(void)puts("All transfers went as they should.");
		return;
	}
	object = command_make_json(demo->outcome);
	json_object_object_add(
	    object, "steps", json_object_new_int64(demo->steps));
	command_print_json(object);
}

static void
demo_free(struct demo *demo)
{
	close_device(&demo->sender);
	close_device(&demo->receiver);
	close_device(&demo->stranger);
	share_free(&demo->share);
	share_free(&demo->accepted);
	buf_free(&demo->url);
	crypto_key_free(demo->owner);
	keyshare_receiver_free(&demo->keys);
	origin_free(&demo->relay);
}

/* A fresh directory for the devices' state; owned; NULL: errno tells. */
static char *
make_place(void)
{
	const char *tmp = getenv("TMPDIR");
	struct buf place = { 0 };

	buf_printf(&place, "%s/credrelay-demo.XXXXXX",
	    tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
	if (mkdtemp(place.data) == NULL)
		buf_free(&place);
	return (place.data);
}

enum exit_code
command_demo(struct options *options, struct outcome *outcome)
{
	struct demo demo = { .quiet = options->json,
		.outcome = outcome,
		.cacert = options->cacert };
	enum exit_code code;
	char *place = NULL;

	code =
	    command_take_relay(options->count > 0 ? options->operands[0] : NULL,
		&demo.relay, outcome);
	if (code == EXIT_DONE && (place = make_place()) == NULL)
		code = outcome_fail(outcome, EXIT_FAILED,
		    "temporary directory: %s", strerror(errno));
	if (code == EXIT_DONE)
		code =
		    open_device(&demo, options, place, "sender", &demo.sender);
	if (code == EXIT_DONE)
		code = open_device(
		    &demo, options, place, "receiver", &demo.receiver);
	if (code == EXIT_DONE)
		code = open_device(
		    &demo, options, place, "stranger", &demo.stranger);
	if (code == EXIT_DONE)
		code = run_flows(&demo, options->push_log);
	if (code == EXIT_DONE)
		print_end(&demo, options);
	demo_free(&demo);
	if (place != NULL)
		(void)rmdir(place);
	free(place);
	return (code);
}
