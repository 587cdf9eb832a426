/* conf_line.h: one line of the configuration file, for conf.c. */
#ifndef CREDRELAY_CONF_LINE_H
#define CREDRELAY_CONF_LINE_H

#include "conf_table.h"

/* What is known of a file while it is read. */
struct conf_reading {
	const char	*path;
	struct conf	*conf;
	struct buf	*error;
	unsigned	 line;
	enum conf_section section;		/* that the line is in */
	unsigned	 began[CONF_SECTIONS];	/* the line of each; 0: none */
	unsigned	 seen[CONF_SETTINGS_MAX]; /* likewise of each setting */
};

/*
 * Takes the line from `p` to `end`, without its newline, whose number is in
 * `line`: a setting, the beginning of a section, or nothing.
 * STATUS_INVALID: `error` says what is wrong with it.
 */
enum status	 conf_line_read(struct conf_reading *, const char *p,
		    const char *end) MUST_CHECK;

#endif
