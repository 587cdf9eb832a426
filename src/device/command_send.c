/* command_send.c: credrelay send. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "buf.h"
#include "device/command.h"
#include "rights.h"
#include "timestamp.h"
#include "url.h"
#include "utf8.h"

/* In characters; credrelay-api(7), CreateMailbox. */
enum { TITLE_MAX = 128, DESCRIPTION_MAX = 512 };

static bool
text_fits(const char *text, size_t max)
{
	size_t n;

	return (utf8_count(text, strlen(text), &n) == STATUS_OK && n >= 1 &&
	    n <= max);
}

/* The preview's three: all or none, in the form that credrelay-api(7) wants. */
static enum exit_code
check_display(const struct options *options, struct outcome *outcome)
{
	int given = (options->title != NULL) + (options->description != NULL) +
	    (options->image != NULL);

	if (given == 0)
		return (EXIT_DONE);
	if (given != 3)
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--title, "
		    "--description and --image go together"));
	if (!text_fits(options->title, TITLE_MAX))
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--title takes 1 to %d characters of UTF-8", TITLE_MAX));
	if (!text_fits(options->description, DESCRIPTION_MAX))
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--description "
		    "takes 1 to %d characters of UTF-8",
		    DESCRIPTION_MAX));
	if (url_check_https(options->image, strlen(options->image)) !=
	    STATUS_OK)
		return (outcome_fail(
		    outcome, EXIT_USAGE, "--image takes an https:// URL"));
	return (EXIT_DONE);
}

/* --expires as the API writes it: a span from now, or a point in time. */
static enum exit_code
read_expires(
    const char *text, char out[TIMESTAMP_TEXT_LEN + 1], struct outcome *outcome)
{
	int64_t at;

	if (options_duration(text, &at) == STATUS_OK)
		at += (int64_t)time(NULL);
	else if (timestamp_parse(text, strlen(text), &at) != STATUS_OK)
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--expires takes "
		    "90s, 15m, 2h, 7d or YYYY-MM-DDThh:mm:ssZ"));
	timestamp_format(at, out);
	return (EXIT_DONE);
}

/* Fills the order; `expires` backs its expiration. */
static enum exit_code
make_order(const struct options *options, struct wallet_order *order,
    char expires[TIMESTAMP_TEXT_LEN + 1], struct outcome *outcome)
{
	unsigned rights;

	order->terms =
	    (struct message_terms){ options->title, options->description,
		    options->image, options->rights, NULL, NULL, NULL };
	order->vertical = options->vertical;
	order->draw_identifier = options->draw_identifier;
	order->secret_len = 32;
	if (options->aead != NULL && strcmp(options->aead, "128") == 0)
		order->secret_len = 16;
	else if (options->aead != NULL && strcmp(options->aead, "256") != 0)
		return (outcome_fail(
		    outcome, EXIT_USAGE, "--aead takes 128 or 256"));
	if (options->rights != NULL &&
	    rights_parse(options->rights, strlen(options->rights), &rights) !=
		STATUS_OK)
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--rights takes letters of RWD, none twice"));
	if (options->vertical != NULL &&
	    !share_vertical_valid(options->vertical, strlen(options->vertical)))
		return (outcome_fail(outcome, EXIT_USAGE,
		    "--vertical takes a letter: a, c or h"));
	if (options->expires != NULL) {
		order->terms.expiration = expires;
		if (read_expires(options->expires, expires, outcome) !=
		    EXIT_DONE)
			return (EXIT_USAGE);
	}
	return (check_display(options, outcome));
}

static void
print_share(const struct options *options, const struct wallet *wallet,
    const struct share *share, const char *expiration,
    const struct outcome *outcome)
{
	struct json_object *object;
	struct buf url = { 0 };

	share_url(share, &url);
	if (options->json) {
		object = command_make_json(outcome);
		command_add_text(object, "url", url.data);
		command_add_text(object, "mailbox", share->mailbox);
		command_add_text(object, "expiration", expiration);
		command_add_text(
		    object, "payloadType", crypto_secret_type(&share->secret));
		command_tell_push(options, wallet, object);
		command_print_json(object);
	} else {
		(void)puts(url.data);
		(void)fprintf(stderr,
		    "can be accepted until %s; who has this URL "
		    "can open it\n",
		    expiration);
		command_tell_push(options, wallet, NULL);
	}
	crypto_wipe(url.data, url.cap);
	buf_free(&url);
}

enum exit_code
command_send(struct options *options, struct outcome *outcome)
{
	char expires[TIMESTAMP_TEXT_LEN + 1], expiration[21];
	struct wallet_order order = { 0 };
	struct wallet wallet = { 0 };
	struct origin relay = { 0 };
	struct share share = { 0 };
	struct buf content = { 0 };
	enum exit_code code;

	code = make_order(options, &order, expires, outcome);
	if (code == EXIT_DONE)
		code = command_take_relay(options->relay, &relay, outcome);
	if (code == EXIT_DONE)
		code = command_take_content(
		    options->operands[0], &content, outcome);
	if (code == EXIT_DONE)
		code = command_open(options, &wallet, outcome);
	if (code != EXIT_DONE)
		goto out;
	order.relay = &relay;
	order.content = content.data;
	order.content_len = content.len;
	code = wallet_send(&wallet, &order, &share, expiration, outcome);
	if (code == EXIT_DONE)
		print_share(options, &wallet, &share, expiration, outcome);
out:
	share_free(&share);
	command_close(&wallet);
	buf_free(&content);
	origin_free(&relay);
	return (code);
}
