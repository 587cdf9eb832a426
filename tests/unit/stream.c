/* stream: FastCGI records made by hand, for the tests of record and fcgi. */
#include "stream.h"

#include <stdio.h>
#include <string.h>

void
stream_record(struct buf *b, unsigned type, unsigned id, const void *content,
    size_t len, unsigned char padding)
{
	static const char filler[255];
	unsigned char head[8] = { 1, (unsigned char)type,
		(unsigned char)(id >> 8), (unsigned char)id,
		(unsigned char)(len >> 8), (unsigned char)len, padding, 0 };

	buf_add(b, head, sizeof(head));
	buf_add(b, content, len);
	buf_add(b, filler, padding);
}

void
stream_begin(struct buf *b, unsigned id, unsigned role, unsigned flags)
{
	unsigned char content[8] = { (unsigned char)(role >> 8),
		(unsigned char)role, (unsigned char)flags };

	stream_record(b, STREAM_BEGIN, id, content, sizeof(content), 0);
}

/* One byte up to 127, else four of which the first has its highest bit. */
static void
put_length(struct buf *b, size_t len)
{
	unsigned char bytes[4] = { (unsigned char)(len >> 24 | 0x80),
		(unsigned char)(len >> 16), (unsigned char)(len >> 8),
		(unsigned char)len };

	if (len < 128)
		buf_add(b, bytes + 3, 1);
	else
		buf_add(b, bytes, 4);
}

void
stream_pair(struct buf *b, const char *name, const char *value)
{
	put_length(b, strlen(name));
	put_length(b, strlen(value));
	buf_puts(b, name);
	buf_puts(b, value);
}

void
stream_params(struct buf *b, unsigned id, const struct buf *pairs, size_t step)
{
	size_t at, n;

	for (at = 0; at < pairs->len; at += n) {
		n = pairs->len - at < step ? pairs->len - at : step;
		stream_record(b, STREAM_PARAMS, id, pairs->data + at, n, 0);
	}
	stream_record(b, STREAM_PARAMS, id, "", 0, 0);
}

char
stream_body_byte(size_t at)
{
	return ((char)('a' + at % 26));
}

void
stream_body(struct buf *b, unsigned id, size_t len, size_t step)
{
	char content[65535];
	size_t at = 0, i, n;

	while (at < len) {
		n = len - at < step ? len - at : step;
		for (i = 0; i < n; i++)
			content[i] = stream_body_byte(at + i);
		stream_record(
		    b, STREAM_STDIN, id, content, n, (unsigned char)(-n & 7));
		at += n;
	}
	stream_record(b, STREAM_STDIN, id, "", 0, 0);
}

void
stream_request(struct buf *b, unsigned flags, size_t len, size_t step)
{
	struct buf pairs = { 0 };
	char length[32];

	(void)snprintf(length, sizeof(length), "%zu", len);
	stream_begin(b, 1, STREAM_RESPONDER, flags);
	stream_pair(&pairs, "REQUEST_METHOD", "POST");
	stream_pair(&pairs, "REQUEST_URI", "/v1/m");
	stream_pair(&pairs, "CONTENT_LENGTH", length);
	stream_params(b, 1, &pairs, 65535);
	buf_free(&pairs);
	stream_body(b, 1, len, step);
}
