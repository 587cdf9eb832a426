/* conf_value.c: the values of settings, read, checked and written. */
#include "conf_table.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "url.h"
#include "utf8.h"

/* CONF_CHOICE is stored through an unsigned. */
_Static_assert(sizeof(enum log_level) == sizeof(unsigned), "enum log_level");
_Static_assert(sizeof(enum log_target) == sizeof(unsigned), "enum log_target");

struct unit {
	char letter;
	unsigned long factor;
};

static const struct unit duration_units[] = { { 's', 1 }, { 'm', 60 },
	{ 'h', 3600 }, { 'd', 86400 }, { '\0', 0 } };

static const struct unit size_units[] = { { 'k', 1024 }, { 'm', 1048576 },
	{ '\0', 0 } };

static const struct unit no_units[] = { { '\0', 0 } };

static const struct unit *
units_of(enum conf_type type)
{
	if (type == CONF_DURATION)
		return (duration_units);
	return (type == CONF_SIZE ? size_units : no_units);
}

char **
conf_string(const struct conf_setting *setting, struct conf *conf)
{
	return ((char **)(void *)((char *)conf + setting->offset));
}

static bool
is_string(enum conf_type type)
{
	return (type <= CONF_BASE_URL);
}

static unsigned long
number_get(const struct conf_setting *setting, const struct conf *conf)
{
	const char *member = (const char *)conf + setting->offset;
	unsigned small;
	size_t size;

	if (setting->type == CONF_SIZE) {
		memcpy(&size, member, sizeof(size));
		return (size);
	}
	if (setting->type == CONF_FLAG)
		return (*(const bool *)member);
	memcpy(&small, member, sizeof(small));
	return (small);
}

static void
number_set(
    const struct conf_setting *setting, struct conf *conf, unsigned long value)
{
	char *member = (char *)conf + setting->offset;
	unsigned small = (unsigned)value;
	size_t size = value;

	if (setting->type == CONF_SIZE)
		memcpy(member, &size, sizeof(size));
	else if (setting->type == CONF_FLAG)
		*(bool *)member = value != 0;
	else
		memcpy(member, &small, sizeof(small));
}

/* Digits of `base` and then at most one unit; false: it is not that. */
static bool
number_parse(const char *text, unsigned base, const struct unit *unit,
    unsigned long *value)
{
	unsigned long n = 0;
	const char *p = text;

	for (; *p >= '0' && *p < (char)('0' + base); p++) {
		if (__builtin_mul_overflow(n, base, &n) ||
		    __builtin_add_overflow(n, (unsigned long)(*p - '0'), &n))
			return (false);
	}
	if (p == text)
		return (false);
	if (*p != '\0') {
		while (unit->letter != '\0' && unit->letter != *p)
			unit++;
		if (unit->letter == '\0' || p[1] != '\0' ||
		    __builtin_mul_overflow(n, unit->factor, &n))
			return (false);
	}
	*value = n;
	return (true);
}

/*
 * The largest unit that leaves no rest.  A day is used from two on, so that
 * 24h stays what people call it.
 */
static void
number_write(
    const struct conf_setting *setting, unsigned long value, struct buf *out)
{
	const struct unit *unit, *best = NULL;

	if (value == 0 && setting->zero != NULL) {
		buf_puts(out, setting->zero);
		return;
	}
	if (setting->type == CONF_MODE) {
		buf_printf(out, "%04lo", value);
		return;
	}
	for (unit = units_of(setting->type); unit->letter != '\0'; unit++) {
		if (value % unit->factor == 0 && value >= unit->factor &&
		    (unit->letter != 'd' || value > unit->factor))
			best = unit;
	}
	if (best != NULL)
		buf_printf(out, "%lu%c", value / best->factor, best->letter);
	else
		buf_printf(out, "%lu", value);
}

static void
number_wanted(const struct conf_setting *setting, struct buf *wanted)
{
	static const char *const form[] = {
		[CONF_NUMBER] = "a number from ",
		[CONF_MODE] = "an octal mode from ",
		[CONF_DURATION] = "a duration such as 30s, 10m, 24h or 7d, "
				  "from ",
		[CONF_SIZE] = "a size such as 1000, 64k or 1m, from ",
	};

	if (setting->zero != NULL)
		buf_printf(wanted, "%s or ", setting->zero);
	buf_puts(wanted, form[setting->type]);
	number_write(setting, setting->min, wanted);
	buf_puts(wanted, " to ");
	number_write(setting, setting->max, wanted);
}

static enum status
number_value(const struct conf_setting *setting, const char *text,
    struct conf *conf, struct buf *wanted)
{
	unsigned long value;

	if (setting->zero != NULL && strcmp(text, setting->zero) == 0) {
		number_set(setting, conf, 0);
		return (STATUS_OK);
	}
	if (!number_parse(text, setting->type == CONF_MODE ? 8 : 10,
		units_of(setting->type), &value) ||
	    value < setting->min || value > setting->max) {
		number_wanted(setting, wanted);
		return (STATUS_INVALID);
	}
	number_set(setting, conf, value);
	return (STATUS_OK);
}

static const char *const flag_words[] = { "no", "yes", NULL };

static const char *const *
words_of(const struct conf_setting *setting)
{
	return (setting->type == CONF_FLAG ? flag_words : setting->words);
}

static enum status
choice_value(const struct conf_setting *setting, const char *text,
    struct conf *conf, struct buf *wanted)
{
	const char *const *words = words_of(setting);
	unsigned i;

