/* alarms.c: when something will be due, as far as it is known here. */
#include "notify/alarms.h"

void
alarms_set(struct alarms *a, int64_t at_ms)
{
	unsigned i, latest = 0;

	if (a->n < ALARMS_MOST) {
		a->at_ms[a->n++] = at_ms;
		return;
	}
	for (i = 1; i < a->n; i++) {
		if (a->at_ms[i] > a->at_ms[latest])
			latest = i;
	}
	if (at_ms < a->at_ms[latest])
		a->at_ms[latest] = at_ms;
}

int64_t
alarms_next(const struct alarms *a)
{
	int64_t next = INT64_MAX;
	unsigned i;

	for (i = 0; i < a->n; i++) {
		if (a->at_ms[i] < next)
			next = a->at_ms[i];
	}
	return (next);
}

void
alarms_pass(struct alarms *a, int64_t now_ms)
{
	unsigned i, kept = 0;

	for (i = 0; i < a->n; i++) {
		if (a->at_ms[i] > now_ms)
			a->at_ms[kept++] = a->at_ms[i];
	}
	a->n = kept;
}
