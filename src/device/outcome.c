/* outcome.c: what came of a command. */
#include "device/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"

enum exit_code
outcome_fail(
    struct outcome *outcome, enum exit_code code, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	/* Cut rather than grow: a message is for one or two lines. */
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	free(outcome->message);
	outcome->message = mem_strdup(text);
	outcome->exit = code;
	return (code);
}

void
outcome_free(struct outcome *outcome)
{
	free(outcome->message);
	*outcome = (struct outcome){ 0 };
}