	for (i = 0; words[i] != NULL; i++) {
		if (strcmp(text, words[i]) == 0) {
			number_set(setting, conf, i);
			return (STATUS_OK);
		}
	}
	for (i = 0; words[i] != NULL; i++)
		buf_printf(wanted, "%s%s", i == 0 ? "one of " : ", ", words[i]);
	return (STATUS_INVALID);
}

/* "http://" and a host that is this machine and nothing else. */
static bool
is_loopback_http(const char *text)
{
	static const char *const hosts[] = { "127.0.0.1", "[::1]",
		"localhost" };
	const char *host = text + strlen("http://");
	size_t i, len;

	if (strncmp(text, "http://", strlen("http://")) != 0)
		return (false);
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		len = strlen(hosts[i]);
		if (strncmp(host, hosts[i], len) == 0 &&
		    (host[len] == '\0' || host[len] == ':' || host[len] == '/'))
			return (true);
	}
	return (false);
}

/* Links are base_url, a path, and what the sender adds behind it. */
static bool
is_base_url(const char *text)
{
	struct buf https = { 0 };
	size_t len = strlen(text);
	bool ok;

	if (strpbrk(text, "?#\\\" ") != NULL || text[len - 1] == '/')
		return (false);
	if (is_loopback_http(text))
		buf_printf(&https, "https%s", text + strlen("http"));
	else if (strncmp(text, "https://", strlen("https://")) == 0)
		buf_puts(&https, text);
	ok = https.len > 0 &&
	    url_check_https(https.data, https.len) == STATUS_OK;
	buf_free(&https);
	return (ok);
}

static bool
is_right_string(const struct conf_setting *setting, const char *text)
{
	size_t characters;

	if (strchr(text, '\t') != NULL ||
	    utf8_count(text, strlen(text), &characters) != STATUS_OK ||
	    characters < setting->min)
		return (false);
	/* A path is bytes to the kernel, all else is read by people. */
	if (setting->type == CONF_PATH)
		characters = strlen(text);
	if (characters > setting->max)
		return (false);
	switch (setting->type) {
	case CONF_PATH:
		return (*text == '\0' || *text == '/');
	case CONF_HTTPS_URL:
		return (url_check_https(text, strlen(text)) == STATUS_OK);
	case CONF_BASE_URL:
		return (is_base_url(text));
	default:
		return (true);
	}
}

static enum status
string_value(const struct conf_setting *setting, const char *text,
    struct conf *conf, struct buf *wanted)
{
	static const char *const form[] = {
		[CONF_STRING] = "a text without tabs",
		[CONF_SECRET] = "a connection string of libpq "
				"without tabs",
		[CONF_PATH] = "an absolute path",
		[CONF_HTTPS_URL] = "an https URL without user info",
		[CONF_BASE_URL] =
		    "an https URL (http for 127.0.0.1, [::1] "
		    "and localhost alone) without user info, query, "
		    "fragment and a slash at its end",
	};
	char **member = conf_string(setting, conf);

	if (!is_right_string(setting, text)) {
		buf_puts(wanted, form[setting->type]);
		if (setting->type == CONF_PATH)
			buf_printf(wanted, " of at most %lu bytes%s",
			    setting->max, setting->min == 0 ? ", or \"\"" : "");
		else
			buf_printf(wanted, ", %lu to %lu characters",
			    setting->min, setting->max);
		return (STATUS_INVALID);
	}
	free(*member);
	*member = mem_strdup(text);
	return (STATUS_OK);
}

enum status
conf_value_parse(const struct conf_setting *setting, const char *text,
    struct conf *conf, struct buf *wanted)
{
	if (is_string(setting->type))
		return (string_value(setting, text, conf, wanted));
	if (setting->type >= CONF_FLAG)
		return (choice_value(setting, text, conf, wanted));
	return (number_value(setting, text, conf, wanted));
}

/* Quotes hold what would otherwise be trimmed, cut or taken for a quote. */
static void
string_write(const char *text, struct buf *out)
{
	size_t len = strlen(text);

	if (len > 0 && strpbrk(text, "\"\\#") == NULL && text[0] != ' ' &&
	    text[len - 1] != ' ') {
		buf_puts(out, text);
		return;
	}
	buf_puts(out, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_puts(out, "\\");
		buf_add(out, text, 1);
	}
	buf_puts(out, "\"");
}

void
conf_value_write(const struct conf_setting *setting, const struct conf *conf,
    struct buf *out)
{
	const char *text = NULL;
	struct buf masked = { 0 };

	if (is_string(setting->type))
		memcpy(
		    &text, (const char *)conf + setting->offset, sizeof(text));
	if (setting->type == CONF_SECRET) {
		conf_mask_conninfo(text, &masked);
		string_write(masked.data, out);
		buf_free(&masked);
	} else if (is_string(setting->type)) {
		string_write(text, out);
	} else if (setting->type >= CONF_FLAG) {
		buf_puts(out, words_of(setting)[number_get(setting, conf)]);
	} else {
		number_write(setting, number_get(setting, conf), out);
	}
}

void
conf_value_copy(const struct conf_setting *setting, struct conf *to,
    const struct conf *from)
{
	const char *text;

	if (!is_string(setting->type)) {
		number_set(setting, to, number_get(setting, from));
		return;
	}
	memcpy(&text, (const char *)from + setting->offset, sizeof(text));
	free(*conf_string(setting, to));
	*conf_string(setting, to) = mem_strdup(text);
}
