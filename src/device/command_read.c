/* command_read.c: credrelay receive and show. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "buf.h"
#include "base64.h"
#include "device/command.h"
#include "device/file.h"
#include "device/opengraph.h"
#include "device/text.h"

/* How long --wait waits by itself, in seconds. */
enum { WAIT_DEFAULT = 600 };

static void
print_reading(const struct options *options, const struct share *share,
    const struct wallet_reading *reading, const struct buf *plain,
    const char *event, const struct outcome *outcome)
{
	struct json_object *object = command_make_json(outcome), *display;
	struct buf text = { 0 };

	command_add_text(object, "event", event);
	command_add_text(object, "mailbox", share->mailbox);
	command_add_text(object, "role",
	    reading->role == STATE_SENDER ? "sender" : "receiver");
	command_add_text(
	    object, "etag", reading->etag[0] != '\0' ? reading->etag : NULL);
	command_add_text(object, "expiration", reading->content.expiration);
	command_add_text(object, "payloadType", reading->content.type);
	display = json_object_new_object();
	command_add_text(display, "title", reading->content.title);
	command_add_text(display, "description", reading->content.description);
	command_add_text(display, "imageURL", reading->content.image);
	json_object_object_add(object, "displayInformation", display);
	json_object_object_add(
	    object, "bytes", json_object_new_int64((int64_t)plain->len));
	if (options->output != NULL) {
		command_add_text(object, "file", options->output);
	} else {
		base64_encode(&text, plain->data, plain->len);
		command_add_text(object, "contentBase64",
		    text.data != NULL ? text.data : "");
	}
	command_print_json(object);
	buf_free(&text);
}

/* Hands the content over; what fails now can be done again: the claim is
 * bound and kept. */
static enum exit_code
deliver(const struct options *options, const struct buf *plain,
    struct outcome *outcome)
{
	const char *output = options->output;
	bool to_file = output != NULL && strcmp(output, "-") != 0;
	enum status status = STATUS_OK;

	if (to_file)
		status = file_deliver(output, plain->data, plain->len);
	else if (!options->json)
		status = file_write_all(STDOUT_FILENO, plain->data, plain->len);
	if (status == STATUS_OK)
		return (EXIT_DONE);
	return (outcome_fail(outcome, EXIT_FAILED,
	    "%s: %s (the mailbox is "
	    "this device's now: receive again)",
	    to_file ? output : "standard output", strerror(errno)));
}

enum exit_code
command_hand_over(const struct options *options, const struct share *share,
    const struct wallet_reading *reading, const struct buf *plain,
    const char *event, struct outcome *outcome)
{
	struct options own = *options;
	enum exit_code code;

	if (own.json && own.output != NULL && strcmp(own.output, "-") == 0)
		own.output = NULL;
	code = deliver(&own, plain, outcome);
	if (code == EXIT_DONE && own.json)
		print_reading(&own, share, reading, plain, event, outcome);
	return (code);
}

/* Reads, or with `wait` waits, and hands over. */
static enum exit_code
read_on(const struct options *options, struct wallet *wallet,
    const struct share *share, bool wait, bool join, struct outcome *outcome)
{
	struct wallet_reading reading = { 0 };
	struct buf plain = { 0 };
	int64_t seconds = 0;
	enum exit_code code = EXIT_DONE;

	if (wait)
		code =
		    command_take_wait(options, WAIT_DEFAULT, &seconds, outcome);
	if (code == EXIT_DONE)
		code = wait ?
		    wallet_wait(wallet, share, seconds, join, &reading, &plain,
			outcome) :
		    wallet_receive(wallet, share, &reading, &plain, outcome);
	if (code == EXIT_DONE)
		code = command_hand_over(
		    options, share, &reading, &plain, NULL, outcome);
	if (plain.data != NULL)
		crypto_wipe(plain.data, plain.cap);
	buf_free(&plain);
	wallet_reading_free(&reading);
	return (code);
}

enum exit_code
command_await(const struct options *options, struct wallet *wallet,
    const struct share *share, bool join, struct outcome *outcome)
{
	return (read_on(options, wallet, share, true, join, outcome));
}

enum exit_code
command_receive(struct options *options, struct outcome *outcome)
{
	struct wallet wallet = { 0 };
	struct share share = { 0 };
	enum exit_code code;

	code = command_take_share(options, &share, outcome);
	if (code == EXIT_DONE)
		code = share_need_secret(&share, outcome);
	if (code == EXIT_DONE)
		code = command_open(options, &wallet, outcome);
	if (code == EXIT_DONE)
		code = read_on(options, &wallet, &share, options->wait != NULL,
		    true, outcome);
	command_close(&wallet);
	share_free(&share);
	return (code);
}

/* One property, as a line or as a member of the object. */
static void
show_property(
    const struct buf *html, const char *name, struct json_object *object)
{
	struct buf safe = { 0 };
	char property[32], *value;

	(void)snprintf(property, sizeof(property), "og:%s", name);
	value = opengraph_find(html->data, html->len, property);
	if (value == NULL)
		return;
	text_make_safe(&safe, value, strlen(value));
	if (object != NULL)
		command_add_text(object, name, safe.data);
	else
		(void)printf("%-12s %s\n", name, safe.data);
	buf_free(&safe);
	free(value);
}

static enum exit_code
show_properties(const struct options *options, const struct buf *html,
    struct outcome *outcome)
{
	static const char *const names[] = {
		"title",
		"description",
		"image",
		"type",
		"url",
	};
	struct json_object *object = NULL;
	size_t i;
	char *title;

	title = opengraph_find(html->data, html->len, "og:title");
	if (title == NULL)
		return (outcome_fail(outcome, EXIT_FAILED,
		    "the answer is no preview page: is this a relay?"));
	free(title);
	if (options->json)
		object = command_make_json(outcome);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		show_property(html, names[i], object);
	if (object != NULL)
		command_print_json(object);
	return (EXIT_DONE);
}

enum exit_code
command_show(struct options *options, struct outcome *outcome)
{
	struct caller caller = { 0 };
	struct share share = { 0 };
	struct buf html = { 0 };
	enum exit_code code;

	code = command_take_share(options, &share, outcome);
	if (code == EXIT_DONE)
		code = command_caller(options, &caller, outcome);
	if (code == EXIT_DONE)
		code = wallet_preview(&caller, &share, &html, outcome);
	if (code == EXIT_DONE)
		code = show_properties(options, &html, outcome);
	buf_free(&html);
	http_close(caller.http);
	share_free(&share);
	return (code);
}
