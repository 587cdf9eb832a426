/* privileges.c: whose rights the processes have, and what they give away. */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define CREDRELAY_LEAK_CHECK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CREDRELAY_LEAK_CHECK 1
#endif
#endif

enum status
privileges_find(const struct conf *conf, struct identity *id, struct buf *error)
{
	const struct passwd *user;
	const struct group *group;

	id->uid = geteuid();
	id->gid = getegid();
	id->name = id->home = NULL;
	if (*conf->user != '\0') {
		user = getpwnam(conf->user);
		if (user == NULL) {
			buf_printf(error, "user: there is no account \"%s\"",
			    conf->user);
			return (STATUS_INVALID);
		}
		id->uid = user->pw_uid;
		if (geteuid() == 0)
			id->gid = user->pw_gid;
		id->name = mem_strdup(user->pw_name);
		id->home = mem_strdup(user->pw_dir);
	}
	if (*conf->group != '\0') {
		group = getgrnam(conf->group);
		if (group == NULL) {
			buf_printf(error, "group: there is no group \"%s\"",
			    conf->group);
			return (STATUS_INVALID);
		}
		id->gid = group->gr_gid;
	}
	return (STATUS_OK);
}

bool
privileges_can_become(const struct identity *id)
{
	/* Without root the group counts for the socket, not for us. */
	return (geteuid() == 0 ||
	    (id->uid == geteuid() &&
		(id->gid == getegid() || group_member(id->gid))));
}

void
privileges_free(struct identity *id)
{
	free(id->name);
	free(id->home);
	id->name = id->home = NULL;
}

enum status
privileges_drop(const struct identity *id)
{
	if (geteuid() != 0)
		return (STATUS_OK);
	if (id->name != NULL) {
		if (initgroups(id->name, id->gid) == -1)
			return (STATUS_IO);
	} else if (setgroups(1, &id->gid) == -1) {
		return (STATUS_IO);
	}
	if (setresgid(id->gid, id->gid, id->gid) == -1 ||
	    setresuid(id->uid, id->uid, id->uid) == -1)
		return (STATUS_IO);
	if (id->uid != 0 && setuid(0) == 0) {
		errno = EPERM;
		return (STATUS_IO);
	}
	/* libpq looks there for certificates, and fails at what it may not see. */
	if (id->home != NULL && setenv("HOME", id->home, 1) == -1)
		return (STATUS_IO);
	return (STATUS_OK);
}

void
privileges_harden(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) == -1)
		log_warning("core files stay possible: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		log_warning("a program that is started could gain privileges: "
			    "%s",
		    strerror(errno));
#ifndef CREDRELAY_LEAK_CHECK
	/*
	 * This also gives /proc/<pid>/ to root: without root one can no
	 * longer look at maps, fd or environ there, nor attach gdb or strace;
	 * ps and /proc/self go on working.  The leak checker of a sanitizer
	 * traces its own process, so it has to do without.
	 */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		log_warning("other processes may look into this one: %s",
		    strerror(errno));
#endif
}
