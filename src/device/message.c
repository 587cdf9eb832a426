/* message.c: the JSON that goes to a relay and comes from it. */
#include "device/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "buf.h"
#include "base64.h"
#include "device/text.h"
#include "mem.h"
#include "strict_json.h"
#include "timestamp.h"

static void
add_text(struct json_object *object, const char *name, const char *text)
{
	if (text != NULL)
		json_object_object_add(
		    object, name, json_object_new_string(text));
}

/* The payload object; owned by the caller. */
static struct json_object *
make_payload(
    const struct secret *secret, const void *content, size_t len, char name[17])
{
	struct json_object *payload = json_object_new_object();
	struct buf sealed = { 0 }, data = { 0 };

	crypto_seal(secret, content, len, &sealed);
	base64_encode(&data, sealed.data, sealed.len);
	add_text(payload, "type", crypto_secret_type(secret));
	add_text(payload, "data", data.data);
	crypto_name(data.data, data.len, name);
	buf_free(&data);
	buf_free(&sealed);
	return (payload);
}

/* Adds the token as it was written: json-c would change its numbers. */
static void
add_token(struct json_object *object, const char *token)
{
	struct json_object *raw;

	if (token == NULL)
		return;
	raw = json_object_new_object();
	json_object_set_serializer(raw, json_object_userdata_to_json_string,
	    mem_strdup(token), json_object_free_userdata);
	json_object_object_add(object, "notificationToken", raw);
}

/* Writes the object out and releases it. */
static void
finish(struct json_object *object, struct buf *json)
{
	const char *text;
	size_t len;

	text = json_object_to_json_string_length(object,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	buf_add(json, text, len);
	json_object_put(object);
}

void
message_create(const struct message_terms *terms, const struct secret *secret,
    const void *content, size_t len, struct buf *json, char name[17])
{
	struct json_object *object = json_object_new_object(), *part;

	json_object_object_add(
	    object, "payload", make_payload(secret, content, len, name));
	if (terms->title != NULL) {
		part = json_object_new_object();
		add_text(part, "title", terms->title);
		add_text(part, "description", terms->description);
		add_text(part, "imageURL", terms->image);
		json_object_object_add(object, "displayInformation", part);
	}
	if (terms->rights != NULL || terms->expiration != NULL) {
		part = json_object_new_object();
		add_text(part, "accessRights", terms->rights);
		add_text(part, "expiration", terms->expiration);
		json_object_object_add(object, "mailboxConfiguration", part);
	}
	add_text(object, "mailboxIdentifier", terms->mailbox);
	add_token(object, terms->token);
	finish(object, json);
}

void
message_update(const struct secret *secret, const void *content, size_t len,
    const char *token, struct buf *json, char name[17])
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(
	    object, "payload", make_payload(secret, content, len, name));
	add_token(object, token);
	finish(object, json);
}

void
message_leave(const char *token, struct buf *json)
{
	struct json_object *object = json_object_new_object();

	add_token(object, token);
	finish(object, json);
}

/* A copy of a string member, owned by the caller; NULL: it is none. */
static char *
copy_string(struct json_object *value)
{
	if (value == NULL || !json_object_is_type(value, json_type_string))
		return (NULL);
	return (mem_strdup(json_object_get_string(value)));
}

static char *
copy_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (object == NULL || !json_object_is_type(object, json_type_object))
		return (NULL);
	(void)json_object_object_get_ex(object, name, &value);
	return (copy_string(value));
}

static enum status
read_expiration(struct strict_json *json, char out[21])
{
	char *text = copy_string(strict_json_member(json, "expiration"));
	enum status status = STATUS_INVALID;
	int64_t seconds;

	if (text != NULL)
		status = timestamp_parse(text, strlen(text), &seconds);
	if (status == STATUS_OK)
		timestamp_format(seconds, out);
	free(text);
	return (status);
}

static bool
read_push(struct strict_json *json)
{
	struct json_object *push;

	push = strict_json_member(json, "isPushNotificationSupported");
	return (json_object_is_type(push, json_type_boolean) &&
	    json_object_get_boolean(push));
}

