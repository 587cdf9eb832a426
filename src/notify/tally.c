/* tally.c: what became of pushes, by gateway and outcome, for the log. */
#include "notify/tally.h"

#include "log.h"

static const char *const names[TALLY_KINDS] = {
	[CONF_GATEWAY_NONE] = "none",
	[CONF_WEBHOOK] = "webhook",
	[CONF_APNS] = "com.apple.apns",
	[CONF_FCM] = "com.google.fcm",
	[CONF_WEBPUSH] = "webpush",
};

const char *
tally_name(enum conf_gateway kind)
{
	return (names[kind]);
}

void
tally_add(
    struct tally *tally, enum conf_gateway kind, enum outbox_outcome outcome)
{
	if (outcome != OUTBOX_UNSENT) /* nobody was asked */
		tally->n[kind][outcome]++;
}

bool
tally_write(const struct tally *tally, struct buf *out)
{
	size_t start = out->len;
	bool named;
	int kind, i;

	for (kind = 0; kind < TALLY_KINDS; kind++) {
		named = false;
		for (i = 0; i < OUTBOX_OUTCOMES; i++) {
			if (tally->n[kind][i] == 0)
				continue;
			if (!named)
				buf_printf(out,
				    "%s%s:", out->len == start ? "" : "; ",
				    names[kind]);
			buf_printf(out, "%s %lu %s", named ? "," : "",
			    tally->n[kind][i],
			    outbox_outcome_name((enum outbox_outcome)i));
			named = true;
		}
	}
	return (out->len != start);
}

void
tally_sum_up(struct tally *tally, int64_t *due_ms, int64_t now_ms)
{
	struct buf text = { 0 };

	if (now_ms < *due_ms)
		return;
	*due_ms = now_ms + TALLY_MINUTE_MS;
	if (tally_write(tally, &text))
		log_notice("in the last minute: %s", text.data);
	*tally = (struct tally){ 0 };
	buf_free(&text);
}
