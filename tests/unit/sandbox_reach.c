/* sandbox_reach.c: what a process may reach: files, and sockets. */
#include "sandbox_acts.h"

#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

int
reads_file(void)
{
	return (closed(open("/etc/passwd", O_RDONLY | O_CLOEXEC)));
}

int
lists_folder(void)
{
	return (closed(open("/etc", O_RDONLY | O_DIRECTORY)));
}

int
writes_log(void)
{
	return (told(write(STDERR_FILENO, "", 0)));
}

int
file_in_memory(void)
{
	int fd = memfd_create("x", MFD_CLOEXEC);
	int result = told(fd == -1 ? -1 : write(fd, "x", 1));

	(void)close(fd);
	return (result);
}

int
loses_pid_file(void)
{
	return (told(unlink(scene.pid_file)));
}

int
writes_file(void)
{
	return (closed(open(scene.file, O_WRONLY)));
}

int
changes_file(void)
{
	return (closed(openat(AT_FDCWD, scene.file, O_RDWR | O_APPEND)));
}

int
makes_file(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/new", scene.dir);
	return (closed(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)));
}

int
makes_unread(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/new", scene.dir);
	return (closed(open(path, O_RDONLY | O_CREAT, 0600)));
}

int
makes_unnamed(void)
{
	return (closed(open(scene.dir, O_TMPFILE | O_RDWR, 0600)));
}

int
writes_device(void)
{
	return (closed(open("/dev/null", O_WRONLY)));
}

int
opens_newly(void)
{
	const uint64_t how[3] = { O_RDWR, 0, 0 }; /* of linux/openat2.h */

	return (closed(
	    (int)syscall(SYS_openat2, AT_FDCWD, scene.file, how, sizeof(how))));
}

int
loses_file(void)
{
	return (told(unlink(scene.file)));
}

int
renames(void)
{
	return (told(rename(scene.file, scene.pid_file)));
}

int
links(void)
{
	return (told(symlink("/etc/passwd", scene.file)));
}

int
truncates(void)
{
	return (told(truncate(scene.file, 0)));
}

int
makes_folder(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/folder", scene.dir);
	return (told(mkdir(path, 0700)));
}

int
changes_mode(void)
{
	return (told(chmod(scene.file, 0777)));
}

int
unix_socket(void)
{
	return (closed(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
}

int
looks_up_name(void)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_ADDRCONFIG },
			*list = NULL;
	int result = getaddrinfo("localhost", "5432", &hints, &list);

	freeaddrinfo(list);
	return (result == 0 ? 0 : 1000 - result);
}

int
connects_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), result;

	result = fd == -1 ?
	    -1 :
	    connect(fd, (struct sockaddr *)&scene.where, sizeof(scene.where));
	result = told(result);
	(void)close(fd);
	return (result);
}

int
udp_socket(void)
{
	return (closed(socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0)));
}

int
listens(void)
{
	return (told(listen(STDIN_FILENO, 1)));
}

int
binds(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	int result = told(
	    bind(fd, (struct sockaddr *)&address, sizeof(address.sun_family)));

	(void)close(fd);
	return (result);
}

int
raw_socket(void)
{
	return (closed(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)));
}

int
packet_socket(void)
{
	return (closed(socket(AF_PACKET, SOCK_DGRAM, 0)));
}

int
netlink_socket(void)
{
	return (closed(socket(AF_NETLINK, SOCK_RAW, 0)));
}
