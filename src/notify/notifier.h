/*
 * notifier.h: the loop of credrelay-notify(8).
 *
 * It sleeps in one poll over libcurl's connections, the one to PostgreSQL and
 * the signals.  A doorbell, an alarm or the passing of a second has it lease
 * what is due, as much as there is room for; each row becomes a push, when its
 * gateway has a place among those that are under way at once, and what
 * became of the pushes goes back in pipelined batches.  What it knows of a
 * delivery is in the database before and after: it may be killed at any time.
 */
#ifndef CREDRELAY_NOTIFIER_H
#define CREDRELAY_NOTIFIER_H

#include "notify/station.h"
#include "status.h"

/*
 * From then on signals wait to be read by notifier_run.  Call it before
 * anything that should not be interrupted.  STATUS_IO: errno tells.
 */
enum status	 notifier_take_signals(void) MUST_CHECK;

/*
 * Notifies until SIGTERM, SIGINT or SIGQUIT; then waits for what is under way,
 * up to 6 s.  SIGHUP: the same, and goes on with the configuration read again,
 * for which *station, the caller's, is exchanged.
 * STATUS_INVALID: the setting `database` is no conninfo; the log has it.
 */
enum status	 notifier_run(struct station **station) MUST_CHECK;

#endif
