/*
 * alarms.h: when something will be due, as far as it is known here.  The
 * database knows better, and is asked each second anyway.
 */
#ifndef CREDRELAY_NOTIFY_ALARMS_H
#define CREDRELAY_NOTIFY_ALARMS_H

#include <stdint.h>

enum { ALARMS_MOST = 64 };

/* Zeroed: none is set. */
struct alarms {
	unsigned	 n;
	int64_t		 at_ms[ALARMS_MOST];
};

/* Of more than ALARMS_MOST the latest is forgotten. */
void	 alarms_set(struct alarms *, int64_t at_ms);
/* The earliest; INT64_MAX: none. */
int64_t	 alarms_next(const struct alarms *);
/* Takes out all up to now. */
void	 alarms_pass(struct alarms *, int64_t now_ms);

#endif
