/* rights: what the two devices of a mailbox may do (accessRights). */
#ifndef CREDRELAY_RIGHTS_H
#define CREDRELAY_RIGHTS_H

#include <stddef.h>

#include "status.h"

/* Bits of a set of rights, as they are kept in relay.mailbox.rights. */
enum {
	RIGHT_READ = 1,		/* R: read the payload */
	RIGHT_WRITE = 2,	/* W: update it */
	RIGHT_DELETE = 4	/* D: delete the mailbox */
};

/* What counts without accessRights: "RD". */
#define RIGHTS_DEFAULT ((unsigned)RIGHT_READ | (unsigned)RIGHT_DELETE)

/*
 * Read a non-empty set of the letters R, W and D, in any order, none twice.
 * STATUS_INVALID: anything else, lower case included; *rights is unchanged.
 * credrelay-api(7), CreateMailbox, mailboxConfiguration.
 */
MUST_CHECK enum status rights_parse(const char *text, size_t len,
    unsigned *rights);

#endif
