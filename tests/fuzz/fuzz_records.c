/*
 * fuzz_records: raw FastCGI through a socket, as a worker reads it.
 *
 * The first byte is how many bytes the web server writes at once (0: all).
 * What is taken is held against a reader of the target's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "fcgi.h"
#include "fuzz.h"
#include "record.h"

enum { BODY_MAX = 4096, HEADER = 8 };

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	fcgi_start();
	return (0);
}

/* What a request's records say, read in the plainest way. */
struct plain {
	struct buf params, body;
	size_t len; /* of the request; 0: it is none */
	unsigned id;
	bool keep;
};

static void
plain_read(struct plain *r, const unsigned char *p, size_t len)
{
	bool params_end = false;
	size_t at = 0, n;

	for (; at + HEADER <= len; at += HEADER + n + p[at + 6]) {
		const unsigned char *content = p + at + HEADER;

		n = (size_t)p[at + 4] << 8 | p[at + 5];
		if (at + HEADER + n + p[at + 6] > len)
			return;
		if (at == 0) {
			r->id = (unsigned)p[2] << 8 | p[3];
			r->keep = (content[2] & 1) != 0;
		} else if (!params_end) {
			buf_add(&r->params, content, n);
			params_end = n == 0;
		} else if (n == 0) {
			r->len = at + HEADER + p[at + 6];
			return;
		} else {
			buf_add(&r->body, content, n);
		}
	}
}

static size_t
length_at(const struct buf *b, size_t *at)
{
	const unsigned char *p = (unsigned char *)b->data + *at;

	*at += p[0] < 128 ? 1 : 4;
	return (p[0] < 128 ? p[0] :
			     (size_t)(p[0] & 127) << 24 | (size_t)p[1] << 16 |
		    (size_t)p[2] << 8 | p[3]);
}

/* Is there a NUL in a name or a value, where libfcgi would cut it? */
static int
is_cut(const struct plain *r)
{
	size_t at = 0, len;

	while (at < r->params.len) {
		len = length_at(&r->params, &at);
		len += length_at(&r->params, &at);
		if (memchr(r->params.data + at, 0, len) != NULL)
			return (1);
		at += len;
	}
	return (0);
}

/*
 * libfcgi's strings are the pairs, in their order, and the role before them;
 * none where it has cut one.
 */
static void
check_params(const struct plain *r, char *const *params)
{
	size_t at = 0, name, value;

	if (is_cut(r)) {
		HOLD(*params == NULL);
		return;
	}
	HOLD(*params != NULL && strcmp(*params, "FCGI_ROLE=RESPONDER") == 0);
	for (params++; at < r->params.len; params++) {
		name = length_at(&r->params, &at);
		value = length_at(&r->params, &at);
		HOLD(*params != NULL && strlen(*params) == name + value + 1);
		HOLD(memcmp(*params, r->params.data + at, name) == 0);
		HOLD((*params)[name] == '=');
		HOLD(memcmp(*params + name + 1, r->params.data + at + name,
			 value) == 0);
		at += name + value;
	}
	HOLD(*params == NULL);
}

static void
check_body(const struct plain *r, const struct buf *body)
{
	size_t kept = r->body.len > BODY_MAX ? BODY_MAX + 1 : r->body.len;

	HOLD(body->len == kept);
	HOLD(kept == 0 || memcmp(body->data, r->body.data, kept) == 0);
}

