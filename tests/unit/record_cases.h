/* record_cases.h: streams that are whole requests, and that are none. */
#ifndef CREDRELAY_RECORD_CASES_H
#define CREDRELAY_RECORD_CASES_H

#include "record.h"
#include "stream.h"

enum { BODY_MAX = 1000 };

/*
 * Builders of streams.  Each is a whole request or becomes refused, at its
 * last byte at the latest.
 */
static void
build_smallest(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_STDIN, 1, "", 0, 0);
}

static void
build_plain(struct buf *b)
{
	stream_request(b, 0, 100, 100);
}

static void
build_keep(struct buf *b)
{
	stream_request(b, STREAM_KEEP, 100, 100);
}

static void
build_unknown_flags(struct buf *b)
{
	stream_request(b, 0xfe, 10, 10);
}

static void
build_no_body(struct buf *b)
{
	stream_request(b, 0, 0, 1);
}

static void
build_many_records(struct buf *b)
{
	stream_request(b, STREAM_KEEP, 300, 7);
}

static void
build_padding(struct buf *b)
{
	static const unsigned char begin[8] = { 0, STREAM_RESPONDER };

	stream_record(b, STREAM_BEGIN, 1, begin, sizeof(begin), 255);
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 255);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 255);
	stream_record(b, STREAM_STDIN, 1, "body", 4, 1);
	stream_record(b, STREAM_STDIN, 1, "", 0, 255);
}

static void
build_large_id(struct buf *b)
{
	stream_begin(b, 65535, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 65535, "\1\1ab", 4, 0);
	stream_record(b, STREAM_PARAMS, 65535, "", 0, 0);
	stream_body(b, 65535, 10, 10);
}

static void
build_params(struct buf *b, size_t len)
{
	struct buf pairs = { 0 };
	char block[1024] = { 0 };

	while (pairs.len + sizeof(block) <= len)
		buf_add(&pairs, block, sizeof(block));
	buf_add(&pairs, block, len - pairs.len);
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_params(b, 1, &pairs, 60000);
	stream_body(b, 1, 0, 1);
	buf_free(&pairs);
}

static void
build_params_at_limit(struct buf *b)
{
	build_params(b, RECORD_PARAMS_MAX);
}

static void
build_params_over_limit(struct buf *b)
{
	build_params(b, RECORD_PARAMS_MAX + 1);
}

/* What is refused is the last record. */
static void
build_version_0(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	b->data[0] = 0;
}

static void
build_version_2(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 0);
	b->data[16] = 2;
}

static void
build_id_0(struct buf *b)
{
	stream_begin(b, 0, STREAM_RESPONDER, 0);
}

static void
build_authorizer(struct buf *b)
{
	stream_begin(b, 1, STREAM_AUTHORIZER, 0);
}

static void
build_role_257(struct buf *b)
{
	stream_begin(b, 1, 257, 0);
}

static void
build_short_begin(struct buf *b)
{
	stream_record(b, STREAM_BEGIN, 1, "\0\1\0\0\0\0\0", 7, 1);
}

static void
build_long_begin(struct buf *b)
{
	stream_record(b, STREAM_BEGIN, 1, "\0\1\0\0\0\0\0\0", 9, 0);
}

static void
build_params_first(struct buf *b)
{
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 0);
}

static void
build_get_values(struct buf *b)
{
	stream_record(b, STREAM_GET_VALUES, 0, "\16\0FCGI_MAX_CONNS", 16, 0);
}

static void
build_get_values_inside(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_GET_VALUES, 0, "\16\0FCGI_MAX_CONNS", 16, 0);
}

static void
build_abort(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_ABORT, 1, "", 0, 0);
}

static void
build_abort_of_body(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_STDIN, 1, "body", 4, 0);
	stream_record(b, STREAM_ABORT, 1, "", 0, 0);
}

static void
build_two_begins(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_begin(b, 1, STREAM_RESPONDER, 0);
}

static void
build_other_id_of_params(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 2, "\1\1ab", 4, 0);
}

static void
build_other_id_of_body(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_STDIN, 257, "body", 4, 0);
}

static void
build_body_in_params(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_STDIN, 1, "body", 4, 0);
}

static void
build_params_in_body(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, STREAM_PARAMS, 1, "\1\1ab", 4, 0);
}

static void
build_data_stream(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, STREAM_PARAMS, 1, "", 0, 0);
	stream_record(b, 8, 1, "data", 4, 0);
}

static void
build_type_0(struct buf *b)
{
	stream_begin(b, 1, STREAM_RESPONDER, 0);
	stream_record(b, 0, 1, "", 0, 0);
}

static const struct whole {
	const char *what;
	void (*build)(struct buf *);
	size_t params, body;
	bool keep;
} wholes[] = {
	{ "the smallest", build_smallest, 0, 0, false },
	{ "with a body", build_plain, 57, 100, false },
	{ "kept", build_keep, 57, 100, true },
	{ "other flags mean nothing", build_unknown_flags, 56, 10, false },
	{ "no body", build_no_body, 55, 0, false },
	{ "many records", build_many_records, 57, 300, true },
	{ "as much padding as can be", build_padding, 4, 4, false },
	{ "the largest id", build_large_id, 4, 10, false },
};

static const struct {
	const char *what;
	void (*build)(struct buf *);
} refused[] = {
	{ "version 0", build_version_0 },
	{ "version 2", build_version_2 },
	{ "id 0", build_id_0 },
	{ "another role", build_authorizer },
	{ "a role of two bytes", build_role_257 },
	{ "a begin that is short", build_short_begin },
	{ "a begin that is long", build_long_begin },
	{ "no begin", build_params_first },
	{ "a management record", build_get_values },
	{ "one inside a request", build_get_values_inside },
	{ "an abort", build_abort },
	{ "an abort of a body", build_abort_of_body },
	{ "two begins", build_two_begins },
	{ "parameters of another", build_other_id_of_params },
	{ "a body of another", build_other_id_of_body },
	{ "a body among parameters", build_body_in_params },
	{ "parameters in the body", build_params_in_body },
	{ "a data stream", build_data_stream },
	{ "type 0", build_type_0 },
	{ "too many parameters", build_params_over_limit },
};

#endif
