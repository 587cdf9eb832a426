/* conf_value.c: the values of settings, read, checked and written. */
#include "conf_text.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

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

bool
conf_is_string(const struct conf_setting *setting)
{
	return (setting->type < CONF_NUMBER);
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

enum status
conf_value_parse(const struct conf_setting *setting, const char *text,
    struct conf *conf, struct buf *wanted)
{
	if (conf_is_string(setting))
		return (conf_text_parse(setting, text, conf, wanted));
	if (setting->type >= CONF_FLAG)
		return (choice_value(setting, text, conf, wanted));
	return (number_value(setting, text, conf, wanted));
}

void
conf_value_write(const struct conf_setting *setting, const struct conf *conf,
    struct buf *out)
{
	if (conf_is_string(setting))
		conf_text_write(setting, conf, out);
	else if (setting->type >= CONF_FLAG)
		buf_puts(out, words_of(setting)[number_get(setting, conf)]);
	else
		number_write(setting, number_get(setting, conf), out);
}

void
conf_value_copy(const struct conf_setting *setting, struct conf *to,
    const struct conf *from)
{
	if (!conf_is_string(setting)) {
		number_set(setting, to, number_get(setting, from));
		return;
	}
	free(*conf_string(setting, to));
	*conf_string(setting, to) = mem_strdup(conf_text_get(setting, from));
}
