/* demo_push.c: the demonstration as the owner of a push service: it sees what
 * has arrived there. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "device/demo.h"
#include "strict_json.h"

enum { LOOK_MS = 10 };

static bool
member_is(struct strict_json *json, const char *name, const char *wanted)
{
	return (strict_json_kind(json, name) == STRICT_JSON_STRING &&
	    strcmp(json_object_get_string(strict_json_member(json, name)),
		wanted) == 0);
}

static bool
line_is_for(const char *line, size_t len, const char *token)
{
	struct strict_json *json;
	bool is;

	if (strict_json_read(line, len, &json) != STATUS_OK)
		return (false);
	is = member_is(json, "type", "webhook") &&
	    member_is(json, "tokenData", token);
	strict_json_free(json);
	return (is);
}

/* Looks through the lines that are whole, as far as the file goes now. */
static bool
find_line(FILE *log, const char *token, char **line, size_t *size)
{
	ssize_t len;
	long at;

	for (;;) {
		at = ftell(log);
		len = getline(line, size, log);
		if (len > 0 && (*line)[len - 1] == '\n') {
			if (line_is_for(*line, (size_t)len, token))
				return (true);
			continue;
		}
		/* A line that is being written is looked at again. */
		clearerr(log);
		(void)fseek(log, at, SEEK_SET);
		return (false);
	}
}

enum exit_code
demo_await_push(struct demo *demo, const char *token, const char *mailbox)
{
	int64_t end = call_clock() + DEMO_WAIT * 1000;
	enum exit_code code = EXIT_FAILED;
	bool found = false;
	char *line = NULL;
	FILE *log = NULL;
	size_t size = 0;

	while (!found && call_clock() < end) {
		/* The receiver makes it with the first push. */
		if (log == NULL)
			log = fopen(demo->push_log, "re");
		if (log != NULL)
			found = find_line(log, token, &line, &size);
		if (!found)
			call_sleep(LOOK_MS);
	}
	if (!found)
		(void)outcome_fail(demo->outcome, EXIT_FAILED,
		    "no push for the token has arrived in %s", demo->push_log);
	else if (strstr(line, mailbox) != NULL)
		(void)outcome_fail(
		    demo->outcome, EXIT_FAILED, "the push names the mailbox");
	else
		code = EXIT_DONE;
	if (code == EXIT_DONE)
		demo_tell(demo, "A push has come. It does not say of what.");
	if (log != NULL)
		(void)fclose(log);
	free(line);
	return (code);
}
