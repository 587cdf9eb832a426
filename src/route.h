/*
 * route.h: the API as a table, and the order in which requests are refused.
 */
#ifndef CREDRELAY_ROUTE_H
#define CREDRELAY_ROUTE_H

#include "operation.h"

enum route_path { ROUTE_MAILBOXES, ROUTE_MAILBOX, ROUTE_HEALTHZ,
	ROUTE_READYZ, ROUTE_PATHS };

enum route_need { ROUTE_IGNORED, ROUTE_OPTIONAL, ROUTE_REQUIRED };

/* One operation: a row of the table in route.c. */
struct operation {
	enum route_path	 path;
	enum method	 method;
	enum route_need	 claim;
	enum route_need	 request_id;
	enum route_need	 body;		/* JSON; ROUTE_IGNORED: not looked at */
	bool		 waits;		/* an outage is waited out */
	operation_call	*call;		/* NULL: it needs no database */
	operation_answer *answer;
};

/*
 * Finds the operation, checks what it needs (path 404, method 405, claim 401,
 * media type 415, size 413, request id 400, body 400: the first failure
 * answers) and fills the call.  Returns the operation when its call is to be
 * made; NULL when the response is complete.  In both cases the caller ends
 * `x->seal`, `call` and `response`, which come zeroed.
 */
const struct operation	*route_start(const struct relay *,
			    const struct request *, struct exchange *,
			    struct db_call *, struct response *);

#endif
