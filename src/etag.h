/*
 * etag.h: the version of a mailbox's content as an entity tag, and the lists
 * of them in If-Match and If-None-Match (RFC 9110, 8.8.3, 13.1).
 */
#ifndef CREDRELAY_ETAG_H
#define CREDRELAY_ETAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ETAG_TEXT_LEN = 18 };

/*
 * The tags of a condition that can be ours; those that cannot are left out,
 * since they match nothing.  All zero: there is no condition.
 */
struct etag_list {
	bool	 given;
	bool	 any;			/* "*" */
	int64_t	*versions;		/* owned; release with etag_list_free */
	size_t	 n;
};

/* '"', 16 lower-case hexadecimal digits, '"', NUL. */
void	etag_format(int64_t version, char out[ETAG_TEXT_LEN + 1]);

/*
 * Adds one field value to a list (a field may come several times).  Weak tags
 * count as their strong ones when `weak` is set: so it is for If-None-Match,
 * while If-Match compares strongly.
 */
void	etag_list_add(struct etag_list *, const char *field, bool weak);
void	etag_list_free(struct etag_list *);

bool	etag_list_has(const struct etag_list *, int64_t version);

#endif
