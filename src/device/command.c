/* command.c: what the commands share. */
#include "device/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "buf.h"
#include "device/file.h"
#include "device/token.h"

enum exit_code
command_caller(const struct options *options, struct caller *caller,
    struct outcome *outcome)
{
	int64_t seconds = CALL_PATIENCE;

	*caller = (struct caller){ 0 };
	if (options->retry != NULL && strcmp(options->retry, "0") == 0)
		seconds = 0;
	else if (options->retry != NULL &&
	    (options_duration(options->retry, &seconds) != STATUS_OK ||
		seconds > CALL_PATIENCE_MAX))
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--retry takes 0 to %d seconds", CALL_PATIENCE_MAX));
	caller->http = http_open(options->cacert);
	caller->insecure_http = options->insecure_http;
	caller->patience_ms = (long)seconds * 1000;
	return (EXIT_DONE);
}

/* The token of the options, as token.h has it; "" when there is none. */
static enum exit_code
take_token(
    const struct options *options, struct buf *token, struct outcome *outcome)
{
	struct buf text = { 0 };
	enum exit_code code = EXIT_DONE;

	buf_puts(token, "");
	if ((options->notify_token != NULL) + (options->token != NULL) +
		options->no_token >
	    1)
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--notify-token, --token and --no-token are one too many"));
	if (options->no_token)
		buf_puts(token, TOKEN_NONE);
	if (options->notify_token != NULL)
		return (token_make(options->notify_token, token, outcome));
	if (options->token == NULL)
		return (EXIT_DONE);
	if (strcmp(options->token, "-") == 0)
		return (outcome_fail(
		    outcome, EXIT_USAGE, "--token takes the name of a file"));
	code = command_take_content(options->token, &text, outcome);
	if (code == EXIT_DONE)
		code = token_take(text.data, text.len, token, outcome);
	buf_free(&text);
	return (code);
}

enum exit_code
command_open(const struct options *options, struct wallet *wallet,
    struct outcome *outcome)
{
	struct caller caller = { 0 };
	struct buf token = { 0 };
	enum exit_code code;

	*wallet = (struct wallet){ 0 };
	code = take_token(options, &token, outcome);
	if (code == EXIT_DONE)
		code = command_caller(options, &caller, outcome);
	if (code == EXIT_DONE)
		code = wallet_open(wallet, options->state, &caller, outcome);
	if (code != EXIT_DONE)
		http_close(caller.http);
	else if (token.len > 0)
		wallet_leave(wallet, token.data);
	buf_free(&token);
	return (code);
}

void
command_close(struct wallet *wallet)
{
	http_close(wallet->caller.http);
	wallet_close(wallet);
}

/* One line of standard input, without the blanks around it. */
static enum status
read_line(char *line, size_t size)
{
	char *end;

	if (fgets(line, (int)size, stdin) == NULL)
		return (STATUS_IO);
	end = line + strlen(line);
	if (end == line + size - 1 && end[-1] != '\n')
		return (STATUS_TOO_LARGE);
	while (end > line && strchr(" \t\r\n", end[-1]) != NULL)
		*--end = '\0';
	memmove(line, line + strspn(line, " \t"),
	    (size_t)(end - line) - strspn(line, " \t") + 1);
	return (STATUS_OK);
}

/* Overwrites what may be the Secret, keeping the length of the text. */
static void
hide_secret(char *url)
{
	char *gateway = strstr(url, "%23");
	char *from = strchr(url, '#');

	if (from == NULL || (gateway != NULL && gateway < from))
		from = gateway;
	if (from != NULL)
		memset(from, '*', strlen(from));
}

enum exit_code
command_take_share(
    struct options *options, struct share *share, struct outcome *outcome)
{
	char line[SHARE_URL_MAX + 16];
	enum exit_code code;
	enum status status;

	*share = (struct share){ 0 };
	if (strcmp(options->operands[0], "-") != 0) {
		code = share_read(share, options->operands[0], outcome);
		hide_secret(options->operands[0]);
		return (code);
	}
	/* stdio's buffer would keep the Secret. */
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	status = read_line(line, sizeof(line));
	code = status == STATUS_OK ? share_read(share, line, outcome) :
				     outcome_fail(outcome, EXIT_USAGE,
					 "standard input holds no share URL");
	crypto_wipe(line, sizeof(line));
	return (code);
}

enum exit_code
command_take_content(
    const char *path, struct buf *content, struct outcome *outcome)
{
	switch (file_read(path, WALLET_CONTENT_MAX, content)) {
	case STATUS_OK:
		return (EXIT_DONE);
	case STATUS_TOO_LARGE:
		return (outcome_fail(outcome, EXIT_FAILED,
		    "%s: more than %d bytes", path, WALLET_CONTENT_MAX));
	default:
		return (outcome_fail(
		    outcome, EXIT_FAILED, "%s: %s", path, strerror(errno)));
	}
}

enum exit_code
command_take_relay(
    const char *wanted, struct origin *relay, struct outcome *outcome)
{
	const char *text = wanted != NULL ? wanted : getenv("CREDRELAY_URL");

	*relay = (struct origin){ 0 };
	if (text == NULL || text[0] == '\0')
		return (outcome_fail(outcome, EXIT_USAGE,
		    "which relay? name its URL, or set CREDRELAY_URL"));
	return (origin_read(relay, text, outcome));
}

enum exit_code
command_take_wait(const struct options *options, int64_t fallback,
    int64_t *seconds, struct outcome *outcome)
{
	*seconds = fallback;
	if (options->wait == NULL || options->wait[0] == '\0' ||
	    options_duration(options->wait, seconds) == STATUS_OK)
		return (EXIT_DONE);
	return (
	    outcome_fail(outcome, EXIT_USAGE, "--wait takes 30s, 10m or 2h"));
}

void
command_tell_push(const struct options *options, const struct wallet *wallet,
    struct json_object *object)
{
	if (options->notify_token == NULL && options->token == NULL)
		return;
	if (object != NULL)
		json_object_object_add(object, "isPushNotificationSupported",
		    json_object_new_boolean(wallet->push));
	else if (!wallet->push)
		(void)fputs(
		    "the relay does not notify tokens of this type\n", stderr);
}

void
command_add_text(struct json_object *object, const char *name, const char *text)
{
	if (text != NULL)
		json_object_object_add(
		    object, name, json_object_new_string(text));
}

struct json_object *
command_make_json(const struct outcome *outcome)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "ok", json_object_new_boolean(1));
	if (outcome->http_status != 0)
		json_object_object_add(object, "httpStatus",
		    json_object_new_int64(outcome->http_status));
	return (object);
}

void
command_print_json(struct json_object *object)
{
	(void)puts(json_object_to_json_string_ext(
	    object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
