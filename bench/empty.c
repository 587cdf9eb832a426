/*
 * empty.c: a FastCGI program in the plain style that does nothing: it reads a
 * request to its end and writes an answer that it has had since its start.
 * What a web server and libfcgi can do at most, for bench/run.
 *
 * usage: empty SOCKET PROCESSES FOLDER; in FOLDER the files create, read,
 * update and preview, each a whole answer.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>

enum { CREATE, READ, UPDATE, PREVIEW, ANSWERS };

static struct answer {
	char *data;
	int len;
} answers[ANSWERS];

static void
load(const char *folder, const char *name, struct answer *answer)
{
	struct stat about;
	char path[4096];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &about) == -1)
		goto fail;
	answer->len = (int)about.st_size;
	answer->data = malloc((size_t)answer->len + 1);
	if (answer->data == NULL ||
	    read(fd, answer->data, (size_t)answer->len) != answer->len)
		goto fail;
	(void)close(fd);
	return;
fail:
	perror(path);
	exit(1);
}

static const struct answer *
choose(char **envp)
{
	const char *method = FCGX_GetParam("REQUEST_METHOD", envp);
	const char *path = FCGX_GetParam("REQUEST_URI", envp);

	if (method == NULL || path == NULL || strcmp(method, "GET") == 0)
		return (&answers[PREVIEW]);
	if (strcmp(method, "PUT") == 0)
		return (&answers[UPDATE]);
	return (&answers[strcmp(path, "/v1/m") == 0 ? CREATE : READ]);
}

static void
serve(int listener)
{
	const struct answer *answer;
	FCGX_Request request;
	char body[16384];

	FCGX_InitRequest(&request, listener, 0);
	while (FCGX_Accept_r(&request) >= 0) {
		while (FCGX_GetStr(body, sizeof(body), request.in) > 0)
			continue;
		answer = choose(request.envp);
		FCGX_PutStr(answer->data, answer->len, request.out);
		FCGX_Finish_r(&request);
	}
}

int
main(int argc, char **argv)
{
	static const char *const names[ANSWERS] = { "create", "read", "update",
		"preview" };
	int i, listener, processes;

	if (argc != 4 || (processes = atoi(argv[2])) < 1) {
		(void)fprintf(stderr, "usage: empty SOCKET PROCESSES FOLDER\n");
		return (2);
	}
	for (i = 0; i < ANSWERS; i++)
		load(argv[3], names[i], &answers[i]);
	listener = FCGX_OpenSocket(argv[1], 1024);
	if (FCGX_Init() != 0 || listener < 0)
		return (1);
	for (i = 1; i < processes; i++) {
		if (fork() == 0)
			break;
	}
	serve(listener);
	return (0);
}
