/* listener.c: the unix socket that the web server sends requests to. */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "buf.h"
#include "log.h"
#include "mem.h"

enum { LOCK_TRIES = 16 };

/* A socket option that is an int; -1 where fd is no socket. */
static int
socket_option(int fd, int option)
{
	socklen_t len = sizeof(int);
	int value;

	return (
	    getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 ? value : -1);
}

static char *
lock_path(const char *socket_path)
{
	struct buf path = { 0 };

	buf_printf(&path, "%s.lock", socket_path);
	return (path.data);
}

/* Is the file that we hold still the one of this name? */
static bool
is_at(int fd, const char *path)
{
	struct stat held, named;

	return (fstat(fd, &held) == 0 && lstat(path, &named) == 0 &&
	    held.st_dev == named.st_dev && held.st_ino == named.st_ino);
}

static void
lock_refused(int fd, const char *path)
{
	char holder[16] = "";
	ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);

	if (n < 0)
		n = 0;
	holder[n] = '\0';
	holder[strspn(holder, "0123456789")] = '\0';
	log_error("%s is held by another credrelayd%s%s: this one does not "
		  "start",
	    path, *holder != '\0' ? ", process " : "", holder);
}

/*
 * Whoever ends removes the lock file while holding it.  So one may get the
 * lock on a file that has no name any more, beside an instance that has made
 * a new one: look again, and try again.
 */
static enum status
lock_take(struct listener *listener, const char *path)
{
	char pid[16];
	int try, len;

	for (try = 0; try < LOCK_TRIES; try++) {
		listener->lock =
		    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (listener->lock == -1) {
			log_error("%s: %s", path, strerror(errno));
			return (STATUS_IO);
		}
		if (flock(listener->lock, LOCK_EX | LOCK_NB) == 0 &&
		    is_at(listener->lock, path)) {
			len =
			    snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
			if (ftruncate(listener->lock, 0) == -1 ||
			    pwrite(listener->lock, pid, (size_t)len, 0) == -1)
				log_warning("%s: %s", path, strerror(errno));
			return (STATUS_OK);
		}
		if (is_at(listener->lock, path)) {
			lock_refused(listener->lock, path);
			break;
		}
		(void)close(listener->lock);
		listener->lock = -1;
	}
	if (listener->lock != -1)
		(void)close(listener->lock);
	listener->lock = -1;
	return (STATUS_AGAIN);
}

/*
 * We hold the lock, so a socket here was left behind by one of us; or it
 * belongs to a program that knows no lock.  The latter answers.
 */
static enum status
stale_remove(const struct sockaddr_un *address)
{
	const char *path = address->sun_path;
	struct stat st;
	int fd, connected;

	if (lstat(path, &st) == -1) {
		if (errno == ENOENT)
			return (STATUS_OK);
		log_error("%s: %s", path, strerror(errno));
		return (STATUS_IO);
	}
	if (!S_ISSOCK(st.st_mode)) {
		log_error("%s is no socket: not removed", path);
		return (STATUS_INVALID);
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1) {
		log_error("socket: %s", strerror(errno));
		return (STATUS_IO);
	}
	connected = connect(fd, (const struct sockaddr *)address,
			sizeof(*address)) == 0 ||
	    errno == EAGAIN;
	(void)close(fd);
	if (connected) {
		log_error("%s: another program listens there", path);
		return (STATUS_AGAIN);
	}
	if (unlink(path) == -1 && errno != ENOENT) {
		log_error("%s: cannot remove what was left behind: %s", path,
		    strerror(errno));
		return (STATUS_IO);
	}
	log_notice("%s was left behind: removed", path);
	return (STATUS_OK);
}

/*
 * bind(2) makes the file with all bits that the umask leaves, so the mode is
 * right from the first moment and there is nothing to be changed by name
 * afterwards.  The owner comes second: until then it is root's alone.
 */
static enum status
socket_make(struct listener *listener, const struct sockaddr_un *address,
    mode_t mode, uid_t uid, gid_t gid)
{
	const char *path = address->sun_path;
	struct stat st;
	mode_t mask;
	int result;

	listener->fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener->fd == -1)
		return (STATUS_IO);
	mask = umask(~mode & 0777);
	result = bind(
	    listener->fd, (const struct sockaddr *)address, sizeof(*address));
	(void)umask(mask);
	if (result == -1 || lstat(path, &st) == -1)
		return (STATUS_IO);
	listener->dev = st.st_dev;
	listener->ino = st.st_ino;
	if ((st.st_uid != uid || st.st_gid != gid) &&
	    fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW) == -1)
		return (STATUS_IO);
	return (listen(listener->fd, SOMAXCONN) == -1 ? STATUS_IO : STATUS_OK);
}

