/*
 * db_conninfo.h: libpq's connection parameters, with several hosts in turn.
 *
 * libpq tries the hosts of a conninfo in order, but only a host that refuses
 * is left for the next; one that is silent would be waited for without end.
 * Whoever gives up on an attempt asks for the next turn, in which another host
 * is the first.
 */
#ifndef CREDRELAY_DB_CONNINFO_H
#define CREDRELAY_DB_CONNINFO_H

#include <stdbool.h>

#include "status.h"

struct db_conninfo;

/*
 * Owned by the caller; release with db_conninfo_free.  Adds
 * target_session_attrs=read-write, an application name, and keepalives that
 * find out in 25 s that a host is gone, where there are none.
 * STATUS_INVALID: libpq does not understand it.
 */
enum status	 db_conninfo_parse(const char *, struct db_conninfo **)
		    MUST_CHECK;
void		 db_conninfo_free(struct db_conninfo *);
void		 db_conninfo_next_host(struct db_conninfo *);

/*
 * Whether libpq, by this conninfo and its environment, will only ever connect
 * to unix sockets.  False when it is not sure.
 */
bool		 db_conninfo_is_local(const char *);

/* NULL-terminated, for PQconnectStartParams; borrowed until the next call. */
const char *const	*db_conninfo_keywords(const struct db_conninfo *);
const char *const	*db_conninfo_values(const struct db_conninfo *);

#endif
