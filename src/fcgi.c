/* fcgi.c: connections from the web server, and all of libfcgi. */
#include "fcgi.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "mem.h"
#include "record.h"

/*
 * A request that is whole at the first look, up to PEEK_MAX, and that libfcgi
 * can read as it is, is read from the socket.  Any other is taken off it as it
 * comes: small writes fill a unix socket long before its bytes do, and Apache
 * sends no more of a body while its end is not writable.  An answer of up to
 * SOCKET_HOLDS an empty socket takes at once.
 */
enum { PEEK_MAX = 16 * 1024, DRAIN_STEP = 64 * 1024, SOCKET_HOLDS = 64 * 1024 };

/* Bytes of records that a request may come in, small records included. */
static size_t
drain_max(size_t body_max)
{
	return (2 * RECORD_PARAMS_MAX + 16 * body_max);
}

/* FCGX_Request calls private what we set: another layout is to be looked at. */
static_assert(sizeof(((FCGX_Request *)0)->ipcFd) == sizeof(int) &&
	sizeof(((FCGX_Request *)0)->keepConnection) == sizeof(int),
    "fcgi.c was written for libfcgi 2.4");

/* What waits in a socket, looked at; wiped once the request is taken. */
static unsigned char waiting[PEEK_MAX];
static size_t waiting_len;	      /* bytes of it that may hold something */
static const struct fcgi *waiting_in; /* in whose; NULL: nobody's any more */

struct fcgi {
	int fd;
	size_t body_max;
	bool begun; /* part of a request is there */
	struct record_walk walk;
	struct buf drained; /* what was taken off the socket */
	struct buf kept;    /* a request that may be put back */
	bool put_back;	    /* `drained` is such a one */
	bool taken;	    /* `request` is libfcgi's to finish */
	bool keep;	    /* the peer keeps the connection */
	bool alone;	    /* nothing came behind the request */
	int out;	    /* a large answer, being sent; -1: none */
	struct buf body;
	FCGX_Request request;
};

void
fcgi_start(void)
{
	/* Closing after an error must not wait 2 s for the peer. */
	if (setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0) == -1 ||
	    FCGX_Init() != 0)
		abort();
}

struct fcgi *
fcgi_open(int fd, size_t body_max)
{
	struct fcgi *c = mem_alloc(sizeof(*c));

	c->fd = fd;
	c->out = -1;
	c->body_max = body_max;
	return (c);
}

static void
wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->len);
	buf_free(b); /* a connection that is merely kept costs no memory */
}

/* The request is over; what was read of it is wiped. */
static void
forget_request(struct fcgi *c)
{
	c->taken = false;
	c->begun = false;
	c->walk = (struct record_walk){ 0 };
	wipe(&c->drained);
	wipe(&c->kept);
	wipe(&c->body);
	c->put_back = false;
}

void
fcgi_close(struct fcgi *c)
{
	if (c == NULL)
		return;
	if (c->taken) {
		/* Unanswered: the peer must see the end, not an answer. */
		c->request.keepConnection = 1;
		FCGX_Free(&c->request, 0);
	}
	if (c->out != -1)
		(void)close(c->out);
	if (c->fd != -1)
		(void)close(c->fd);
	forget_request(c);
	free(c);
}

bool
fcgi_begun(const struct fcgi *c)
{
	return (c->begun);
}

static enum status
came_nothing(ssize_t n)
{
	return (n == -1 && (errno == EAGAIN || errno == EINTR) ? STATUS_AGAIN :
								 STATUS_GONE);
}

/* Moves what waits off the socket until the request is whole. */
static enum status
drain(struct fcgi *c)
{
	enum status status;
	ssize_t n;

	for (;;) {
		buf_reserve(&c->drained, DRAIN_STEP);
		n = recv(c->fd, c->drained.data + c->drained.len, DRAIN_STEP,
		    MSG_DONTWAIT);
		if (n <= 0)
			return (came_nothing(n));
		c->drained.len += (size_t)n;
		status =
		    record_walk_cutting(&c->walk, &c->drained, c->body_max);
		if (status != STATUS_AGAIN)
			return (status);
		if (c->drained.len > drain_max(c->body_max))
			return (STATUS_INVALID);
	}
}

enum status
fcgi_poll(struct fcgi *c)
{
	enum status status;
	ssize_t n;

	if (c->walk.phase == RECORD_WHOLE)
		return (STATUS_OK);
	if (c->drained.len != 0)
		return (drain(c));
	n = recv(c->fd, waiting, sizeof(waiting), MSG_PEEK | MSG_DONTWAIT);
	if (n <= 0)
		return (came_nothing(n));
	c->begun = true;
	waiting_in = c;
	if ((size_t)n > waiting_len)
		waiting_len = (size_t)n;
	c->walk = (struct record_walk){ 0 };
	status = record_walk(&c->walk, waiting, (size_t)n);
	c->alone = c->walk.at == (size_t)n;
	if (status == STATUS_AGAIN || c->walk.padded) {
		c->walk = (struct record_walk){ 0 };
		return (drain(c));
	}
	return (status);
}

