/* systemd.c: what is told to a service manager, if there is one. */
#include "systemd.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

static struct sockaddr_un manager;
static socklen_t manager_len; /* 0: there is none */

void
systemd_open(void)
{
	const char *name = getenv("NOTIFY_SOCKET");
	size_t len = name == NULL ? 0 : strlen(name);

	if (len > 1 && len < sizeof(manager.sun_path) &&
	    (*name == '/' || *name == '@')) {
		manager.sun_family = AF_UNIX;
		memcpy(manager.sun_path, name, len);
		if (*name == '@') /* an abstract one */
			manager.sun_path[0] = '\0';
		manager_len =
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	}
	(void)unsetenv("NOTIFY_SOCKET");
}

static void
tell(const char *state)
{
	int fd;

	if (manager_len == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		(const struct sockaddr *)&manager, manager_len) == -1)
		log_warning("the service manager was not told %.9s: %s", state,
		    strerror(errno));
	if (fd != -1)
		(void)close(fd);
}

void
systemd_ready(void)
{
	tell("READY=1");
}

void
systemd_reloading(void)
{
	char state[64];
	struct timespec now;

	/* Type=notify-reload wants to know that this is its own SIGHUP. */
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)snprintf(state, sizeof(state),
	    "RELOADING=1\nMONOTONIC_USEC=%" PRIdMAX,
	    (intmax_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	tell(state);
}

void
systemd_stopping(void)
{
	tell("STOPPING=1");
}
