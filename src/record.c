/* record.c: FastCGI's records, looked at and not touched. */
#include "record.h"

#include <string.h>

/* The record types and the role of the FastCGI specification, sections 3, 8. */
enum {
	TYPE_BEGIN_REQUEST = 1,
	TYPE_PARAMS = 4,
	TYPE_STDIN = 5,
	ROLE_RESPONDER = 1,
	FLAG_KEEP_CONN = 1,
	BEGIN_LEN = 8
};

struct record {
	unsigned type;
	unsigned id;
	size_t content; /* bytes behind the header */
	size_t whole;	/* bytes of all of it */
};

/* A header alone; the content need not be there yet. */
static enum status
read_header(const unsigned char *p, size_t len, struct record *r)
{
	if (len < RECORD_HEADER)
		return (STATUS_AGAIN);
	if (p[0] != 1)
		return (STATUS_INVALID);
	r->type = p[1];
	r->id = (unsigned)p[2] << 8 | p[3];
	r->content = (size_t)p[4] << 8 | p[5];
	r->whole = RECORD_HEADER + r->content + p[6];
	return (STATUS_OK);
}

/* libfcgi passes over padding within a stream, and nowhere else. */
static bool
is_padded_end(const struct record *r)
{
	return (r->whole != RECORD_HEADER + r->content &&
	    (r->type == TYPE_BEGIN_REQUEST || r->content == 0));
}

static enum status
take_begin(
    struct record_walk *w, const struct record *r, const unsigned char *content)
{
	if (r->type != TYPE_BEGIN_REQUEST || r->content != BEGIN_LEN ||
	    r->id == 0 ||
	    ((unsigned)content[0] << 8 | content[1]) != ROLE_RESPONDER)
		return (STATUS_INVALID);
	w->id = r->id;
	w->keep = (content[2] & FLAG_KEEP_CONN) != 0;
	w->phase = RECORD_PARAMS;
	return (STATUS_OK);
}

/* Bytes that a length takes: its first bit tells. */
static unsigned
length_size(unsigned char first)
{
	return ((first & 0x80) != 0 ? 4 : 1);
}

static size_t
length_value(const unsigned char *p)
{
	if (length_size(p[0]) == 1)
		return (p[0]);
	return ((size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 |
	    (size_t)p[2] << 8 | p[3]);
}

/*
 * libfcgi believes a pair's lengths: a sum that no int holds would have it
 * allocate gigabytes.
 */
static enum status
take_pairs(struct record_walk *w, const unsigned char *p, size_t n)
{
	size_t step;

	while (n > 0) {
		if (w->pair > 0) {
			step = n < w->pair ? n : w->pair;
			w->cut |= memchr(p, 0, step) != NULL;
			p += step;
			n -= step;
			w->pair -= step;
			continue;
		}
		w->lengths[w->n_lengths++] = *p++;
		n--;
		step = length_size(w->lengths[0]);
		if (w->n_lengths <= step ||
		    w->n_lengths < step + length_size(w->lengths[step]))
			continue;
		w->pair =
		    length_value(w->lengths) + length_value(w->lengths + step);
		w->n_lengths = 0;
		if (w->pair > RECORD_PARAMS_MAX)
			return (STATUS_INVALID);
	}
	return (STATUS_OK);
}

/* What a whole record means where the walk stands. */
static enum status
take_record(
    struct record_walk *w, const struct record *r, const unsigned char *content)
{
	if (w->phase == RECORD_BEGIN)
		return (take_begin(w, r, content));
	if (r->id != w->id)
		return (STATUS_INVALID);
	if (w->phase == RECORD_PARAMS && r->type == TYPE_PARAMS) {
		w->params += r->content;
		if (w->params > RECORD_PARAMS_MAX)
			return (STATUS_INVALID);
		if (r->content != 0)
			return (take_pairs(w, content, r->content));
		w->phase = RECORD_STDIN;
		return (w->pair == 0 && w->n_lengths == 0 ? STATUS_OK :
							    STATUS_INVALID);
	}
	if (w->phase == RECORD_STDIN && r->type == TYPE_STDIN) {
		w->body += r->content;
		if (r->content == 0)
			w->phase = RECORD_WHOLE;
		return (STATUS_OK);
	}
	return (STATUS_INVALID);
}

enum status
record_walk(struct record_walk *w, const unsigned char *bytes, size_t len)
{
	enum status status;
	struct record r;

	while (w->phase != RECORD_WHOLE) {
		status = read_header(bytes + w->at, len - w->at, &r);
		if (status != STATUS_OK)
			return (status);
		if (len - w->at < r.whole)
			return (STATUS_AGAIN);
		status = take_record(w, &r, bytes + w->at + RECORD_HEADER);
		if (status != STATUS_OK)
			return (status);
		w->padded |= is_padded_end(&r);
		w->at += r.whole;
	}
	return (STATUS_OK);
}

static void
drop_padding(struct buf *b, size_t at, struct record *r)
{
	size_t padding = r->whole - RECORD_HEADER - r->content;
	char *end = b->data + at + RECORD_HEADER + r->content;

	b->data[at + 6] = 0; /* its length */
	b->len -= padding;
	memmove(end, end + padding, b->len - (size_t)(end - b->data));
	r->whole -= padding;
}

enum status
record_walk_cutting(struct record_walk *w, struct buf *b, size_t body_max)
{
	enum status status;
	struct record r;

	for (;;) {
		const unsigned char *p = (unsigned char *)b->data;

		/* Body that is already too much goes, but not its end. */
		if (w->phase == RECORD_STDIN && w->body > body_max &&
		    read_header(p + w->at, b->len - w->at, &r) == STATUS_OK &&
		    r.type == TYPE_STDIN && r.id == w->id && r.content != 0) {
			if (b->len - w->at < r.whole)
				return (STATUS_AGAIN);
			b->len -= r.whole;
			memmove(b->data + w->at, b->data + w->at + r.whole,
			    b->len - w->at);
			continue;
		}
		status = read_header(p + w->at, b->len - w->at, &r);
		if (status != STATUS_OK)
			return (status);
		if (b->len - w->at < r.whole)
			return (STATUS_AGAIN);
		status = take_record(w, &r, p + w->at + RECORD_HEADER);
		if (status != STATUS_OK)
			return (status);
		if (is_padded_end(&r))
			drop_padding(b, w->at, &r);
		w->at += r.whole;
		if (w->phase == RECORD_WHOLE)
			return (STATUS_OK);
	}
}
