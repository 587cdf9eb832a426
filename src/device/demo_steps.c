/* demo_steps.c: what the two flows of the demonstration consist of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device/demo.h"
#include "device/opengraph.h"
#include "device/text.h"
#include "timestamp.h"

#define PASS "access card of the summer house, number 4711"
#define LOCK_NAME "summer house, front door"
#define IMAGE "https://example.com/key.png"

/* Polling, until waiting is there: this often, this long apart. */
enum { POLLS = 25, POLL_MS = 200, LIFE = 900 /* s */ };

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
		.terms = { title, "A demonstration", IMAGE, rights, until,
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
	    send_pass },
	{ "Sender", "passes the link on to the receiver, by any messenger",
	    demo_pass_link },
	{ "Messenger", "fetches the preview", look_at_preview },
	{ "Receiver", "reads the mailbox, is bound to it, and decrypts",
	    receive_pass },
	{ "Stranger", "has seen the link as well and tries to read",
	    demo_refuse_stranger },
	{ "Receiver", "has its card and deletes the mailbox", demo_delete },
	{ "Sender", "looks once more", demo_find_gone },
	{ NULL, NULL, NULL },
};

/* Reads again and again until the other side has written that stage. */
static enum exit_code
poll_for(struct demo *demo, struct wallet *device, const struct share *share,
    enum keyshare_stage stage, struct buf *plain)
{
	static const struct timespec apart = { 0, POLL_MS * 1000000L };
	struct wallet_reading reading;
	enum exit_code code;
	int i;

	for (i = 0; i < POLLS; i++) {
		buf_clear(plain);
		code = wallet_receive(
		    device, share, &reading, plain, demo->outcome);
		wallet_reading_free(&reading);
		if (code != EXIT_DONE || keyshare_is(plain, stage))
			return (code);
		(void)nanosleep(&apart, NULL);
	}
	return (outcome_fail(demo->outcome, EXIT_FAILED,
	    "the other side's message does not come"));
}

static enum exit_code
send_request(struct demo *demo)
{
	struct buf content = { 0 };
	enum exit_code code;
	char name[17];

	demo->owner = crypto_key_draw();
	crypto_key_name(demo->owner, name);
	demo_tell(demo, "The owner's key is %s (P-256).", name);
	keyshare_request(LOCK_NAME, demo->owner, &content);
	code = demo_create(demo, "Door key", "RWD", &content);
	buf_free(&content);
	return (code);
}

static enum exit_code
answer_request(struct demo *demo)
{
	struct buf request = { 0 }, answer = { 0 };
	enum exit_code code;
	char name[17];

	code = poll_for(demo, &demo->receiver, &demo->accepted,
	    KEYSHARE_CREATION, &request);
	if (code == EXIT_DONE &&
	    keyshare_answer(&request, &demo->keys, &answer) != STATUS_OK)
		code = outcome_fail(demo->outcome, EXIT_FAILED,
		    "the key creation request is not in form");
	if (code == EXIT_DONE) {
		crypto_key_name(demo->keys.key, name);
		demo_tell(demo,
		    "It makes a key of its own, %s, and asks for "
		    "a signature.",
		    name);
		code = wallet_update(&demo->receiver, &demo->accepted,
		    answer.data, answer.len, true, demo->outcome);
	}
	buf_free(&request);
	buf_free(&answer);
	return (code);
}

static enum exit_code
sign_request(struct demo *demo)
{
	struct buf signing = { 0 }, import = { 0 };
	enum exit_code code;
	char name[17];

	code = poll_for(
	    demo, &demo->sender, &demo->share, KEYSHARE_SIGNING, &signing);
	if (code == EXIT_DONE &&
	    keyshare_sign(&signing, demo->owner, name, &import) != STATUS_OK)
		code = outcome_fail(demo->outcome, EXIT_FAILED,
		    "the signing request is not in form");
	if (code == EXIT_DONE) {
		demo_tell(demo,
		    "It signs the receiver's key %s with the "
		    "owner's.",
		    name);
		code = wallet_update(&demo->sender, &demo->share, import.data,
		    import.len, true, demo->outcome);
	}
	buf_free(&signing);
	buf_free(&import);
	return (code);
}

static enum exit_code
import_key(struct demo *demo)
{
	struct buf import = { 0 };
	enum exit_code code;
	char name[17], owner[17];

	code = poll_for(
	    demo, &demo->receiver, &demo->accepted, KEYSHARE_IMPORT, &import);
	if (code == EXIT_DONE &&
	    keyshare_verify(&import, &demo->keys) != STATUS_OK)
		code = outcome_fail(demo->outcome, EXIT_FAILED,
		    "the owner's signature does not verify: nothing imported");
	if (code == EXIT_DONE) {
		crypto_key_name(demo->keys.key, name);
		crypto_key_name(demo->keys.owner, owner);
		demo_tell(demo,
		    "The signature is good. Key %s imported, "
		    "approved by %s.",
		    name, owner);
	}
	buf_free(&import);
	return (code);
}

const struct demo_step demo_stateful[] = {
	{ "Sender",
	    "puts provisioning information with a key creation "
	    "request into a mailbox",
	    send_request },
	{ "Sender", "passes the link on to the receiver", demo_pass_link },
	{ "Receiver", "reads it, is bound, and answers with a signing request",
	    answer_request },
	{ "Stranger", "tries to read", demo_refuse_stranger },
	{ "Sender",
	    "finds the signing request, and answers with an import "
	    "request",
	    sign_request },
	{ "Receiver", "finds the import request and checks the signature",
	    import_key },
	{ "Receiver", "has its key and deletes the mailbox", demo_delete },
	{ "Sender", "looks once more", demo_find_gone },
	{ NULL, NULL, NULL },
};