bool
message_read_push(const char *text, size_t len)
{
	struct strict_json *json;
	bool push;

	if (strict_json_read(text, len, &json) != STATUS_OK)
		return (false);
	push = read_push(json);
	strict_json_free(json);
	return (push);
}

enum status
message_read_created(
    const char *text, size_t len, struct message_created *created)
{
	struct strict_json *json;
	enum status status;

	*created = (struct message_created){ 0 };
	status = strict_json_read(text, len, &json);
	if (status != STATUS_OK)
		return (status);
	created->link = copy_string(strict_json_member(json, "urlLink"));
	created->push = read_push(json);
	status = read_expiration(json, created->expiration);
	if (created->link == NULL)
		status = STATUS_INVALID;
	if (status != STATUS_OK)
		message_created_free(created);
	strict_json_free(json);
	return (status);
}

void
message_created_free(struct message_created *created)
{
	free(created->link);
	*created = (struct message_created){ 0 };
}

enum status
message_read_content(
    const char *text, size_t len, struct message_content *content)
{
	struct json_object *payload, *display;
	struct strict_json *json;
	enum status status;

	*content = (struct message_content){ 0 };
	status = strict_json_read(text, len, &json);
	if (status != STATUS_OK)
		return (status);
	payload = strict_json_member(json, "payload");
	display = strict_json_member(json, "displayInformation");
	content->type = copy_member(payload, "type");
	content->data = copy_member(payload, "data");
	content->title = copy_member(display, "title");
	content->description = copy_member(display, "description");
	content->image = copy_member(display, "imageURL");
	status = read_expiration(json, content->expiration);
	if (content->type == NULL || content->data == NULL)
		status = STATUS_INVALID;
	else
		crypto_name(
		    content->data, strlen(content->data), content->name);
	if (status != STATUS_OK)
		message_content_free(content);
	strict_json_free(json);
	return (status);
}

void
message_content_free(struct message_content *content)
{
	free(content->type);
	free(content->data);
	free(content->title);
	free(content->description);
	free(content->image);
	*content = (struct message_content){ 0 };
}

enum exit_code
message_open(const struct message_content *content, const struct secret *secret,
    struct buf *plain, struct outcome *outcome)
{
	struct buf sealed = { 0 };
	enum status status;

	if (strcmp(content->type, crypto_secret_type(secret)) != 0)
		return (outcome_fail(outcome, EXIT_UNREADABLE,
		    "the content is not of the type that a Secret of %zu "
		    "bytes opens, %s",
		    secret->len, crypto_secret_type(secret)));
	status = base64_decode(content->data, strlen(content->data), &sealed);
	if (status == STATUS_OK)
		status = crypto_open(secret, sealed.data, sealed.len, plain);
	buf_free(&sealed);
	if (status == STATUS_OK)
		return (EXIT_DONE);
	return (outcome_fail(outcome, EXIT_UNREADABLE,
	    "the content cannot "
	    "be decrypted: another Secret, or it was altered"));
}

/* A stable word such as "claim_not_bound"; anything else is dropped. */
static void
take_code(const char *text, char code[OUTCOME_CODE_MAX + 1])
{
	size_t len = strlen(text);

	if (len > OUTCOME_CODE_MAX ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") != len)
		return;
	memcpy(code, text, len + 1);
}

void
message_problem(const char *text, size_t len, char code[OUTCOME_CODE_MAX + 1],
    char detail[MESSAGE_DETAIL_MAX + 1])
{
	struct buf safe = { 0 };
	struct strict_json *json;
	char *word, *sentence;

	code[0] = detail[0] = '\0';
	if (len == 0 || strict_json_read(text, len, &json) != STATUS_OK)
		return;
	word = copy_string(strict_json_member(json, "code"));
	if (word != NULL)
		take_code(word, code);
	sentence = copy_string(strict_json_member(json, "detail"));
	if (sentence == NULL)
		sentence = copy_string(strict_json_member(json, "title"));
	if (sentence != NULL) {
		text_make_safe(&safe, sentence, strlen(sentence));
		if (safe.len <= MESSAGE_DETAIL_MAX)
			memcpy(detail, safe.data, safe.len + 1);
	}
	buf_free(&safe);
	free(sentence);
	free(word);
	strict_json_free(json);
}