/* The answer's records: of this request, and ended once. */
static void
check_answer(int peer, const struct plain *r, const struct buf *answer)
{
	unsigned char bytes[1024];
	struct buf text = { 0 };
	ssize_t n = recv(peer, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t at = 0, len;
	int ends = 0;

	HOLD(n > 0);
	for (; at + HEADER <= (size_t)n; at += HEADER + len + bytes[at + 6]) {
		len = (size_t)bytes[at + 4] << 8 | bytes[at + 5];
		HOLD(bytes[at] == 1 && ends == 0);
		HOLD(((unsigned)bytes[at + 2] << 8 | bytes[at + 3]) == r->id);
		if (bytes[at + 1] == 6)
			buf_add(&text, bytes + at + HEADER, len);
		ends += bytes[at + 1] == 3;
	}
	HOLD(at == (size_t)n && ends == 1);
	HOLD(text.len == answer->len);
	HOLD(memcmp(text.data, answer->data, text.len) == 0);
	buf_free(&text);
}

/* Takes the request that waits, and answers it; what fcgi_answer says. */
static enum status
serve(struct fcgi *c, int peer, const unsigned char *p, size_t len)
{
	struct plain r = { 0 };
	struct buf answer = { 0 };
	enum status status;

	plain_read(&r, p, len);
	HOLD(r.len != 0);
	/* What record.h let through libfcgi reads. */
	HOLD(fcgi_take(c) == STATUS_OK);
	check_params(&r, fcgi_params(c));
	check_body(&r, fcgi_body(c));
	if (fcgi_may_put_back(c)) {
		HOLD(fcgi_put_back(c) == STATUS_OK);
		HOLD(fcgi_poll(c) == STATUS_OK && fcgi_take(c) == STATUS_OK);
		check_params(&r, fcgi_params(c));
		check_body(&r, fcgi_body(c));
	}
	buf_printf(&answer, "Status: 200 OK\r\n\r\n%u", r.id);
	status = fcgi_answer(c, &answer);
	check_answer(peer, &r, &answer);
	HOLD(status == (r.keep && r.len == len ? STATUS_OK : STATUS_GONE));
	buf_free(&answer);
	buf_free(&r.params);
	buf_free(&r.body);
	return (status);
}

/* Looked at bit by bit or at once, and cut or not, the walk comes to one end. */
static void
check_walk(const unsigned char *p, size_t len)
{
	struct record_walk once = { 0 }, steps = { 0 }, cutting = { 0 };
	enum status status = record_walk(&once, p, len);
	enum status step = STATUS_AGAIN;
	struct buf cut = { 0 };
	size_t i;

	for (i = 1; i <= len && step == STATUS_AGAIN; i++)
		step = record_walk(&steps, p, i);
	HOLD(step == status && steps.phase == once.phase);
	HOLD(steps.at == once.at && steps.body == once.body);
	HOLD(once.at <= len);
	buf_puts(&cut, "");
	step = STATUS_AGAIN;
	for (i = 0; i < len && step == STATUS_AGAIN; i++) {
		buf_add(&cut, p + i, 1);
		step = record_walk_cutting(&cutting, &cut, BODY_MAX);
	}
	HOLD(step == status || once.body > BODY_MAX);
	buf_free(&cut);
}

/* A connection, from its first byte to its end. */
static void
run(const unsigned char *p, size_t len, size_t step)
{
	enum status status = STATUS_AGAIN;
	size_t at = 0, n, begun = 0;
	struct fcgi *c;
	int fds[2];

	HOLD(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	c = fcgi_open(fds[0], BODY_MAX);
	while (at < len && (status == STATUS_AGAIN || status == STATUS_OK)) {
		n = step == 0 || len - at < step ? len - at : step;
		HOLD(write(fds[1], p + at, n) == (ssize_t)n);
		at += n;
		status = fcgi_poll(c);
		if (status == STATUS_OK) {
			status = serve(c, fds[1], p + begun, at - begun);
			begun = at;
		}
	}
	if (status == STATUS_OK)
		HOLD(fcgi_poll(c) == STATUS_AGAIN && !fcgi_begun(c));
	HOLD(close(fds[1]) == 0);
	if (status == STATUS_AGAIN)
		HOLD(fcgi_poll(c) != STATUS_OK);
	fcgi_close(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int before = dup(STDIN_FILENO), after;

	if (size > 0 && size < 32768) {
		check_walk(data + 1, size - 1);
		run(data + 1, size - 1, data[0]);
	}
	/* No descriptor is left open. */
	(void)close(before);
	after = dup(STDIN_FILENO);
	HOLD(after == before);
	(void)close(after);
	return (0);
}
