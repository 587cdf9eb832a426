/* request.c: FastCGI parameters and a body as a struct. */
#include "request.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static const char *const methods[METHOD_OTHER] = {
	[METHOD_GET] = "GET",
	[METHOD_HEAD] = "HEAD",
	[METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH",
	[METHOD_DELETE] = "DELETE",
	[METHOD_OPTIONS] = "OPTIONS",
};

/* A parameter's value while the parameters are gone through. */
struct seen {
	const char *value;
	unsigned times;
};

struct reading {
	struct seen method, uri, claim, attestation, request_id;
	struct seen content_type, content_encoding, content_length;
};

static enum method
read_method(const char *text)
{
	int i;

	for (i = 0; i < METHOD_OTHER; i++) {
		if (strcmp(text, methods[i]) == 0)
			break;
	}
	return ((enum method)i);
}

/*
 * The path is what the client sent, up to the query.  A request target may
 * be a whole URL (RFC 9112, 3.2.2), whose authority says nothing to us.
 */
static void
read_path(struct request *r, const char *uri)
{
	static const char *const schemes[] = { "http://", "https://" };
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t n = strlen(schemes[i]);

		if (strncasecmp(uri, schemes[i], n) == 0) {
			uri += n;
			uri += strcspn(uri, "/?#");
			break;
		}
	}
	r->path = uri;
	r->path_len = strcspn(uri, "?");
}

static enum uuid_header
read_uuid(const struct seen *s, struct uuid *out)
{
	if (s->times == 0)
		return (UUID_ABSENT);
	if (s->times > 1 ||
	    uuid_parse(s->value, strlen(s->value), out) != STATUS_OK ||
	    !uuid_is_plain(out))
		return (UUID_BROKEN);
	return (UUID_GIVEN);
}

/* Some servers join two headers of one name by a comma, others send both. */
static bool
is_twice(const struct seen *s)
{
	return (
	    s->times > 1 || (s->times == 1 && strchr(s->value, ',') != NULL));
}

/* Takes `word` off the front of `*text`, in any case, with blanks behind it. */
static bool
take_word(const char **text, const char *word)
{
	size_t n = strlen(word);

	if (strncasecmp(*text, word, n) != 0)
		return (false);
	*text += n;
	*text += strspn(*text, " \t");
	return (true);
}

/* application/json, with no parameter or charset=utf-8 alone (quoted or not). */
static bool
is_json(const struct seen *s)
{
	const char *p = s->value;

	if (s->times != 1 || !take_word(&p, "application/json"))
		return (false);
	if (*p == '\0')
		return (true);
	return (take_word(&p, ";") &&
	    (take_word(&p, "charset=utf-8") ||
		take_word(&p, "charset=\"utf-8\"")) &&
	    *p == '\0');
}

static bool
is_encoded(const struct seen *s)
{
	return (s->times > 1 ||
	    (s->times == 1 && s->value[0] != '\0' &&
		strcasecmp(s->value, "identity") != 0));
}

/* Decimal digits alone, no sign, no blank; SIZE_MAX for all beyond it. */
static bool
read_length(const char *text, size_t *out)
{
	size_t n = 0;

	if (*text == '\0')
		return (false);
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return (false);
		n = n > (SIZE_MAX - 9) / 10 ? SIZE_MAX :
					      n * 10 + (size_t)(*text - '0');
	}
	*out = n;
	return (true);
}

/*
 * A length is only a claim: absent or empty with a body of unknown length,
 * and then what came counts.
 */
static enum body_form
read_body_form(const struct seen *s, size_t len, size_t max_body)
{
	bool claimed = s->times > 1 || (s->times == 1 && s->value[0] != '\0');
	size_t length = 0;

	if (claimed && (s->times > 1 || !read_length(s->value, &length)))
		return (BODY_OTHER_LENGTH);
	if (len > max_body || length > max_body)
		return (BODY_TOO_LARGE);
	return (claimed && length != len ? BODY_OTHER_LENGTH : BODY_WHOLE);
}

static void
take_param(struct request *r, struct reading *seen, const char *param)
{
	const struct {
		const char *name;
		struct seen *to;
	} fields[] = {
		{ "REQUEST_METHOD", &seen->method },
		{ "REQUEST_URI", &seen->uri },
		{ "HTTP_MAILBOX_DEVICE_CLAIM", &seen->claim },
		{ "HTTP_MAILBOX_DEVICE_ATTESTATION", &seen->attestation },
		{ "HTTP_MAILBOX_REQUEST_ID", &seen->request_id },
		{ "CONTENT_TYPE", &seen->content_type },
		{ "CONTENT_LENGTH", &seen->content_length },
		{ "HTTP_CONTENT_ENCODING", &seen->content_encoding },
	};
	const char *value = strchr(param, '=');
	size_t i, n;

	if (value == NULL)
		return;
	n = (size_t)(value++ - param);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strlen(fields[i].name) == n &&
		    memcmp(fields[i].name, param, n) == 0) {
			if (fields[i].to->times++ == 0)
				fields[i].to->value = value;
			return;
		}
	}
	if (n == strlen("HTTP_IF_MATCH") &&
	    memcmp(param, "HTTP_IF_MATCH", n) == 0)
		etag_list_add(&r->if_match, value, false);
	else if (n == strlen("HTTP_IF_NONE_MATCH") &&
	    memcmp(param, "HTTP_IF_NONE_MATCH", n) == 0)
		etag_list_add(&r->if_none_match, value, true);
	else if (n == strlen("HTTP_PREFER") &&
	    memcmp(param, "HTTP_PREFER", n) == 0)
		prefer_add(&r->prefer, value);
}

void
request_read(struct request *r, char *const *params, const struct buf *body,
    size_t max_body)
{
	struct reading seen = { 0 };

	*r = (struct request){
		.path = "", .body = body->data, .body_len = body->len
	};
	for (; *params != NULL; params++)
		take_param(r, &seen, *params);
	r->method =
	    read_method(seen.method.times == 1 ? seen.method.value : "");
	if (seen.uri.times == 1)
		read_path(r, seen.uri.value);
	r->claim_form = read_uuid(&seen.claim, &r->claim);
	if (is_twice(&seen.attestation))
		r->claim_form = UUID_BROKEN;
	r->request_id_form = read_uuid(&seen.request_id, &r->request_id);
	r->request_id_text = seen.request_id.value;
	/* A server may hand on an empty type where there was none. */
	r->json_typed = is_json(&seen.content_type);
	r->encoded = is_encoded(&seen.content_encoding);
	r->body_form =
	    read_body_form(&seen.content_length, body->len, max_body);
}

void
request_end(struct request *r)
{
	etag_list_free(&r->if_match);
	etag_list_free(&r->if_none_match);
	explicit_bzero(r, sizeof(*r));
}

const char *
request_method_name(enum method method)
{
	return (methods[method]);
}

bool
request_has_body(const struct request *r)
{
	return (r->body_len != 0 || r->body_form != BODY_WHOLE);
}
