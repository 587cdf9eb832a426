/*
 * health.h: is the worker alive, and can it serve?
 *
 * /healthz answers 200 from the worker alone.  /readyz asks the database once
 * and does not wait out an outage: 200, or 503 with the reason as its code:
 * database_unreachable, schema_too_old, or purge_overdue, when a mailbox has
 * outlived its time by more than two minutes.
 */
#ifndef CREDRELAY_HEALTH_H
#define CREDRELAY_HEALTH_H

#include "operation.h"

/* The oldest schema that this relay can work with (relay_api.ready). */
enum { HEALTH_SCHEMA_VERSION = 2, HEALTH_PURGE_GRACE_S = 120 };

operation_call		health_ready_call;
/* Its call is never made: `call` is not looked at. */
operation_answer	health_alive_answer;
/* STATUS_OUTAGE: no database; STATUS_INVALID: it lacks our schema. */
operation_answer	health_ready_answer;

#endif
