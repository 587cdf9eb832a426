/* sandbox_powers.c: what a process may be able to do: processes, memory, the kernel. */
#include "sandbox_acts.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int
takes_memory(void)
{
	char *p = malloc(8 << 20);

	if (p == NULL)
		return (ENOMEM);
	memset(p, 1, 8 << 20);
	p = realloc(p, 32 << 20);
	free(p);
	return (p == NULL ? ENOMEM : 0);
}

int
prints(void)
{
	char text[64];
	FILE *f = fmemopen(text, sizeof(text), "w");

	if (f == NULL)
		return (errno);
	(void)fprintf(f, "%d %f", 1, 2.0);
	return (fclose(f) == 0 ? 0 : errno);
}

static void *
nothing(void *arg)
{
	return (arg);
}

int
starts_thread(void)
{
	pthread_t thread;
	int result = pthread_create(&thread, NULL, nothing, NULL);

	return (result == 0 ? pthread_join(thread, NULL) : result);
}

int
executes(void)
{
	char *const none[] = { NULL };

	return (told(execve("/bin/true", none, none)));
}

int
executes_descriptor(void)
{
	char *const none[] = { NULL };

	return (told(syscall(
	    SYS_execveat, STDIN_FILENO, "", none, none, AT_EMPTY_PATH)));
}

int
forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return (told(pid));
}

int
forks_by_vfork(void)
{
	return (told(syscall(SYS_vfork)));
}

int
clones_newly(void)
{
	return (told(syscall(SYS_clone3, NULL, 0)));
}

int
makes_namespace(void)
{
	return (told(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)));
}

int
makes_thread_apart(void)
{
	return (told(syscall(SYS_clone,
	    CLONE_NEWNET | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | CLONE_FS |
		CLONE_FILES,
	    0, 0, 0, 0)));
}

int
traces(void)
{
	return (told(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL)));
}

int
reads_memory(void)
{
	return (told(
	    syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0)));
}

int
signals_parent(void)
{
	return (told(kill(getppid(), 0)));
}

int
signals_parents_thread(void)
{
	return (told(syscall(SYS_tgkill, getppid(), getppid(), SIGCONT)));
}

int
maps_written_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return (p == MAP_FAILED ? errno : 0);
}

int
maps_code(void)
{
	int fd = open("/bin/true", O_RDONLY);
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	return (p == MAP_FAILED ? errno : 0);
}

int
turns_into_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return (told(mprotect(p, 4096, PROT_READ | PROT_EXEC)));
}

int
becomes_root(void)
{
	return (told(syscall(SYS_setuid, 0)));
}

int
unshares(void)
{
	return (told(syscall(SYS_unshare, CLONE_NEWUSER)));
}

int
mounts(void)
{
	return (told(syscall(SYS_mount, "x", "/", "x", 0, NULL)));
}

int
loads_bpf(void)
{
	return (told(syscall(SYS_bpf, 0, NULL, 0)));
}

int
makes_ring(void)
{
	return (told(syscall(SYS_io_uring_setup, 1, NULL)));
}

int
keeps_keys(void)
{
	return (told(syscall(SYS_keyctl, 0, 0, 0, 0, 0)));
}

int
raises_limit(void)
{
	const struct rlimit limit = { 1, 1 };

	return (told(setrlimit(RLIMIT_NOFILE, &limit)));
}

int
types_for_others(void)
{
	return (
	    told(syscall(SYS_ioctl, STDIN_FILENO, 0x5412, "x"))); /* TIOCSTI */
}

int
calls_another_kernel(void)
{
	return (told(syscall(0x40000000 + 39))); /* getpid of the x32 ABI */
}

int
calls_what_is_not_there(void)
{
	return (told(syscall(9999)));
}
