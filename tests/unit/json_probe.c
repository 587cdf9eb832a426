/*
 * json_probe: says what strict_json makes of the texts on stdin, for
 * json_oracle.py. Each text comes as a decimal length, a line feed, and so
 * many bytes. The answer is one line: "reject", or "accept" and for each
 * member in question (see below) " KIND:SPAN:TREE", SPAN and TREE in hex.
 * The members asked for are those whose names follow the length on its line,
 * in hex, each after a space.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strict_json.h"

static void
probe_hex(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		printf("%02x", (unsigned)(unsigned char)bytes[i]);
}

static void
probe_member(struct strict_json *json, const char *name)
{
	struct span span = { NULL, 0 };
	struct json_object *tree;
	const char *text;

	printf(" %d:", (int)strict_json_kind(json, name));
	if (strict_json_span(json, name, &span))
		probe_hex(span.start, span.len);
	putchar(':');
	tree = strict_json_member(json, name);
	if (tree != NULL) {
		text = json_object_to_json_string_ext(
		    tree, JSON_C_TO_STRING_PLAIN);
		probe_hex(text, strlen(text));
	}
}

/* "7061796c" -> "payl", in place. */
static void
probe_unhex(char *name)
{
	char pair[3] = { 0 };
	char *out = name;

	for (; name[0] != '\0' && name[1] != '\0'; name += 2) {
		memcpy(pair, name, 2);
		*out++ = (char)strtol(pair, NULL, 16);
	}
	*out = '\0';
}

static void
probe_text(char *names, const char *text, size_t len)
{
	struct strict_json *json;
	char *name;

	if (strict_json_read(text, len, &json) != STATUS_OK) {
		puts("reject");
		return;
	}
	printf("accept");
	for (name = strtok(names, " "); name != NULL;
	     name = strtok(NULL, " ")) {
		probe_unhex(name);
		probe_member(json, name);
	}
	putchar('\n');
	strict_json_free(json);
}

int
main(void)
{
	char *line = NULL, *text, *names;
	size_t cap = 0, len;

	while (getline(&line, &cap, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		len = (size_t)strtoull(line, &names, 10);
		/* To the byte, so that a sanitizer sees a read beyond it. */
		text = malloc(len == 0 ? 1 : len);
		if (text == NULL || fread(text, 1, len, stdin) != len)
			return (1);
		probe_text(names, text, len);
		free(text);
	}
	free(line);
	return (0);
}
