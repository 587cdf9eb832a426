/*
 * address.h: which addresses the notifier may connect to.
 *
 * Where a push goes is written by strangers' devices, so it may go to what is
 * public, and to nothing else, unless the operator has listed it.
 */
#ifndef CREDRELAY_NOTIFY_ADDRESS_H
#define CREDRELAY_NOTIFY_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "status.h"

/*
 * Public by IANA's special-purpose registries, or within one of the networks
 * of `allow`: words such as "127.0.0.1 10.1.0.0/16 fd00::/8".  An IPv4 address
 * within an IPv6 one (mapped, NAT64, 6to4) is judged as the one that it is.
 */
bool		 address_allowed(const struct sockaddr *, const char *allow);

/* STATUS_INVALID: a word of the list is no network. */
enum status	 address_list_check(const char *allow) MUST_CHECK;

#endif
