/* demo_play.c: a flow of the demonstration in two processes, and the narrator
 * of both. */
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/demo.h"
#include "device/text.h"

#ifdef COVERAGE
void __gcov_dump(void); /* which no header declares */
#endif

/* How lines begin that a side writes for the narrator alone. */
#define DONE '\001'   /* a step is done */
#define FAILED '\002' /* status, code and message of a failure */

enum { LOOK_MS = 100 };

/* One side, as its narrator sees it. */
struct player {
	pid_t pid; /* -1: none */
	FILE *story;
};

/* No process inherits a connection that another has as well. */
static void
renew_http(struct demo *demo)
{
	struct wallet *devices[] = { &demo->sender, &demo->receiver,
		&demo->stranger };
	size_t i;

	for (i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		http_close(devices[i]->caller.http);
		devices[i]->caller.http = http_open(demo->cacert);
	}
}

static _Noreturn void
play_side(struct demo *demo, const struct demo_step *step, enum demo_side side)
{
	const struct outcome *outcome = demo->outcome;
	enum exit_code code = EXIT_DONE;

	for (; step->run != NULL && code == EXIT_DONE; step++) {
		if (step->side != side)
			continue;
		code = step->run(demo);
		if (code == EXIT_DONE)
			(void)printf("%c\n", DONE);
		else
			(void)printf("%c%ld %s %s\n", FAILED,
			    outcome->http_status,
			    outcome->code[0] != '\0' ? outcome->code : "-",
			    outcome->message);
		(void)fflush(stdout);
	}
#ifdef COVERAGE
	__gcov_dump();
#endif
	/* What is to be tidied up is the first process's. */
	_exit((int)code);
}

static enum exit_code
start_side(struct demo *demo, const struct demo_step *steps,
    enum demo_side side, struct player *player)
{
	int story[2];

	if (pipe(story) == -1 || (player->pid = fork()) == -1)
		return (outcome_fail(demo->outcome, EXIT_FAILED,
		    "another process: %s", strerror(errno)));
	if (player->pid == 0) {
		if (dup2(story[1], STDOUT_FILENO) == -1)
			_exit(EXIT_FAILED);
		(void)close(story[0]);
		(void)close(story[1]);
		/* The other one's death is an end of file. */
		(void)close(demo->link[side == DEMO_SENDER ? 0 : 1]);
		play_side(demo, steps, side);
	}
	(void)close(story[1]);
	player->story = fdopen(story[0], "r");
	if (player->story == NULL)
		abort();
	/* What poll(2) does not see must not be in a buffer. */
	(void)setvbuf(player->story, NULL, _IONBF, 0);
	return (EXIT_DONE);
}

/* Takes "404 not_found there is ..." over. */
static void
take_failure(struct demo *demo, char *line)
{
	char *code, *message;

	line[strcspn(line, "\n")] = '\0';
	demo->outcome->http_status = strtol(line, &code, 10);
	if (*code == ' ')
		code++;
	message = code + strcspn(code, " ");
	if (*message != '\0')
		*message++ = '\0';
	if (strcmp(code, "-") != 0)
		text_copy(
		    demo->outcome->code, sizeof(demo->outcome->code), code);
	(void)outcome_fail(demo->outcome, EXIT_FAILED, "%s", message);
}

static bool
has_failed(const struct player *player)
{
	siginfo_t info = { 0 };

	return (waitid(P_PID, (id_t)player->pid, &info,
		    WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid != 0 &&
	    (info.si_code != CLD_EXITED || info.si_status != 0));
}

/* Until there is a line, or the end of it: who waits for a side that has
 * failed would wait for long, and is ended. */
static void
await_line(const struct player *player, const struct player *other)
{
	struct pollfd set = { fileno(player->story), POLLIN, 0 };

	while (poll(&set, 1, LOOK_MS) == 0)
		if (has_failed(other))
			(void)kill(player->pid, SIGTERM);
}

/* Tells one step of a side; false: it has not been done. */
static bool
tell_step(
    struct demo *demo, const struct player *player, const struct player *other)
{
	bool done = false;
	char *line = NULL;
	size_t size = 0;

	while (!done) {
		await_line(player, other);
		if (getline(&line, &size, player->story) <= 0)
			break;
		done = line[0] == DONE;
		if (line[0] == FAILED)
			take_failure(demo, line + 1);
		else if (!done)
			(void)fputs(line, stdout);
	}
	free(line);
	return (done);
}

/* Looks for a failure in what a side has not told yet. */
static void
find_failure(struct demo *demo, const struct player *player)
{
	char *line = NULL;
	size_t size = 0;

	while (demo->outcome->message == NULL &&
	    getline(&line, &size, player->story) > 0)
		if (line[0] == FAILED)
			take_failure(demo, line + 1);
	free(line);
}

/* Waits for the end of a side, which is near, or ends it. */
static enum exit_code
end_side(struct demo *demo, struct player *player, bool at_once)
{
	int status = 0;

	if (player->pid == -1)
		return (EXIT_DONE);
	if (at_once)
		(void)kill(player->pid, SIGTERM);
	if (player->story != NULL)
		find_failure(demo, player);
	while (waitpid(player->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (player->story != NULL)
		(void)fclose(player->story);
	if (WIFEXITED(status))
		return ((enum exit_code)WEXITSTATUS(status));
	return (at_once ? EXIT_DONE : EXIT_FAILED);
}

/* Tells the steps in the order of the table. */
static bool
tell_steps(struct demo *demo, const struct demo_step *step,
    const struct player players[DEMO_SIDES])
{
	unsigned n;

	for (n = 1; step->run != NULL; step++, n++) {
		demo_announce(demo, step, n);
		if (!tell_step(demo, &players[step->side],
			&players[step->side == DEMO_SENDER ? DEMO_RECEIVER :
							     DEMO_SENDER]))
			return (false);
		demo->steps++;
	}
	if (!demo->quiet)
		putchar('\n');
	return (true);
}

enum exit_code
demo_play(struct demo *demo, const struct demo_step *steps)
{
	struct player players[DEMO_SIDES] = { { -1, NULL }, { -1, NULL } };
	enum exit_code code = EXIT_DONE, ended;
	bool good = false;
	int side;

	renew_http(demo);
	(void)fflush(stdout); /* or both would write it again */
	if (pipe(demo->link) == -1)
		return (outcome_fail(
		    demo->outcome, EXIT_FAILED, "pipe: %s", strerror(errno)));
	for (side = 0; side < DEMO_SIDES && code == EXIT_DONE; side++)
		code = start_side(
		    demo, steps, (enum demo_side)side, &players[side]);
	(void)close(demo->link[0]);
	(void)close(demo->link[1]);
	if (code == EXIT_DONE)
		good = tell_steps(demo, steps, players);
	for (side = 0; side < DEMO_SIDES; side++) {
		ended = end_side(demo, &players[side], !good);
		if (code == EXIT_DONE)
			code = ended;
	}
	if (!good && code == EXIT_DONE)
		code = EXIT_FAILED;
	if (code != EXIT_DONE && demo->outcome->message == NULL)
		(void)outcome_fail(demo->outcome, code,
		    "a process of the demonstration has broken off");
	return (code);
}
