/* demo_stateful.c: the stateful flow of the demonstration, by one process for
 * each side; they wait for each other at the relay, or for a push. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device/demo.h"
#include "device/file.h"
#include "device/token.h"

#define LOCK_NAME "summer house, front door"

/* Has the device leave a token with its next request. */
static enum exit_code
leave_token(struct demo *demo, struct wallet *device, const char *data)
{
	struct buf text = { 0 }, token = { 0 };
	enum exit_code code;

	buf_printf(&text, "webhook:%s", data);
	code = token_make(text.data, &token, demo->outcome);
	if (code == EXIT_DONE)
		wallet_leave(device, token.data);
	buf_free(&token);
	buf_free(&text);
	return (code);
}

/* What the relay has said of the token that a device left. */
static enum exit_code
check_push(struct demo *demo, const struct wallet *device)
{
	if (demo->push_log == NULL)
		return (EXIT_DONE);
	if (!device->push)
		return (outcome_fail(demo->outcome, EXIT_FAILED,
		    "the relay does not notify tokens of the type webhook"));
	demo_tell(demo, "The relay will notify it.");
	return (EXIT_DONE);
}

/* The sender looks at what is its own, to know what will be new. */
static enum exit_code
look_back(struct demo *demo)
{
	struct wallet_reading reading;
	struct buf plain = { 0 };
	enum exit_code code;

	code = wallet_receive(
	    &demo->sender, &demo->share, &reading, &plain, demo->outcome);
	wallet_reading_free(&reading);
	buf_free(&plain);
	return (code);
}

static enum exit_code
send_request(struct demo *demo)
{
	struct buf content = { 0 };
	enum exit_code code = EXIT_DONE;
	char name[17];

	demo->owner = crypto_key_draw();
	crypto_key_name(demo->owner, name);
	demo_tell(demo, "The owner's key is %s (P-256).", name);
	keyshare_request(LOCK_NAME, demo->owner, &content);
	if (demo->push_log != NULL)
		code = leave_token(demo, &demo->sender, demo->sender_token);
	if (code == EXIT_DONE)
		code = demo_create(demo, "Door key", "RWD", &content);
	if (code == EXIT_DONE)
		code = check_push(demo, &demo->sender);
	if (code == EXIT_DONE && demo->push_log == NULL)
		code = look_back(demo);
	buf_free(&content);
	return (code);
}

/* The messenger is a pipe to the other process. */
static enum exit_code
pass_link(struct demo *demo)
{
	enum exit_code code = demo_pass_link(demo);

	if (code == EXIT_DONE &&
	    file_write_all(demo->link[1], demo->url.data, demo->url.len + 1) !=
		STATUS_OK)
		code = outcome_fail(
		    demo->outcome, EXIT_FAILED, "the link cannot be passed on");
	return (code);
}

static enum exit_code
take_link(struct demo *demo)
{
	char url[SHARE_URL_MAX + 1];
	size_t len = 0;

	while (len < sizeof(url) && read(demo->link[0], &url[len], 1) == 1)
		if (url[len++] == '\0')
			return (
			    share_read(&demo->accepted, url, demo->outcome));
	return (
	    outcome_fail(demo->outcome, EXIT_FAILED, "the link has not come"));
}

/* Waits until the other side has written, which must be that stage. */
static enum exit_code
await(struct demo *demo, struct wallet *device, const struct share *share,
    const char *token, enum keyshare_stage stage, struct buf *plain)
{
	struct wallet_reading reading = { 0 };
	enum exit_code code;

	if (demo->push_log != NULL) {
		code = demo_await_push(demo, token, share->mailbox);
		if (code == EXIT_DONE)
			code = wallet_receive(
			    device, share, &reading, plain, demo->outcome);
	} else {
		code = wallet_wait(device, share, DEMO_WAIT, false, &reading,
		    plain, demo->outcome);
	}
	wallet_reading_free(&reading);
	if (code == EXIT_UNCHANGED)
		code = outcome_fail(demo->outcome, EXIT_FAILED,
		    "the other side's message does not come");
	if (code == EXIT_DONE && !keyshare_is(plain, stage))
		code = outcome_fail(demo->outcome, EXIT_FAILED,
		    "what came is not the other side's next message");
	return (code);
}

static enum exit_code
answer_request(struct demo *demo)
{
	struct buf request = { 0 }, answer = { 0 };
	struct wallet_reading reading = { 0 };
	enum exit_code code;
	char name[17];

	code = take_link(demo);
	if (code == EXIT_DONE && demo->push_log != NULL)
		code = leave_token(demo, &demo->receiver, demo->receiver_token);
	if (code == EXIT_DONE)
		code = wallet_receive(&demo->receiver, &demo->accepted,
		    &reading, &request, demo->outcome);
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
	if (code == EXIT_DONE)
		code = check_push(demo, &demo->receiver);
	wallet_reading_free(&reading);
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

	code = await(demo, &demo->sender, &demo->share, demo->sender_token,
	    KEYSHARE_SIGNING, &signing);
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

	code = await(demo, &demo->receiver, &demo->accepted,
	    demo->receiver_token, KEYSHARE_IMPORT, &import);
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

static enum exit_code
await_end(struct demo *demo)
{
	struct wallet_reading reading = { 0 };
	struct buf plain = { 0 };
	enum exit_code code;

	code = wallet_wait(&demo->sender, &demo->share, DEMO_WAIT, false,
	    &reading, &plain, demo->outcome);
	wallet_reading_free(&reading);
	buf_free(&plain);
	code = demo_expect(demo, code, EXIT_NOT_FOUND);
	if (code == EXIT_DONE)
		demo_tell(demo, "It sees that the transfer is over.");
	return (code);
}

const struct demo_step demo_stateful[] = {
	{ "Sender",
	    "puts provisioning information with a key creation "
	    "request into a mailbox",
	    send_request, DEMO_SENDER },
	{ "Sender", "passes the link on to the receiver", pass_link,
	    DEMO_SENDER },
	{ "Receiver", "reads it, is bound, and answers with a signing request",
	    answer_request, DEMO_RECEIVER },
	{ "Stranger", "tries to read", demo_refuse_stranger, DEMO_RECEIVER },
	{ "Sender",
	    "has waited for the signing request, and answers with an import "
	    "request",
	    sign_request, DEMO_SENDER },
	{ "Receiver",
	    "has waited for the import request and checks the "
	    "signature",
	    import_key, DEMO_RECEIVER },
	{ "Receiver", "has its key and deletes the mailbox", demo_delete,
	    DEMO_RECEIVER },
	{ "Sender", "has waited for what comes next", await_end, DEMO_SENDER },
	{ NULL, NULL, NULL, 0 },
};

const struct demo_step demo_pushed[] = {
	{ "Sender", "puts its request into a mailbox, and leaves a token",
	    send_request, DEMO_SENDER },
	{ "Sender", "passes the link on to the receiver", pass_link,
	    DEMO_SENDER },
	{ "Receiver", "leaves a token too, and answers", answer_request,
	    DEMO_RECEIVER },
	{ "Sender", "is woken by a push, reads, and answers", sign_request,
	    DEMO_SENDER },
	{ "Receiver", "is woken by a push, reads, and checks the signature",
	    import_key, DEMO_RECEIVER },
	{ "Receiver", "has its key and deletes the mailbox", demo_delete,
	    DEMO_RECEIVER },
	{ NULL, NULL, NULL, 0 },
};
