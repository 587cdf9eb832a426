/* request_fixture.h: a request that is read from parameters and a body. */
#ifndef CREDRELAY_REQUEST_FIXTURE_H
#define CREDRELAY_REQUEST_FIXTURE_H

#include <check.h>
#include <string.h>

#include "request.h"

enum { MAX_BODY = 100, PARAMS = 4 };

/* The parameters of a row, and a body of so many bytes. */
static inline void
read_all(struct request *r, const char *const params[PARAMS], size_t body_len)
{
	static char bytes[MAX_BODY + 2];
	static const char *list[PARAMS + 1];
	struct buf body = { bytes, body_len, sizeof(bytes) };
	size_t i;

	for (i = 0; i < PARAMS; i++)
		list[i] = params[i];
	memset(bytes, 'x', body_len);
	bytes[body_len] = '\0';
	memset(r, 0xa5, sizeof(*r));
	/* It takes environments, whose strings are not const. */
	request_read(r, (char *const *)list, &body, MAX_BODY);
	ck_assert_ptr_eq(r->body, bytes);
	ck_assert_uint_eq(r->body_len, body_len);
}

static inline void
read_params(struct request *r, const char *const params[PARAMS])
{
	read_all(r, params, 0);
}

#endif
