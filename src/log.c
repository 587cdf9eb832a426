/* log.c: one line an event, on stderr or to syslog. */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "timestamp.h"
#include "utf8.h"

/* An escape takes four bytes at most for each byte of the text. */
enum { LOG_LINE_MAX = 4 * LOG_TEXT_MAX + 256 };

static const char cut_mark[] = "...";

static const struct {
	const char *name;
	int priority;
} log_levels[] = {
	[LOG_LEVEL_ERROR] = { "error", LOG_ERR },
	[LOG_LEVEL_WARNING] = { "warning", LOG_WARNING },
	[LOG_LEVEL_NOTICE] = { "notice", LOG_NOTICE },
	[LOG_LEVEL_INFO] = { "info", LOG_INFO },
	[LOG_LEVEL_DEBUG] = { "debug", LOG_DEBUG },
};

static const char *log_program = "credrelayd";
static enum log_target log_target = LOG_TO_STDERR;
static enum log_level log_limit = LOG_LEVEL_NOTICE;

void
log_open(const char *program, enum log_target target, enum log_level level)
{
	if (log_target == LOG_TO_SYSLOG)
		closelog();
	log_program = program;
	log_target = target;
	log_limit = level;
	if (target == LOG_TO_SYSLOG)
		openlog(program, LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

/* C0, DEL, C1, and the two separators that some viewers break lines at. */
static int
is_control(uint32_t cp)
{
	return (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 ||
	    cp == 0x2029);
}

/*
 * Writes text without control characters and with nothing but UTF-8; each
 * byte that has to go becomes \xHH, and a backslash is doubled, so that an
 * escape can be told from a text that looks like one.  `out` has room for
 * four times `len` and a NUL.  Returns the number of bytes.
 */
static size_t
log_escape(const char *text, size_t len, char *out)
{
	static const char hex[] = "0123456789abcdef";
	const char *p = text, *from, *end = text + len;
	size_t n = 0;
	uint32_t cp;
	int plain;

	while (p < end) {
		from = p;
		plain = utf8_next(&p, end, &cp) == STATUS_OK;
		if (!plain)
			p = from + 1;
		else if (is_control(cp))
			plain = 0;
		for (; from < p; from++) {
			if (!plain) {
				out[n++] = '\\';
				out[n++] = 'x';
				out[n++] = hex[(unsigned char)*from >> 4];
				out[n++] = hex[(unsigned char)*from & 15];
				continue;
			}
			if (*from == '\\')
				out[n++] = '\\';
			out[n++] = *from;
		}
	}
	out[n] = '\0';
	return (n);
}

static void
log_to_stderr(enum log_level level, const char *text)
{
	char line[LOG_LINE_MAX], when[TIMESTAMP_TEXT_LEN + 1];
	ssize_t written;
	int len;

	timestamp_format((int64_t)time(NULL), when);
	len = snprintf(line, sizeof(line), "%s %s[%ld] %s: %s\n", when,
	    log_program, (long)getpid(), log_levels[level].name, text);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(line)) {
		len = (int)sizeof(line) - 1;
		line[len - 1] = '\n';
	}
	do {
		written = write(STDERR_FILENO, line, (size_t)len);
	} while (written == -1 && errno == EINTR);
}

static void log_event(enum log_level, const char *, va_list)
    __attribute__((format(printf, 2, 0)));

static void
log_event(enum log_level level, const char *format, va_list ap)
{
	char text[LOG_TEXT_MAX + sizeof(cut_mark)];
	char escaped[4 * sizeof(text) + 1];
	int saved = errno, len;

	if (level > log_limit)
		return;
	len = vsnprintf(text, LOG_TEXT_MAX + 1, format, ap);
	if (len < 0)
		len = snprintf(text, sizeof(text), "(no text: %s)", format);
	if (len > LOG_TEXT_MAX) {
		memcpy(text + LOG_TEXT_MAX, cut_mark, sizeof(cut_mark));
		len = LOG_TEXT_MAX + (int)sizeof(cut_mark) - 1;
	}
	(void)log_escape(text, (size_t)len, escaped);
	if (log_target == LOG_TO_SYSLOG)
		syslog(log_levels[level].priority, "%s", escaped);
	else
		log_to_stderr(level, escaped);
	errno = saved;
}

#define LOG_FUNCTION(name, level)                                              \
	void name(const char *format, ...)                                     \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, format);                                          \
		log_event(level, format, ap);                                  \
		va_end(ap);                                                    \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_notice, LOG_LEVEL_NOTICE)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
