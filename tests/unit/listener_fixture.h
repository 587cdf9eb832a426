/* listener_fixture.h: a folder for a socket, and who else may have it. */
#ifndef CREDRELAY_LISTENER_FIXTURE_H
#define CREDRELAY_LISTENER_FIXTURE_H

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listener.h"
#include "tap.h"

static char dir[64], path[96], lock[108];
static struct conf conf;
static struct listener listener;

static inline void
setup(void)
{
	int null = open("/dev/null", O_WRONLY);

	/* The reasons of refusals are looked at in tests/test_pool. */
	ck_assert_int_ne(dup2(null, STDERR_FILENO), -1);
	(void)close(null);
	strcpy(dir, "/tmp/credrelay-test-listener-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	(void)snprintf(lock, sizeof(lock), "%s.lock", path);
	conf = (struct conf){ .socket = path, .socket_mode = 0660 };
	listener = (struct listener)LISTENER_INITIAL;
}

static inline void
teardown(void)
{
	listener_close(&listener);
	(void)unlink(path);
	(void)unlink(lock);
	ck_assert_int_eq(rmdir(dir), 0);
}

static inline enum status
bind_it(struct listener *l)
{
	return listener_bind(l, &conf, geteuid(), getegid());
}

static inline struct sockaddr_un
address(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	strcpy(a.sun_path, path);
	return a;
}

/* A listening socket that is not credrelayd's. */
static inline int
other_listener(void)
{
	struct sockaddr_un a = address();
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	return fd;
}

static inline int
connects(void)
{
	struct sockaddr_un a = address();
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), result;

	result = connect(fd, (struct sockaddr *)&a, sizeof(a));
	(void)close(fd);
	return result == 0;
}

static inline int
exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

#endif
