/* ringing.c: whom to wake for what a worker has committed. */
#include "ringing.h"

#include "bell.h"

void
ringing_note_mailbox(struct ringing *r, const struct uuid *row)
{
	char bell[BELL_TEXT_LEN + 1];

	/* More than one notification holds rings for all. */
	if (r->bells.len > BELL_PAYLOAD_MAX)
		return;
	bell_format(bell_of(row), bell);
	buf_puts(&r->bells, bell);
}

void
ringing_note_outbox(struct ringing *r)
{
	r->outbox = true;
}

bool
ringing_is_due(const struct ringing *r)
{
	return (r->bells.len != 0 || r->outbox);
}

bool
ringing_is_over(const struct ringing *r)
{
	return (!ringing_is_due(r) && !r->called);
}

struct db_call *
ringing_start(struct ringing *r)
{
	static const struct uuid no_row;

	r->called = ringing_is_due(r);
	if (!r->called)
		return (NULL);
	buf_puts(&r->bells, "");
	db_call_start(&r->call, DB_RING, &no_row);
	db_call_text(
	    &r->call, r->bells.len > BELL_PAYLOAD_MAX ? "*" : r->bells.data);
	db_call_bool(&r->call, r->outbox);
	buf_free(&r->sent);
	r->sent = r->bells;
	r->sent_outbox = r->outbox;
	r->bells = (struct buf){ 0 };
	r->outbox = false;
	return (&r->call);
}

void
ringing_finish(struct ringing *r)
{
	if (!r->called)
		return;
	if (r->call.status == STATUS_OUTAGE) {
		buf_add(&r->bells, r->sent.data, r->sent.len);
		r->outbox |= r->sent_outbox;
	}
	db_call_end(&r->call);
	r->called = false;
}

void
ringing_end(struct ringing *r)
{
	db_call_end(&r->call);
	buf_free(&r->bells);
	buf_free(&r->sent);
}
