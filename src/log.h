/*
 * log.h: one line an event, on stderr or to syslog.
 *
 * What goes in is lifecycle, outages and bugs: never an identifier, claim,
 * token, address, header or body.  Should a text from elsewhere slip in (an
 * error of PostgreSQL's, a line of a configuration file), it cannot forge a
 * line: control characters and bytes that are not UTF-8 are escaped.
 */
#ifndef CREDRELAY_LOG_H
#define CREDRELAY_LOG_H

enum log_level {
	LOG_LEVEL_ERROR,	/* does not work: someone must act */
	LOG_LEVEL_WARNING,	/* works, but is not as it should be */
	LOG_LEVEL_NOTICE,	/* start, reload, stop: what an operator did */
	LOG_LEVEL_INFO,		/* each worker's life */
	LOG_LEVEL_DEBUG
};

enum log_target {
	LOG_TO_STDERR,
	LOG_TO_SYSLOG		/* facility daemon */
};

/* The longest text of an event before escaping, in bytes; more is cut. */
enum { LOG_TEXT_MAX = 2048 };

/*
 * Says where events go and which: those of `level` and graver ones.  May be
 * called again.  `program` is borrowed for good.  Before the first call they
 * go to stderr, up to LOG_LEVEL_NOTICE.  Forked processes inherit it all.
 */
void	log_open(const char *program, enum log_target, enum log_level);

/*
 * One event, without a newline.  On stderr it becomes
 *	2026-11-24T06:29:11Z program[pid] level: text
 * written by one write(2), so that lines of many processes do not mix.  What
 * cannot be written is lost; errno is kept.
 */
void	log_error(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_warning(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_notice(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_info(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_debug(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));

#endif
