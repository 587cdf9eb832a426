/* mailbox_fixture.h: a request to one mailbox, its call, row and answer. */
#ifndef CREDRELAY_MAILBOX_FIXTURE_H
#define CREDRELAY_MAILBOX_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "mailbox.h"
#include "row_fixture.h"

#define ID "01234567-89ab-4def-8123-456789abcdef"
#define LINK "https://relay.example.com/v1/m/" ID
#define DISPLAY                                                                \
	"{\"title\":\"t\",\"description\":\"\","                               \
	"\"imageURL\":\"https://a/\"}"
#define PAYLOAD "{\"type\":\"t\",\"data\":\"d\"}"
#define TOKEN "{\"type\":\"t\",\"tokenData\":\"d\"}"

static struct conf conf;
static struct seal_key key = { { 1, 2, 3 } };
static struct relay relay;
static struct request request;
static struct exchange exchange;
static struct db_call call;
static struct response response;

static inline void
setup(void)
{
	static char base_url[] = "https://relay.example.com", types[] = "s t";
	struct uuid identifier;

	conf = (struct conf){ 0 };
	conf.base_url = base_url;
	conf.default_ttl = 86400;
	conf.max_ttl = 604800;
	conf.max_wait = 25;
	conf.webhook.types = types; /* and off */
	request = (struct request){ 0 };
	exchange = (struct exchange){ 0 };
	response = (struct response){ 0 };
	relay.conf = &conf;
	relay.key = &key;
	buf_puts(&relay.display, DISPLAY);
	ck_assert(uuid_parse(ID, UUID_TEXT_LEN, &identifier) == STATUS_OK);
	seal_start(&exchange.seal, &identifier);
	request.claim.b[0] = 1;
	request.request_id.b[0] = 2;
}

static inline void
teardown(void)
{
	etag_list_free(&request.if_match);
	etag_list_free(&request.if_none_match);
	buf_free(&relay.display);
	db_call_end(&call);
	response_end(&response);
	seal_end(&exchange.seal);
}

static inline void
set_body(const char *text)
{
	request.body = text;
	request.body_len = strlen(text);
}

/* Has the operation fill the call, which it must take. */
static inline void
make_call(operation_call *make)
{
	db_call_end(&call);
	ck_assert(make(&relay, &request, &exchange, &call) == PROBLEM_NONE);
}

/* A row of up to five columns as libpq brings it; NULL data is null. */
static inline void
put_row(enum db_statement statement, const struct column *columns, int n)
{
	db_call_end(&call);
	db_call_start(&call, statement, &exchange.seal.row_key);
	row_came(&call, columns, n);
}

/* 2000-01-01T00:00:00Z, and version 7 */
#define WHEN                                                                   \
	{                                                                      \
		"\0\0\0\0\0\0\0\0", 8                                          \
	}
#define SEVEN                                                                  \
	{                                                                      \
		"\0\0\0\0\0\0\0\7", 8                                          \
	}
#define TRUE_COLUMN                                                            \
	{                                                                      \
		"\1", 1                                                        \
	}
#define FALSE_COLUMN                                                           \
	{                                                                      \
		"\0", 1                                                        \
	}
#define NULL_COLUMN                                                            \
	{                                                                      \
		NULL, 0                                                        \
	}

#endif
