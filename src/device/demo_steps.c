/* demo_steps.c: the demonstration's stateless flow, and what flows share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device/demo.h"
#include "device/opengraph.h"
#include "device/text.h"
#include "timestamp.h"

#define PASS "access card of the summer house, number 4711"
#define IMAGE "https://example.com/key.png"

enum { LIFE = 900 /* s */ };

enum exit_code
demo_expect(struct demo *demo, enum exit_code code, enum exit_code expected)
{
	if (code == expected) {
		outcome_free(demo->outcome);
		return (EXIT_DONE);
	}
	if (code != EXIT_DONE)
		return (code);
	return (outcome_fail(demo->outcome, EXIT_FAILED,
	    "the relay allowed what it should refuse"));
}

enum exit_code
demo_create(struct demo *demo, const char *title, const char *rights,
    const struct buf *content)
{
	char until[TIMESTAMP_TEXT_LEN + 1], expiration[21];
	struct wallet_order order = {
		.relay = &demo->relay,
		.terms = { title, "A demonstration", IMAGE, rights, until, NULL,
		    NULL },
		.vertical = "a",
		.secret_len = 32,
		.content = content->data,
		.content_len = content->len,
	};
	enum exit_code code;

	timestamp_format((int64_t)time(NULL) + LIFE, until);
	share_free(&demo->share);
	code = wallet_send(
	    &demo->sender, &order, &demo->share, expiration, demo->outcome);
	if (code != EXIT_DONE)
		return (code);
	demo_tell(demo, "The relay keeps %zu encrypted bytes until %s.",
	    content->len + CRYPTO_IV_LEN + CRYPTO_TAG_LEN, expiration);
	return (EXIT_DONE);
}

enum exit_code
demo_pass_link(struct demo *demo)
{
	buf_clear(&demo->url);
	share_url(&demo->share, &demo->url);
	demo_tell(demo, "%s", demo->url.data);
	demo_tell(demo,
	    "What follows the # is the Secret; it goes to no "
	    "relay.");
	share_free(&demo->accepted);
	return (share_read(&demo->accepted, demo->url.data, demo->outcome));
}

enum exit_code
demo_refuse_stranger(struct demo *demo)
{
	struct wallet_reading reading;
	struct buf plain = { 0 };
	enum exit_code code;

	code = wallet_receive(
	    &demo->stranger, &demo->accepted, &reading, &plain, demo->outcome);
	wallet_reading_free(&reading);
	buf_free(&plain);
	code = demo_expect(demo, code, EXIT_REFUSED);
	if (code == EXIT_DONE)
		demo_tell(demo, "It has the whole link, and is refused.");
	return (code);
}

enum exit_code
demo_delete(struct demo *demo)
{
	enum exit_code code;

	code = wallet_delete(&demo->receiver, &demo->accepted, demo->outcome);
	if (code == EXIT_DONE)
		demo_tell(demo, "The mailbox is gone.");
	return (code);
}

enum exit_code
demo_find_gone(struct demo *demo)
{
	struct wallet_reading reading;
	struct buf plain = { 0 };
	enum exit_code code;

	code = wallet_receive(
	    &demo->sender, &demo->share, &reading, &plain, demo->outcome);
	wallet_reading_free(&reading);
	buf_free(&plain);
	code = demo_expect(demo, code, EXIT_NOT_FOUND);
	if (code == EXIT_DONE)
		demo_tell(demo, "It sees that the transfer is over.");
	return (code);
}

static enum exit_code
send_pass(struct demo *demo)
{
	struct buf content = { 0 };
	enum exit_code code;

	buf_puts(&content, PASS);
	code = demo_create(demo, "Access card", "RD", &content);
	buf_free(&content);
	return (code);
}

static enum exit_code
look_at_preview(struct demo *demo)
{
	struct buf html = { 0 }, safe = { 0 };
	enum exit_code code;
	char *title = NULL;

	code = wallet_preview(
	    &demo->receiver.caller, &demo->accepted, &html, demo->outcome);
	if (code == EXIT_DONE)
		title = opengraph_find(html.data, html.len, "og:title");
	if (code == EXIT_DONE &&
	    (title == NULL || strcmp(title, "Access card") != 0))
		code = outcome_fail(demo->outcome, EXIT_FAILED,
		    "the preview does not show the title that was sent");
	if (code == EXIT_DONE && title != NULL) {
		text_make_safe(&safe, title, strlen(title));
		demo_tell(demo, "It shows: %s. Nobody is bound by looking.",
		    safe.data);
	}
	free(title);
	buf_free(&safe);
	buf_free(&html);
	return (code);
}

static enum exit_code
receive_pass(struct demo *demo)
{
	struct wallet_reading reading;
	struct buf plain = { 0 };
	enum exit_code code;

	code = wallet_receive(
	    &demo->receiver, &demo->accepted, &reading, &plain, demo->outcome);
	if (code == EXIT_DONE &&
	    (plain.len != strlen(PASS) ||
		memcmp(plain.data, PASS, plain.len) != 0))
		code = outcome_fail(demo->outcome, EXIT_FAILED,
		    "what was received is not what was sent");
	if (code == EXIT_DONE)
		demo_tell(demo, "Decrypted: \"%s\".", plain.data);
	wallet_reading_free(&reading);
	buf_free(&plain);
	return (code);
}

const struct demo_step demo_stateless[] = {
	{ "Sender", "encrypts an access card and puts it into a mailbox",
	    send_pass, DEMO_SENDER },
	{ "Sender", "passes the link on to the receiver, by any messenger",
	    demo_pass_link, DEMO_SENDER },
	{ "Messenger", "fetches the preview", look_at_preview, DEMO_SENDER },
	{ "Receiver", "reads the mailbox, is bound to it, and decrypts",
	    receive_pass, DEMO_RECEIVER },
	{ "Stranger", "has seen the link as well and tries to read",
	    demo_refuse_stranger, DEMO_RECEIVER },
	{ "Receiver", "has its card and deletes the mailbox", demo_delete,
	    DEMO_RECEIVER },
	{ "Sender", "looks once more", demo_find_gone, DEMO_SENDER },
	{ NULL, NULL, NULL, 0 },
};