enum status
listener_bind(
    struct listener *listener, const struct conf *conf, uid_t uid, gid_t gid)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *lock = lock_path(conf->socket);
	enum status status;

	if (strlen(conf->socket) >= sizeof(address.sun_path)) {
		free(lock);
		return (STATUS_BUG); /* conf_table.c has bounded it */
	}
	memcpy(address.sun_path, conf->socket, strlen(conf->socket) + 1);
	listener->kind = LISTENER_BOUND;
	status = lock_take(listener, lock);
	free(lock);
	if (status != STATUS_OK)
		return (status);
	listener->path = mem_strdup(conf->socket);
	status = stale_remove(&address);
	if (status != STATUS_OK)
		return (status);
	status = socket_make(
	    listener, &address, (mode_t)conf->socket_mode, uid, gid);
	if (status != STATUS_OK)
		log_error("%s: %s", conf->socket, strerror(errno));
	return (status);
}

/* Takes a descriptor that someone gave us, if it is of the right kind. */
static enum status
adopt(struct listener *listener, int fd, enum listener_kind kind)
{
	int flags;

	if (socket_option(fd, SO_DOMAIN) != AF_UNIX ||
	    socket_option(fd, SO_TYPE) != SOCK_STREAM ||
	    socket_option(fd, SO_ACCEPTCONN) != 1) {
		log_error("descriptor %d must be a unix stream socket that "
			  "listens",
		    fd);
		return (STATUS_INVALID);
	}
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
		log_error("descriptor %d: %s", fd, strerror(errno));
		return (STATUS_INVALID);
	}
	listener->fd = fd;
	listener->kind = kind;
	return (STATUS_OK);
}

/* Descriptor 0 is for the library's standard input: it must not listen. */
static enum status
adopt_stdin(struct listener *listener)
{
	int copy, null;

	if (adopt(listener, STDIN_FILENO, LISTENER_SPAWNED) != STATUS_OK)
		return (STATUS_INVALID);
	copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (copy == -1 || null == -1 || dup2(null, STDIN_FILENO) == -1) {
		log_error("descriptor 0: %s", strerror(errno));
		listener->fd = copy;
		return (STATUS_INVALID);
	}
	(void)close(null);
	listener->fd = copy;
	return (STATUS_OK);
}

enum status
listener_adopt(struct listener *listener)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	enum status status = STATUS_OK;

	if (socket_option(STDIN_FILENO, SO_ACCEPTCONN) == 1) {
		status = adopt_stdin(listener);
	} else if (pid != NULL && count != NULL &&
	    strtol(pid, NULL, 10) == (long)getpid()) {
		if (strcmp(count, "1") == 0)
			status = adopt(listener, 3, LISTENER_ACTIVATED);
		else
			status = STATUS_INVALID;
		if (strcmp(count, "1") != 0)
			log_error("LISTEN_FDS must be 1, not %s", count);
	}
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	return (status);
}

void
listener_inherit(struct listener *listener)
{
	if (listener->lock != -1)
		(void)close(listener->lock);
	listener->lock = -1;
	free(listener->path);
	listener->path = NULL;
}

/* Removes a file of ours; one that another has put there since stays. */
static void
remove_ours(const char *path, bool ours)
{
	if (ours && unlink(path) == -1 && errno != ENOENT)
		log_warning("%s: cannot be removed: %s", path, strerror(errno));
}

void
listener_close(struct listener *listener)
{
	struct stat st;
	char *lock;

	if (listener->fd != -1)
		(void)close(listener->fd);
	if (listener->path != NULL) {
		remove_ours(listener->path,
		    lstat(listener->path, &st) == 0 &&
			st.st_dev == listener->dev &&
			st.st_ino == listener->ino);
		/* Last, and before it is let go. */
		lock = lock_path(listener->path);
		remove_ours(lock, is_at(listener->lock, lock));
		free(lock);
	}
	if (listener->lock != -1)
		(void)close(listener->lock);
	free(listener->path);
	*listener = (struct listener)LISTENER_INITIAL;
}
