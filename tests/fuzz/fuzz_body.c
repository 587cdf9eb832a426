/* fuzz_body: the JSON of a request as a struct body, for each operation. */
#include "body.h"
#include "fuzz.h"
#include "rights.h"
#include "timestamp.h"

typedef enum status reader(const struct request *, struct body *);

static enum status
read_text(reader *read, const char *text, size_t len, struct body *body)
{
	struct request request = { .body = text, .body_len = len };

	return (read(&request, body));
}

static void
check_span(const struct span *span, const char *text, size_t len)
{
	struct strict_json *json;

	HOLD(span->start >= text && span->start + span->len <= text + len);
	HOLD(span->start[0] == '{' && span->start[span->len - 1] == '}');
	HOLD(strict_json_read(span->start, span->len, &json) == STATUS_OK);
	strict_json_free(json);
}

static void
check_token(const struct body *body, const char *text, size_t len)
{
	if (body->token_change != TOKEN_REPLACE)
		return;
	check_span(&body->token, text, len);
	HOLD(body->token.len <= 4096);
}

/* A body that says what was understood of another. */
static void
write_body(struct buf *out, const struct body *b)
{
	char text[TIMESTAMP_TEXT_LEN + 1], identifier[UUID_TEXT_LEN + 1];

	buf_puts(out, "{\"payload\":");
	buf_add(out, b->payload.start, b->payload.len);
	if (b->token_change == TOKEN_CLEAR)
		buf_puts(out, ",\"notificationToken\":null");
	if (b->token_change == TOKEN_REPLACE) {
		buf_puts(out, ",\"notificationToken\":");
		buf_add(out, b->token.start, b->token.len);
	}
	if (b->display.len != 0)
		buf_printf(out, ",\"displayInformation\":%s", b->display.data);
	if (b->expires || b->rights != RIGHTS_DEFAULT) {
		timestamp_format(b->expiration, text);
		buf_puts(out, ",\"mailboxConfiguration\":{");
		if (b->expires)
			buf_printf(out, "\"expiration\":\"%s\"", text);
		if (b->rights != RIGHTS_DEFAULT)
			buf_printf(out, "%s\"accessRights\":\"%s%s%s\"",
			    b->expires ? "," : "",
			    (b->rights & RIGHT_DELETE) != 0 ? "D" : "",
			    (b->rights & RIGHT_READ) != 0 ? "R" : "",
			    (b->rights & RIGHT_WRITE) != 0 ? "W" : "");
		buf_puts(out, "}");
	}
	if (b->drawn) {
		uuid_format(&b->identifier, identifier);
		buf_printf(out, ",\"mailboxIdentifier\":\"%s\"", identifier);
	}
	buf_puts(out, "}");
}

static bool
same_span(const struct span *a, const struct span *b)
{
	return (a->len == b->len && memcmp(a->start, b->start, a->len) == 0);
}

/* What was understood is understood again, and nothing is lost by it. */
static void
check_again(const struct body *b)
{
	struct buf text = { 0 };
	struct body again;

	write_body(&text, b);
	HOLD(read_text(body_read_create, text.data, text.len, &again) ==
	    STATUS_OK);
	HOLD(same_span(&b->payload, &again.payload));
	HOLD(b->token_change == again.token_change);
	HOLD(b->token_change != TOKEN_REPLACE ||
	    same_span(&b->token, &again.token));
	HOLD(b->display.len == again.display.len);
	HOLD(b->display.len == 0 ||
	    strcmp(b->display.data, again.display.data) == 0);
	HOLD(b->rights == again.rights && b->expires == again.expires);
	HOLD(b->expiration == again.expiration && b->drawn == again.drawn);
	HOLD(uuid_compare(&b->identifier, &again.identifier) == 0);
	body_end(&again);
	buf_free(&text);
}

static void
check_create(const struct body *b, const char *text, size_t len)
{
	check_span(&b->payload, text, len);
	check_token(b, text, len);
	HOLD(b->rights >= 1 && b->rights <= 7);
	HOLD(!b->drawn || uuid_is_v4(&b->identifier));
	HOLD(b->expiration >= TIMESTAMP_MIN && b->expiration <= TIMESTAMP_MAX);
	check_again(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct body create, update, read;
	const char *text = (const char *)data;
	bool creates, updates, reads;

	creates = read_text(body_read_create, text, size, &create) == STATUS_OK;
	updates = read_text(body_read_update, text, size, &update) == STATUS_OK;
	reads = read_text(body_read_read, text, size, &read) == STATUS_OK;
	/* Each takes what the next one takes, and more. */
	HOLD(!creates || updates);
	HOLD(!updates || reads);
	if (creates) {
		check_create(&create, text, size);
		HOLD(create.token_change == update.token_change);
	}
	if (updates) {
		check_span(&update.payload, text, size);
		HOLD(update.token_change == read.token_change);
	}
	if (reads)
		check_token(&read, text, size);
	body_end(&create);
	body_end(&update);
	body_end(&read);
	return (0);
}
