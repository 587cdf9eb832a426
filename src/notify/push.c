/* push.c: one request to a gateway, and what it says to it. */
#include "notify/push.h"

#include <string.h>

static void
wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->len);
	buf_free(b);
}

void
push_end(struct push *p)
{
	wipe(&p->url);
	wipe(&p->headers);
	wipe(&p->body);
	*p = (struct push){ 0 };
}

void
push_answer_end(struct push_answer *a)
{
	wipe(&a->body);
	*a = (struct push_answer){ 0 };
}
