/* body.c: the JSON of a request, checked against its operation. */
#include "body.h"

#include <string.h>

#include <json-c/json.h>

#include "rights.h"
#include "timestamp.h"
#include "url.h"
#include "utf8.h"

/* The bounds of credrelay-api(7), CreateMailbox. */
enum {
	PAYLOAD_TYPE_MAX = 64, /* bytes */
	TITLE_MAX = 128,       /* characters */
	DESCRIPTION_MAX = 512, /* characters */
	TOKEN_MAX = 4096       /* bytes, as written */
};

/* A member that must be a string; borrowed from the tree. */
static enum status
get_string(struct json_object *object, const char *name, const char **text,
    size_t *len)
{
	struct json_object *member;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return (STATUS_INVALID);
	*text = json_object_get_string(member);
	*len = (size_t)json_object_get_string_len(member);
	return (STATUS_OK);
}

/* The same, of min to max bytes. */
static enum status
check_bytes(
    struct json_object *object, const char *name, size_t min, size_t max)
{
	const char *text;
	size_t len;

	if (get_string(object, name, &text, &len) != STATUS_OK || len < min ||
	    len > max)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

/* The same, of min to max characters. */
static enum status
get_characters(struct json_object *object, const char *name, size_t min,
    size_t max, const char **text)
{
	size_t len, n;

	if (get_string(object, name, text, &len) != STATUS_OK ||
	    utf8_count(*text, len, &n) != STATUS_OK || n < min || n > max)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

/* A member that must be a string of 1 to max bytes. */
static bool
is_text(struct strict_json *json, const char *name, size_t max)
{
	struct json_object *text = NULL;
	size_t len = 0;

	if (strict_json_kind(json, name) == STRICT_JSON_STRING)
		text = strict_json_member(json, name);
	if (text != NULL)
		len = (size_t)json_object_get_string_len(text);
	return (len >= 1 && len <= max);
}

/* It is read once more, by itself, since a tree of it would cost more. */
static enum status
read_payload(struct body *b)
{
	struct strict_json *payload;
	bool valid;

	if (!strict_json_span(b->json, "payload", &b->payload) ||
	    strict_json_read(b->payload.start, b->payload.len, &payload) !=
		STATUS_OK)
		return (STATUS_INVALID);
	valid = is_text(payload, "type", PAYLOAD_TYPE_MAX) &&
	    is_text(payload, "data", SIZE_MAX);
	strict_json_free(payload);
	return (valid ? STATUS_OK : STATUS_INVALID);
}

static enum status
read_token(struct body *b)
{
	struct json_object *token;

	switch (strict_json_kind(b->json, "notificationToken")) {
	case STRICT_JSON_ABSENT:
		b->token_change = TOKEN_KEEP;
		return (STATUS_OK);
	case STRICT_JSON_NULL:
		b->token_change = TOKEN_CLEAR;
		return (STATUS_OK);
	case STRICT_JSON_OBJECT:
		break;
	default:
		return (STATUS_INVALID);
	}
	b->token_change = TOKEN_REPLACE;
	if (!strict_json_span(b->json, "notificationToken", &b->token) ||
	    b->token.len > TOKEN_MAX ||
	    (token = strict_json_member(b->json, "notificationToken")) ==
		NULL ||
	    check_bytes(token, "type", 1, TOKEN_MAX) != STATUS_OK ||
	    check_bytes(token, "tokenData", 1, TOKEN_MAX) != STATUS_OK)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

static enum status
read_display(struct body *b)
{
	const char *title, *description, *image_url;
	struct json_object *display;
	size_t len;

	switch (strict_json_kind(b->json, "displayInformation")) {
	case STRICT_JSON_ABSENT:
		return (STATUS_OK);
	case STRICT_JSON_OBJECT:
		break;
	default:
		return (STATUS_INVALID);
	}
	display = strict_json_member(b->json, "displayInformation");
	if (display == NULL ||
	    get_characters(display, "title", 1, TITLE_MAX, &title) !=
		STATUS_OK ||
	    get_characters(display, "description", 0, DESCRIPTION_MAX,
		&description) != STATUS_OK ||
	    get_string(display, "imageURL", &image_url, &len) != STATUS_OK ||
	    url_check_https(image_url, len) != STATUS_OK)
		return (STATUS_INVALID);
	body_display(&b->display, title, description, image_url);
	return (STATUS_OK);
}

static enum status
read_configuration(struct body *b)
{
	struct json_object *configuration, *member;
	const char *text;
	size_t len;

	b->rights = RIGHTS_DEFAULT;
	switch (strict_json_kind(b->json, "mailboxConfiguration")) {
	case STRICT_JSON_ABSENT:
		return (STATUS_OK);
	case STRICT_JSON_OBJECT:
		break;
	default:
		return (STATUS_INVALID);
	}
	configuration = strict_json_member(b->json, "mailboxConfiguration");
	if (configuration == NULL)
		return (STATUS_INVALID);
	if (json_object_object_get_ex(configuration, "accessRights", &member) &&
	    (get_string(configuration, "accessRights", &text, &len) !=
		    STATUS_OK ||
		rights_parse(text, len, &b->rights) != STATUS_OK))
		return (STATUS_INVALID);
	if (!json_object_object_get_ex(configuration, "expiration", &member))
		return (STATUS_OK);
	b->expires = true;
	if (get_string(configuration, "expiration", &text, &len) != STATUS_OK ||
	    timestamp_parse(text, len, &b->expiration) != STATUS_OK)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

static enum status
read_identifier(struct body *b)
{
	struct json_object *member;

	switch (strict_json_kind(b->json, "mailboxIdentifier")) {
	case STRICT_JSON_ABSENT:
		return (STATUS_OK);
	case STRICT_JSON_STRING:
		break;
	default:
		return (STATUS_INVALID);
	}
	b->drawn = true;
	member = strict_json_member(b->json, "mailboxIdentifier");
	if (member == NULL ||
	    uuid_parse(json_object_get_string(member),
		(size_t)json_object_get_string_len(member),
		&b->identifier) != STATUS_OK ||
	    !uuid_is_v4(&b->identifier))
		return (STATUS_INVALID);
	return (STATUS_OK);
}

enum status
body_read_create(const struct request *r, struct body *b)
{
	*b = (struct body){ 0 };
	if (strict_json_read(r->body, r->body_len, &b->json) != STATUS_OK ||
	    read_payload(b) != STATUS_OK || read_display(b) != STATUS_OK ||
	    read_token(b) != STATUS_OK || read_configuration(b) != STATUS_OK ||
	    read_identifier(b) != STATUS_OK)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

enum status
body_read_update(const struct request *r, struct body *b)
{
	*b = (struct body){ 0 };
	if (strict_json_read(r->body, r->body_len, &b->json) != STATUS_OK ||
	    read_payload(b) != STATUS_OK || read_token(b) != STATUS_OK)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

enum status
body_read_read(const struct request *r, struct body *b)
{
	*b = (struct body){ 0 };
	if (r->body_len == 0)
		return (STATUS_OK);
	if (strict_json_read(r->body, r->body_len, &b->json) != STATUS_OK)
		return (STATUS_INVALID);
	return (read_token(b));
}

void
body_end(struct body *b)
{
	strict_json_free(b->json);
	explicit_bzero(&b->identifier, sizeof(b->identifier));
	buf_free(&b->display);
}

void
body_display(struct buf *out, const char *title, const char *description,
    const char *image_url)
{
	struct json_object *display = json_object_new_object();

	json_object_object_add(display, "title", json_object_new_string(title));
	json_object_object_add(
	    display, "description", json_object_new_string(description));
	json_object_object_add(
	    display, "imageURL", json_object_new_string(image_url));
	buf_puts(out,
	    json_object_to_json_string_ext(display,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(display);
}
