/* keyshare.c: the messages of the demonstration's stateful flow. */
#include "device/keyshare.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "base64.h"
#include "strict_json.h"
#include "timestamp.h"

#define FORMAT "example.door.key"

static const char *const stage_names[] = {
	[KEYSHARE_CREATION] = "keyCreationRequest",
	[KEYSHARE_SIGNING] = "signingRequest",
	[KEYSHARE_IMPORT] = "importRequest",
};

/* The members of a message's content, in the order in which they come. */
enum field { LOCK, OWNER_KEY, TRANSACTION, SIGNATURE, FIELDS };

static const char *const field_names[FIELDS] = {
	[LOCK] = "lock",
	[OWNER_KEY] = "ownerPublicKey",
	[TRANSACTION] = "transactionInformation",
	[SIGNATURE] = "signature",
};

/* A message taken apart; the fields are decoded but for the lock's name. */
struct message {
	struct buf fields[FIELDS];
};

static void
message_free(struct message *message)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		buf_free(&message->fields[i]);
}

/* A text member; NULL: there is none. */
static struct json_object *
find_text(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (object == NULL ||
	    !json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return (NULL);
	return (value);
}

static bool
text_is(struct json_object *text, const char *expected)
{
	return (text != NULL &&
	    strcmp(json_object_get_string(text), expected) == 0);
}

/* The content of a message of that stage; borrowed; NULL: it is another. */
static struct json_object *
find_content(struct strict_json *json, enum keyshare_stage stage)
{
	struct json_object *format = strict_json_member(json, "format");
	struct json_object *content = strict_json_member(json, "content");

	if (format == NULL || !json_object_is_type(format, json_type_string) ||
	    !text_is(format, FORMAT) || content == NULL ||
	    !json_object_is_type(content, json_type_object) ||
	    !text_is(find_text(content, "stage"), stage_names[stage]))
		return (NULL);
	return (content);
}

bool
keyshare_is(const struct buf *message, enum keyshare_stage stage)
{
	struct strict_json *json;
	bool is;

	if (message->len == 0 ||
	    strict_json_read(message->data, message->len, &json) != STATUS_OK)
		return (false);
	is = find_content(json, stage) != NULL;
	strict_json_free(json);
	return (is);
}

/* Reads the fields that a message of the stage has. */
static enum status
message_read(
    struct message *message, const struct buf *text, enum keyshare_stage stage)
{
	const size_t fields = stage == KEYSHARE_CREATION ? TRANSACTION :
	    stage == KEYSHARE_SIGNING			 ? SIGNATURE :
							   FIELDS;
	struct json_object *content, *value;
	struct strict_json *json = NULL;
	enum status status = STATUS_INVALID;
	size_t i;

	*message = (struct message){ 0 };
	if (text->len == 0 ||
	    strict_json_read(text->data, text->len, &json) != STATUS_OK)
		return (STATUS_INVALID);
	content = find_content(json, stage);
	for (i = 0; content != NULL && i < fields; i++) {
		value = find_text(content, field_names[i]);
		if (value == NULL)
			goto out;
		if (i == LOCK)
			buf_puts(
			    &message->fields[i], json_object_get_string(value));
		else if (base64_decode(json_object_get_string(value),
			     (size_t)json_object_get_string_len(value),
			     &message->fields[i]) != STATUS_OK)
			goto out;
	}
	if (content != NULL)
		status = STATUS_OK;
out:
	if (status != STATUS_OK)
		message_free(message);
	strict_json_free(json);
	return (status);
}

static void
message_write(
    const struct message *message, enum keyshare_stage stage, struct buf *out)
{
	struct json_object *object = json_object_new_object();
	struct json_object *content = json_object_new_object();
	struct buf text = { 0 };
	size_t i;

	json_object_object_add(
	    content, "stage", json_object_new_string(stage_names[stage]));
	for (i = 0; i < FIELDS; i++) {
		if (message->fields[i].len == 0)
			continue;
		buf_clear(&text);
		if (i == LOCK)
			buf_puts(&text, message->fields[i].data);
		else
			base64_encode(&text, message->fields[i].data,
			    message->fields[i].len);
		json_object_object_add(
		    content, field_names[i], json_object_new_string(text.data));
	}
	json_object_object_add(
	    object, "format", json_object_new_string(FORMAT));
	json_object_object_add(object, "content", content);
	buf_puts(out,
	    json_object_to_json_string_ext(object,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
	buf_free(&text);
}

void
keyshare_request(
    const char *lock, const struct crypto_key *owner, struct buf *out)
{
	struct message message = { 0 };

	buf_puts(&message.fields[LOCK], lock);
	crypto_key_public(owner, &message.fields[OWNER_KEY]);
	message_write(&message, KEYSHARE_CREATION, out);
	message_free(&message);
}

/* Transaction information: the new public key, and when it was made. */
static void
make_transaction(const struct crypto_key *key, struct buf *out)
{
	struct json_object *object = json_object_new_object();
	char now[TIMESTAMP_TEXT_LEN + 1];
	struct buf der = { 0 }, text = { 0 };

	crypto_key_public(key, &der);
	base64_encode(&text, der.data, der.len);
	timestamp_format((int64_t)time(NULL), now);
	json_object_object_add(
	    object, "receiverPublicKey", json_object_new_string(text.data));
	json_object_object_add(object, "made", json_object_new_string(now));
	buf_puts(out,
	    json_object_to_json_string_ext(object,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
	buf_free(&der);
	buf_free(&text);
}

enum status
keyshare_answer(const struct buf *request, struct keyshare_receiver *receiver,
    struct buf *out)
{
	struct message message;
	enum status status;

	*receiver = (struct keyshare_receiver){ 0 };
	status = message_read(&message, request, KEYSHARE_CREATION);
	if (status != STATUS_OK)
		return (status);
	status = crypto_key_read(message.fields[OWNER_KEY].data,
	    message.fields[OWNER_KEY].len, &receiver->owner);
	if (status == STATUS_OK) {
		receiver->key = crypto_key_draw();
		make_transaction(receiver->key, &receiver->transaction);
		buf_add(&message.fields[TRANSACTION],
		    receiver->transaction.data, receiver->transaction.len);
		message_write(&message, KEYSHARE_SIGNING, out);
	}
	message_free(&message);
	return (status);
}

/* The receiver's key in the transaction information, by its short name. */
static enum status
name_receiver(const struct buf *transaction, char name[17])
{
	struct json_object *value;
	struct strict_json *json;
	struct crypto_key *key = NULL;
	struct buf der = { 0 };
	enum status status = STATUS_INVALID;

	if (transaction->len == 0 ||
	    strict_json_read(transaction->data, transaction->len, &json) !=
		STATUS_OK)
		return (STATUS_INVALID);
	value = strict_json_member(json, "receiverPublicKey");
	if (value != NULL && json_object_is_type(value, json_type_string))
		status = base64_decode(json_object_get_string(value),
		    (size_t)json_object_get_string_len(value), &der);
	if (status == STATUS_OK)
		status = crypto_key_read(der.data, der.len, &key);
	if (status == STATUS_OK)
		crypto_key_name(key, name);
	crypto_key_free(key);
	buf_free(&der);
	strict_json_free(json);
	return (status);
}

static bool
bytes_equal(const struct buf *a, const struct buf *b)
{
	return (a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
}

enum status
keyshare_sign(const struct buf *signing, const struct crypto_key *owner,
    char name[17], struct buf *out)
{
	struct buf own = { 0 }, *transaction;
	struct message message;
	enum status status;

	status = message_read(&message, signing, KEYSHARE_SIGNING);
	if (status != STATUS_OK)
		return (status);
	transaction = &message.fields[TRANSACTION];
	crypto_key_public(owner, &own);
	status = bytes_equal(&own, &message.fields[OWNER_KEY]) ?
	    name_receiver(transaction, name) :
	    STATUS_INVALID;
	if (status == STATUS_OK) {
		crypto_key_sign(owner, transaction->data, transaction->len,
		    &message.fields[SIGNATURE]);
		message_write(&message, KEYSHARE_IMPORT, out);
	}
	buf_free(&own);
	message_free(&message);
	return (status);
}

enum status
keyshare_verify(
    const struct buf *import, const struct keyshare_receiver *receiver)
{
	struct message message;
	enum status status;

	status = message_read(&message, import, KEYSHARE_IMPORT);
	if (status != STATUS_OK)
		return (status);
	if (!bytes_equal(&message.fields[TRANSACTION], &receiver->transaction))
		status = STATUS_INVALID;
	else
		status = crypto_key_verify(receiver->owner,
		    receiver->transaction.data, receiver->transaction.len,
		    message.fields[SIGNATURE].data,
		    message.fields[SIGNATURE].len);
	message_free(&message);
	return (status);
}

void
keyshare_receiver_free(struct keyshare_receiver *receiver)
{
	crypto_key_free(receiver->key);
	crypto_key_free(receiver->owner);
	buf_free(&receiver->transaction);
	*receiver = (struct keyshare_receiver){ 0 };
}
