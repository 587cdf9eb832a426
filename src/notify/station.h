/*
 * station.h: all that the notifier works with between two reloads: settings,
 * server key, and the gateways that are switched on, with their keys.
 */
#ifndef CREDRELAY_NOTIFY_STATION_H
#define CREDRELAY_NOTIFY_STATION_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "notify/credential.h"
#include "notify/gateway.h"
#include "setup.h"
#include "status.h"

enum { STATION_GATES = 4 };

struct station {
	/*
	 * Where a setting of [notify] has a name that is a setting of the pool
	 * too, setup.conf has the notifier's in the pool's place, and the
	 * other way round: so what is made for the pool works for it.
	 */
	struct setup	 setup;
	struct gate {
		enum conf_gateway kind;
		struct gateway	*gateway;
		struct credential credential;
		unsigned waiting, pushing;	/* the notifier's deliveries */
	} gates[STATION_GATES];
	size_t		 n_gates;
	bool		 lacks_key;	/* the server key's file is not there */
};

/* An empty one, owned by the caller; it must stay where it is. */
struct station	*station_new(void);
/* Overwrites the keys and releases it; takes NULL. */
void		 station_free(struct station *);

/*
 * The first reads the configuration, once; the second the server key, and
 * opens the gateways; the third does both.  On failure `error` holds one line;
 * STATUS_IO (errno tells) or STATUS_INVALID, as of setup_read.
 */
enum status	 station_read_conf(struct station *, const char *path,
		    struct buf *error) MUST_CHECK;
enum status	 station_read_keys(struct station *, struct buf *error)
		    MUST_CHECK;
enum status	 station_read(struct station *, const char *path,
		    struct buf *error) MUST_CHECK;

/* The gate for tokens of this type; NULL: none is switched on. */
struct gate	*station_gate(struct station *, const char *type);

/*
 * After a reload: what only a restart can change keeps its value; `changed`
 * gets the names of those that differed.
 */
void		 station_keep_fixed(struct station *new,
		    const struct station *old, struct buf *changed);

/* Warns of what a reload will not be able to read any more, and the like. */
void		 station_check(const struct station *);

#endif
