/*
 * options.h: the command line of a command.  One table says which options
 * there are, which command takes which, and what --help says of them.
 */
#ifndef CREDRELAY_DEVICE_OPTIONS_H
#define CREDRELAY_DEVICE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "status.h"

/* Sets of options; a command names the sets that it takes. */
enum {
	OPTIONS_COMMON = 1,
	OPTIONS_SEND = 2,
	OPTIONS_RECEIVE = 4,
	OPTIONS_UPDATE = 8,
	OPTIONS_STATE = 16,
	OPTIONS_WAIT = 32,
	OPTIONS_WATCH = 64,
	OPTIONS_TOKEN = 128,
	OPTIONS_DEMO = 256
};

/* What the user wants.  Texts are borrowed from argv; NULL: not given. */
struct options {
	const char *title;
	const char *description;
	const char *image;
	const char *expires;
	const char *rights;
	const char *vertical;
	const char *aead;
	const char *relay;
	const char *output;
	const char *state;
	const char *cacert;
	const char *retry;
	const char *wait;	  /* "": with the default time */
	const char *notify_token; /* TYPE:DATA */
	const char *token;	  /* a file */
	const char *push_log;
	bool no_token;
	bool draw_identifier;
	bool if_match;
	bool insecure_http;
	bool json;
	bool help;
	int count; /* operands */
	char **operands;
};

/*
 * Reads the options of a command that takes `sets`; argv[0] is its name.
 * STATUS_INVALID: getopt_long(3) has said on standard error what is wrong.
 */
MUST_CHECK enum status
options_read(struct options *, unsigned sets, int argc, char **argv);

/* Prints a line for each option of the sets. */
void options_print(FILE *, unsigned sets);

/*
 * Reads "90s", "15m", "2h" or "7d" (a number alone counts seconds) from 1 s on.
 * STATUS_INVALID: anything else, or beyond a hundred years.
 */
MUST_CHECK enum status options_duration(const char *text, int64_t *seconds);

#endif
