/* fcgi_fixture.h: a connection from a web server, with both its ends here. */
#ifndef CREDRELAY_FCGI_FIXTURE_H
#define CREDRELAY_FCGI_FIXTURE_H

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fcgi.h"
#include "stream.h"

#define ANSWER "Status: 200 OK\r\nContent-Length: 2\r\n\r\nhi"

enum { BODY_MAX = 65536 };

static struct fcgi *c;
static int own;		/* the relay's end, c's */
static int peer;	/* the web server's end, non-blocking */
static int descriptors; /* open before all this */

static inline int
count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return (n);
}

static inline void
setup(void)
{
	int fds[2];

	fcgi_start();
	descriptors = count_descriptors();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	own = fds[0];
	c = fcgi_open(own, BODY_MAX);
	peer = fds[1];
	ck_assert_int_ne(fcntl(peer, F_SETFL, O_NONBLOCK), -1);
}

static inline void
teardown(void)
{
	fcgi_close(c);
	if (peer != -1)
		ck_assert_int_eq(close(peer), 0);
	ck_assert_int_eq(count_descriptors(), descriptors);
}

/*
 * Writes as a web server would, no more than fits; the relay's end looks at
 * it after each write.  Returns what it saw at the end.
 */
static inline enum status
deliver(const struct buf *b)
{
	enum status status = STATUS_AGAIN;
	size_t at = 0;
	ssize_t n;

	while (at < b->len) {
		ck_assert_int_eq(status, STATUS_AGAIN);
		n = write(peer, b->data + at, b->len - at);
		ck_assert(n > 0 || errno == EAGAIN);
		at += n > 0 ? (size_t)n : 0;
		status = fcgi_poll(c);
	}
	return (status);
}

static inline const char *
param(const char *name)
{
	char *const *p = fcgi_params(c);
	size_t len = strlen(name);

	for (; *p != NULL; p++) {
		if (strncmp(*p, name, len) == 0 && (*p)[len] == '=')
			return (*p + len + 1);
	}
	return (NULL);
}

static inline void
check_taken(size_t body, size_t kept)
{
	const struct buf *got = fcgi_body(c);
	char length[32];
	size_t i;

	ck_assert_str_eq(param("REQUEST_METHOD"), "POST");
	ck_assert_str_eq(param("REQUEST_URI"), "/v1/m");
	ck_assert_str_eq(param("FCGI_ROLE"), "RESPONDER");
	(void)snprintf(length, sizeof(length), "%zu", body);
	ck_assert_str_eq(param("CONTENT_LENGTH"), length);
	ck_assert_uint_eq(got->len, kept);
	ck_assert_int_eq(got->data[got->len], '\0');
	/* Each ck_assert costs a message; one for all is enough. */
	for (i = 0; i < got->len && got->data[i] == stream_body_byte(i); i++)
		continue;
	ck_assert_uint_eq(i, got->len);
}

static inline enum status
answer(const char *text)
{
	struct buf out = { 0 };
	enum status status;

	buf_puts(&out, text);
	status = fcgi_answer(c, &out);
	buf_free(&out);
	return (status);
}

/* All that the peer has got, as one answer and its end, and nothing else. */
static inline void
check_answer(unsigned id, const char *expected)
{
	unsigned char bytes[8192];
	struct buf text = { 0 };
	ssize_t n = recv(peer, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t at, len;
	int ends = 0;

	ck_assert_int_gt(n, 0);
	for (at = 0; at < (size_t)n; at += 8 + len + bytes[at + 6]) {
		const unsigned char *p = bytes + at;

		ck_assert_uint_le(at + 8, (size_t)n);
		ck_assert_int_eq(p[0], 1);
		ck_assert_uint_eq((unsigned)p[2] << 8 | p[3], id);
		len = (size_t)p[4] << 8 | p[5];
		ck_assert_int_eq(ends, 0);
		/* STDERR would be logged by the web server. */
		ck_assert(p[1] == 6 || p[1] == 3 || (p[1] == 7 && len == 0));
		if (p[1] == 6)
			buf_add(&text, p + 8, len);
		if (p[1] == 3) {
			ends++;
			ck_assert_uint_eq(len, 8);
			ck_assert_mem_eq(p + 8, "\0\0\0\0\0", 5);
		}
	}
	ck_assert_uint_eq(at, (size_t)n);
	ck_assert_int_eq(ends, 1);
	ck_assert_str_eq(text.data, expected);
	buf_free(&text);
}

static inline void
check_peer_sees_end(void)
{
	char byte;
	ssize_t n = recv(peer, &byte, 1, MSG_DONTWAIT);

	/* A reset where the relay has left something unread. */
	ck_assert(n == 0 || (n == -1 && errno == ECONNRESET));
}

#endif
