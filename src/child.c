/* child.c: one process of the pool, as its master sees it. */
#include "child.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "worker.h"

/* Besides request_timeout, which the last request may need to arrive. */
enum { DRAIN_MS = 30 * 1000 };

int64_t
child_clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

/*
 * SIGKILL, since a worker whose master was killed may be stuck as well, and
 * must not keep the socket from the next master.  Devices repeat what was
 * under way.
 */
static _Noreturn void
child_main(enum child_kind kind, const struct setup *setup,
    struct listener *listener, struct bell *bell, struct worker_slot *slot,
    pid_t master)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
		log_warning(
		    "this process may outlive its master: %s", strerror(errno));
	if (getppid() != master) /* it was faster */
		_exit(EXIT_FAILURE);
	listener_inherit(listener);
	if (kind == CHILD_BELL) {
		(void)close(listener->fd);
		exit(bell_run(&setup->conf, bell, &slot->beat_ms));
	}
	exit(worker_run(&setup->conf, &setup->key, listener->fd, slot, bell));
}

enum status
child_start(enum child_kind kind, const struct setup *setup,
    struct listener *listener, struct bell *bell, struct child **result)
{
	struct worker_slot *slot;
	struct child *child;
	pid_t master = getpid(), pid;

	/* A page of its own each: none is reused while it is in use. */
	slot = mmap(NULL, sizeof(*slot), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (slot == MAP_FAILED)
		return (STATUS_IO);
	pid = fork();
	if (pid == 0)
		child_main(kind, setup, listener, bell, slot, master);
	if (pid == -1) {
		(void)munmap(slot, sizeof(*slot));
		return (STATUS_IO);
	}
	child = mem_alloc(sizeof(*child));
	child->kind = kind;
	child->slot = slot;
	child->pid = pid;
	child->started_ms = child_clock_ms();
	child->patience_ms =
	    DRAIN_MS + (int64_t)setup->conf.request_timeout * 1000;
	log_notice("%s %ld started", child_name(child), (long)pid);
	*result = child;
	return (STATUS_OK);
}

const char *
child_name(const struct child *child)
{
	return (child->kind == CHILD_BELL ? "bell" : "worker");
}

bool
child_is_up(const struct child *child)
{
	return (atomic_load(&child->slot->beat_ms) != 0);
}

int64_t
child_beat_ms(const struct child *child)
{
	int64_t beat = atomic_load(&child->slot->beat_ms);

	return (beat > child->started_ms ? beat : child->started_ms);
}

void
child_drain(struct child *child, int64_t now_ms)
{
	if (child->kill_at_ms != 0)
		return;
	child->kill_at_ms = now_ms + child->patience_ms;
	(void)kill(child->pid, SIGTERM);
}

void
child_kill(struct child *child)
{
	if (child->killed)
		return;
	child->killed = true;
	(void)kill(child->pid, SIGKILL);
}

void
child_log_end(const struct child *child, int status, int64_t now_ms)
{
	const char *name = child_name(child);
	long pid = (long)child->pid;
	int64_t life = (now_ms - child->started_ms) / 1000;

	if (WIFSIGNALED(status) && child->killed)
		log_notice("%s %ld ended after %" PRId64 " s: killed by "
			   "its master",
		    name, pid, life);
	else if (WIFSIGNALED(status))
		log_error("%s %ld ended after %" PRId64 " s: signal %d "
			  "(%s)",
		    name, pid, life, WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == 0 && child->kill_at_ms != 0)
		log_notice("%s %ld ended after %" PRId64 " s: drained", name,
		    pid, life);
	else
		log_warning("%s %ld ended after %" PRId64 " s: exit "
			    "status %d",
		    name, pid, life, WEXITSTATUS(status));
}

void
child_free(struct child *child)
{
	if (child == NULL)
		return;
	(void)munmap(child->slot, sizeof(*child->slot));
	free(child);
}
