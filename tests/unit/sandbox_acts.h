/*
 * sandbox_acts.h: what a process may try, in a sandbox or out of it.  Each act
 * returns 0, or the errno that came of it.
 */
#ifndef CREDRELAY_SANDBOX_ACTS_H
#define CREDRELAY_SANDBOX_ACTS_H

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

/* What there is to try it with. */
struct scene {
	char	dir[64];	/* what the two files are in, and nothing else */
	char	file[96];
	char	pid_file[96];
	struct sockaddr_in where;	/* TCP, on the loopback, listening */
};
extern struct scene scene;

/* 0, or the errno that came of it. */
static inline int
told(long result)
{
	return (result == -1 ? errno : 0);
}

static inline int
closed(int fd)
{
	int result = told(fd);

	if (fd != -1)
		(void)close(fd);
	return (result);
}

/* sandbox_reach.c: files, and sockets. */
int	reads_file(void);
int	lists_folder(void);
int	writes_log(void);
int	file_in_memory(void);
int	loses_pid_file(void);
int	writes_file(void);
int	changes_file(void);
int	makes_file(void);
int	makes_unread(void);
int	makes_unnamed(void);
int	writes_device(void);
int	opens_newly(void);
int	loses_file(void);
int	renames(void);
int	links(void);
int	truncates(void);
int	makes_folder(void);
int	changes_mode(void);
int	unix_socket(void);
int	looks_up_name(void);
int	connects_tcp(void);
int	udp_socket(void);
int	listens(void);
int	binds(void);
int	raw_socket(void);
int	packet_socket(void);
int	netlink_socket(void);

/* sandbox_powers.c: processes, memory, the kernel. */
int	takes_memory(void);
int	prints(void);
int	starts_thread(void);
int	executes(void);
int	executes_descriptor(void);
int	forks(void);
int	forks_by_vfork(void);
int	clones_newly(void);
int	makes_namespace(void);
int	makes_thread_apart(void);
int	traces(void);
int	reads_memory(void);
int	signals_parent(void);
int	signals_parents_thread(void);
int	maps_written_code(void);
int	maps_code(void);
int	turns_into_code(void);
int	becomes_root(void);
int	unshares(void);
int	mounts(void);
int	loads_bpf(void);
int	makes_ring(void);
int	keeps_keys(void);
int	raises_limit(void);
int	types_for_others(void);
int	calls_another_kernel(void);
int	calls_what_is_not_there(void);

#endif