/* What was drained, as a file that libfcgi can read like a socket. */
static int
drained_fd(struct fcgi *c)
{
	int fd = memfd_create("request", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n;

	while (fd != -1 && done < c->drained.len) {
		n = write(fd, c->drained.data + done, c->drained.len - done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (fd == -1 || done < c->drained.len || lseek(fd, 0, SEEK_SET) != 0) {
		if (fd != -1)
			(void)close(fd);
		return (-1);
	}
	return (fd);
}

/*
 * The walk has counted the body, so no more is allocated than it needs.  It is
 * read to its end, since libfcgi reads ahead and what it leaves must not be
 * taken for the next request.
 */
static enum status
read_body(struct fcgi *c)
{
	FCGX_Stream *in = c->request.in;
	size_t want = c->walk.body;
	char waste[4096];
	int n;

	if (want > c->body_max)
		want = c->body_max + 1;
	buf_clear(&c->body);
	buf_reserve(&c->body, want + 1);
	c->body.len = (size_t)FCGX_GetStr(c->body.data, (int)want, in);
	c->body.data[c->body.len] = '\0';
	do
		n = FCGX_GetStr(waste, sizeof(waste), in);
	while (n > 0);
	if (FCGX_GetError(in) != 0 || c->body.len != want)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

/*
 * A request that may have to wait is kept as it came: fcgi_put_back.  Never
 * the one of another connection, which was looked at since.
 */
static void
keep_request(struct fcgi *c, bool in_memory)
{
	const void *from = in_memory ? (void *)c->drained.data : waiting;

	if (FCGX_GetParam("HTTP_PREFER", c->request.envp) != NULL &&
	    c->walk.at <= PEEK_MAX && (in_memory || waiting_in == c))
		buf_add(&c->kept, from, c->walk.at);
}

enum status
fcgi_take(struct fcgi *c)
{
	FCGX_Request *r = &c->request;
	bool in_memory = c->drained.len != 0;
	enum status status;

	if (FCGX_InitRequest(r, -1, 0) != 0)
		return (STATUS_INVALID);
	if (in_memory && !c->put_back)
		c->alone = c->drained.len == c->walk.at;
	r->ipcFd = in_memory ? drained_fd(c) : c->fd;
	if (r->ipcFd == -1)
		return (STATUS_INVALID);
	r->keepConnection = 1; /* or accept closes the descriptor */
	if (FCGX_Accept_r(r) != 0) {
		/* It has closed the descriptor that it was given. */
		if (!in_memory)
			c->fd = -1;
		return (STATUS_INVALID);
	}
	keep_request(c, in_memory);
	explicit_bzero(waiting, waiting_len);
	waiting_len = 0;
	waiting_in = NULL;
	c->taken = true;
	c->keep = r->keepConnection != 0;
	/* Parameters that end too early show in this way only. */
	status = FCGX_GetError(r->in) == 0 ? read_body(c) : STATUS_INVALID;
	if (in_memory) {
		(void)close(r->ipcFd);
		r->ipcFd = c->fd;
	}
	return (status);
}

char *const *
fcgi_params(const struct fcgi *c)
{
	static char *const none[] = { NULL };

	return (c->walk.cut ? none : c->request.envp);
}

const struct buf *
fcgi_body(const struct fcgi *c)
{
	return (&c->body);
}

/* Parameters hold claims and identifiers, and libfcgi only frees them. */
static void
wipe_params(struct fcgi *c)
{
	char **p;

	for (p = c->request.envp; p != NULL && *p != NULL; p++)
		explicit_bzero(*p, strlen(*p));
}

bool
fcgi_may_put_back(const struct fcgi *c)
{
	return (c->kept.len != 0);
}

enum status
fcgi_put_back(struct fcgi *c)
{
	if (!fcgi_may_put_back(c))
		return (STATUS_INVALID);
	wipe_params(c);
	c->request.keepConnection = 1;
	FCGX_Free(&c->request, 0);
	c->taken = false;
	wipe(&c->body);
	wipe(&c->drained);
	c->drained = c->kept;
	c->kept = (struct buf){ 0 };
	c->put_back = true;
	return (STATUS_OK);
}

static bool
set_blocking(int fd, bool blocking)
{
	int flags = fcntl(fd, F_GETFL);

	return (flags != -1 &&
	    fcntl(fd, F_SETFL,
		blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) == 0);
}

enum status
fcgi_send(struct fcgi *c)
{
	ssize_t n;

	while (c->out != -1) {
		n = sendfile(c->fd, c->out, NULL, DRAIN_STEP);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return (STATUS_AGAIN);
		if (n <= 0) {
			(void)close(c->out);
			c->out = -1;
			if (n == -1 || !set_blocking(c->fd, true))
				return (STATUS_GONE);
		}
	}
	/* What came behind the request libfcgi has swallowed: start anew. */
	return (c->fd != -1 && c->keep && c->alone ? STATUS_OK : STATUS_GONE);
}

/*
 * An answer that may be more than the socket takes is written into a file
 * first, so that a slow reader keeps nobody but itself waiting.
 */
static bool
answer_apart(struct fcgi *c)
{
	c->out = memfd_create("answer", MFD_CLOEXEC);
	if (c->out == -1 || !set_blocking(c->fd, false))
		return (false);
	c->request.ipcFd = c->out;
	return (true);
}

enum status
fcgi_answer(struct fcgi *c, const struct buf *answer)
{
	bool apart = answer->len > SOCKET_HOLDS;
	bool ok = !apart || answer_apart(c);

	if (answer->len > INT_MAX)
		abort();
	ok = ok &&
	    FCGX_PutStr(answer->data, (int)answer->len, c->request.out) ==
		(int)answer->len;
	wipe_params(c);
	/* Left to itself, libfcgi closes slowly; it closes on errors only. */
	c->request.keepConnection = 1;
	if (!ok)
		FCGX_Free(&c->request, 0);
	else
		FCGX_Finish_r(&c->request);
	forget_request(c);
	if (ok && c->request.ipcFd == -1) {
		*(apart ? &c->out : &c->fd) = -1;
		ok = false;
	}
	if (!ok || (apart && lseek(c->out, 0, SEEK_SET) != 0))
		return (STATUS_GONE);
	return (fcgi_send(c));
}
