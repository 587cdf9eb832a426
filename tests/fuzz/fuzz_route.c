/*
 * fuzz_route: parameters and a body on their way to a call or a refusal.
 *
 * The input is lines of parameters (NAME=value), an empty line, and the body.
 */
#include <ctype.h>

#include "fuzz.h"
#include "route.h"
#include "uuid.h"

enum { PARAMS_MAX = 32, BODY_MAX = 1024 };

static char base_url[] = "https://relay.example", types[] = "webhook t";
static struct conf conf = { .base_url = base_url,
	.max_body = BODY_MAX,
	.default_ttl = 86400,
	.max_ttl = 604800,
	.max_wait = 25,
	.webhook = { .on = true, .types = types } };
static const struct seal_key key;

struct way {
	struct request request;
	struct exchange exchange;
	struct db_call call;
	struct response response;
	const struct operation *operation;
	struct buf out;
};

static void
go(struct way *w, char *const *params, const struct buf *body)
{
	static struct relay relay = { .conf = &conf, .key = &key };

	if (relay.display.len == 0)
		buf_puts(&relay.display, "{}");
	*w = (struct way){ 0 };
	request_read(&w->request, params, body, BODY_MAX);
	w->operation = route_start(
	    &relay, &w->request, &w->exchange, &w->call, &w->response);
	if (w->operation == NULL)
		response_render(&w->response, &w->request, &w->out);
}

static void
end(struct way *w)
{
	seal_end(&w->exchange.seal);
	db_call_end(&w->call);
	response_end(&w->response);
	request_end(&w->request);
	buf_free(&w->out);
}

/* A call that is to be made: for the mailbox of the path, and complete. */
static void
check_call(const struct way *w)
{
	static const char prefix[] = "/v1/m/";
	const struct request *r = &w->request;
	struct uuid id;
	int n;

	HOLD(w->response.status == 0 && w->operation->call != NULL);
	HOLD(w->operation->method == r->method);
	HOLD(r->body_form == BODY_WHOLE && r->body_len <= BODY_MAX);
	(void)db_statement_types(w->call.statement, &n);
	HOLD(w->call.n_params == n);
	HOLD(w->operation->claim != ROUTE_REQUIRED ||
	    (r->claim_form == UUID_GIVEN && uuid_is_plain(&r->claim)));
	if (w->operation->path == ROUTE_MAILBOX) {
		HOLD(r->path_len == 6 + UUID_TEXT_LEN);
		HOLD(memcmp(r->path, prefix, 6) == 0);
		HOLD(uuid_parse(r->path + 6, UUID_TEXT_LEN, &id) == STATUS_OK);
		HOLD(uuid_compare(&id, &w->exchange.seal.identifier) == 0);
		HOLD(
		    uuid_compare(&w->call.key, &w->exchange.seal.row_key) == 0);
	}
}

static bool
is_status_known(unsigned status)
{
	static const unsigned known[] = { 200, 204, 400, 401, 404, 405, 413,
		415 };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i] == status)
			return (true);
	}
	return (false);
}

/* A refusal: one that a device can know, and nothing of the request in it. */
static void
check_refusal(const struct way *w)
{
	const struct response *response = &w->response;
	const char *p, *line, *end = NULL;
	struct uuid id;
	size_t n;

	HOLD(is_status_known(response->status));
	HOLD(response->status != 200 || w->request.path_len == 8);
	p = memmem(w->out.data, w->out.len, "\r\n\r\n", 4);
	HOLD(p != NULL && strncmp(w->out.data, "Status: ", 8) == 0);
	for (line = w->out.data; line < p; line = end + 2) {
		end = strstr(line, "\r\n");
		HOLD(memchr(line, '\n', (size_t)(end - line)) == NULL);
		HOLD(memmem(line, (size_t)(end - line), ": ", 2) != NULL);
		if (strncmp(line, "Mailbox-Request-ID: ", 20) == 0)
			HOLD(uuid_parse(line + 20, (size_t)(end - line - 20),
				 &id) == STATUS_OK);
	}
	n = w->out.len - (size_t)(p + 4 - w->out.data);
	HOLD(n == (w->request.method == METHOD_HEAD ? 0 : response->body.len));
	for (n = 0; n < w->out.len; n++)
		HOLD(isprint((unsigned char)w->out.data[n]) ||
		    strchr("\r\n\t", w->out.data[n]) != NULL ||
		    response->status == 404);
}

/* In which order parameters come is nothing to us. */
static void
check_backwards(
    const struct way *w, char **params, size_t n, const struct buf *body)
{
	char *turned[PARAMS_MAX + 1] = { NULL };
	struct way other;
	size_t i, prefers = 0;

	for (i = 0; i < n; i++) {
		turned[i] = params[n - 1 - i];
		prefers += strncmp(params[i], "HTTP_PREFER=", 12) == 0;
	}
	if (prefers > 1)
		return; /* the first of these counts */
	go(&other, turned, body);
	HOLD(w->operation == other.operation);
	HOLD(w->exchange.wait == other.exchange.wait &&
	    w->exchange.wait_s == other.exchange.wait_s);
	HOLD(w->out.len == other.out.len);
	HOLD(w->out.len == 0 ||
	    memcmp(w->out.data, other.out.data, w->out.len) == 0);
	HOLD(w->call.n_params == other.call.n_params);
	HOLD(memcmp(w->call.lengths, other.call.lengths,
		 sizeof(other.call.lengths)) == 0);
	end(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *p = data, *stop = data + size, *newline;
	char *params[PARAMS_MAX + 1] = { NULL };
	struct buf body = { 0 };
	size_t i, n = 0, left;
	struct way w;

	while (n < PARAMS_MAX && p < stop && *p != '\n') {
		newline = memchr(p, '\n', (size_t)(stop - p));
		if (newline == NULL)
			newline = stop;
		params[n++] = fuzz_string(p, (size_t)(newline - p));
		p = newline < stop ? newline + 1 : stop;
	}
	p += p < stop;
	left = (size_t)(stop - p);
	buf_puts(&body, "");
	buf_add(&body, p, left > BODY_MAX + 1 ? BODY_MAX + 1 : left);
	go(&w, params, &body);
	if (w.operation != NULL)
		check_call(&w);
	else
		check_refusal(&w);
	check_backwards(&w, params, n, &body);
	end(&w);
	for (i = 0; i < n; i++)
		free(params[i]);
	buf_free(&body);
	return (0);
}
