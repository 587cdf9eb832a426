/* conf.c: the configuration file as a whole. */
#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_table.h"
#include "mem.h"
#include "utf8.h"

enum {
	FILE_MAX = 1024 * 1024, /* bytes; more is not a configuration */
	SHOWN_MAX = 80,		/* bytes of a value in an error */
	SETTINGS_MAX = 64
};

/* What conf_read knows of the file. */
struct reading {
	const char *path;
	struct conf *conf;
	struct buf *error;
	unsigned line;
	enum conf_section section;
	unsigned sections[CONF_SECTIONS]; /* the line of each; 0: none */
	unsigned seen[SETTINGS_MAX];	  /* likewise of each setting */
};

static enum status
file_read(const char *path, struct buf *text)
{
	ssize_t n;
	int fd, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return (STATUS_IO);
	do {
		buf_reserve(text, 4096);
		n = read(fd, text->data + text->len, 4096);
		if (n > 0)
			text->len += (size_t)n;
	} while (n > 0 && text->len <= FILE_MAX);
	saved = errno;
	(void)close(fd);
	if (text->len > FILE_MAX) {
		n = -1;
		saved = EFBIG;
	}
	errno = saved;
	return (n == -1 ? STATUS_IO : STATUS_OK);
}

static bool
is_blank(char c)
{
	return (c == ' ' || c == '\t');
}

static bool
is_clean(const char *p, const char *end)
{
	uint32_t cp;

	while (p < end) {
		if (utf8_next(&p, end, &cp) != STATUS_OK ||
		    (cp < 0x20 && cp != '\t') || (cp >= 0x7f && cp < 0xa0))
			return (false);
	}
	return (true);
}

/*
 * The value that begins at `p`, unquoted, into `value`.  Behind a quoted one
 * nothing but a comment may stand; in one without quotes a '#' after white
 * space begins the comment.
 */
static enum status
value_read(const char *p, const char *end, struct buf *value)
{
	const char *from = p, *last = p;

	if (p < end && *p == '"') {
		for (p++; p < end && *p != '"'; p++) {
			if (*p == '\\' && p + 1 < end &&
			    (p[1] == '"' || p[1] == '\\'))
				p++;
			buf_add(value, p, 1);
		}
		if (p == end)
			return (STATUS_INVALID);
		for (p++; p < end && is_blank(*p); p++)
			;
		return (p == end || *p == '#' ? STATUS_OK : STATUS_INVALID);
	}
	for (; p < end; p++) {
		if (*p == '#' && (p == from || is_blank(p[-1])))
			break;
		if (!is_blank(*p))
			last = p + 1;
	}
	buf_add(value, from, (size_t)(last - from));
	return (STATUS_OK);
}

static enum status
value_set(struct reading *r, size_t i, const char *value)
{
	const struct conf_setting *setting = &conf_settings[i];
	struct buf wanted = { 0 };
	enum status status;

	status = conf_value_parse(setting, value, r->conf, &wanted);
	if (status != STATUS_OK) {
		buf_printf(r->error, "%s:%u: %s must be %s", r->path, r->line,
		    setting->name, wanted.data);
		if (setting->type != CONF_SECRET)
			buf_printf(r->error, ", not \"%.*s%s\"", SHOWN_MAX,
			    value, strlen(value) > SHOWN_MAX ? "..." : "");
	}
	buf_free(&wanted);
	return (status);
}

static bool
setting_find(enum conf_section section, const char *name, size_t len, size_t *i)
{
	for (*i = 0; *i < conf_settings_count; (*i)++) {
		if (conf_settings[*i].section == section &&
		    strlen(conf_settings[*i].name) == len &&
		    memcmp(conf_settings[*i].name, name, len) == 0)
			return (true);
	}
	return (false);
}

/* A line that is neither blank nor a comment: name = value. */
static enum status
setting_read(struct reading *r, const char *p, const char *end)
{
	const char *name = p, *equals = memchr(p, '=', (size_t)(end - p));
	struct buf value = { 0 };
	enum status status = STATUS_INVALID;
	size_t i, len;

	if (equals == NULL || equals == name) {
		buf_printf(r->error, "%s:%u: \"name = value\" is wanted",
		    r->path, r->line);
		return (STATUS_INVALID);
	}
	for (p = equals; p > name && is_blank(p[-1]); p--)
		;
	len = (size_t)(p - name);
	for (p = equals + 1; p < end && is_blank(*p); p++)
		;
	buf_puts(&value, "");
	if (!setting_find(r->section, name, len, &i))
		buf_printf(r->error, "%s:%u: unknown setting \"%.*s%s\"%s%s",
		    r->path, r->line, (int)(len > SHOWN_MAX ? SHOWN_MAX : len),
		    name, len > SHOWN_MAX ? "..." : "",
		    r->section == CONF_GLOBAL ? "" : " in section ",
		    conf_section_name(r->section));
	else if (r->seen[i] != 0)
		buf_printf(r->error,
		    "%s:%u: %s is set twice, first in line "
		    "%u",
		    r->path, r->line, conf_settings[i].name, r->seen[i]);
	else if (value_read(p, end, &value) != STATUS_OK)
		buf_printf(r->error,
		    "%s:%u: %s: a value that begins with a "
		    "quote must end with one, and only a comment may follow",
		    r->path, r->line, conf_settings[i].name);
	else {
		r->seen[i] = r->line;
		status = value_set(r, i, value.data);
	}
	if (value.len > 0)
		explicit_bzero(value.data, value.len);
	buf_free(&value);
	return (status);
}

/* A line that is "[name]", perhaps with a comment behind it. */
static enum status
section_read(struct reading *r, const char *p, const char *end)
{
	const char *close = memchr(p, ']', (size_t)(end - p)), *rest;
	enum conf_section i;
	size_t len;

	for (rest = close; rest != NULL && ++rest < end && is_blank(*rest);)
		;
	if (close == NULL || (rest < end && *rest != '#')) {
		buf_printf(r->error, "%s:%u: \"[section]\" is wanted", r->path,
		    r->line);
		return (STATUS_INVALID);
	}
	len = (size_t)(close - ++p);
	for (i = CONF_GLOBAL + 1; i < CONF_SECTIONS; i++) {
		if (strlen(conf_section_name(i)) == len &&
		    memcmp(conf_section_name(i), p, len) == 0)
			break;
	}
	if (i == CONF_SECTIONS) {
		buf_printf(r->error, "%s:%u: there is no section \"%.*s\"",
		    r->path, r->line, len > SHOWN_MAX ? SHOWN_MAX : (int)len,
		    p);
		return (STATUS_INVALID);
	}
	if (r->sections[i] != 0) {
		buf_printf(r->error,
		    "%s:%u: section %.*s begins twice, first in line %u",
		    r->path, r->line, (int)len, p, r->sections[i]);
		return (STATUS_INVALID);
	}
	r->section = i;
	r->sections[i] = r->line;
	if (conf_section_on(r->section, r->conf) != NULL)
		*conf_section_on(r->section, r->conf) = true;
	return (STATUS_OK);
}

static enum status
line_read(struct reading *r, const char *p, const char *end)
{
	if (p < end && end[-1] == '\r') /* an editor of another system */
		end--;
	if (!is_clean(p, end)) {
		buf_printf(r->error,
		    "%s:%u: a control character, or bytes "
		    "that are not UTF-8",
		    r->path, r->line);
		return (STATUS_INVALID);
	}
	while (p < end && is_blank(*p))
		p++;
	if (p == end || *p == '#')
		return (STATUS_OK);
	if (*p == '[')
		return (section_read(r, p, end));
	return (setting_read(r, p, end));
}

static void
defaults_set(struct conf *conf)
{
	struct buf wanted = { 0 };
	size_t i;

	for (i = 0; i < conf_settings_count; i++) {
		const char *text = conf_settings[i].initial;

		if (text == NULL)
			*conf_string(&conf_settings[i], conf) = mem_strdup("");
		if (text != NULL &&
		    conf_value_parse(&conf_settings[i], text, conf, &wanted) !=
			STATUS_OK)
			abort(); /* the table is wrong: a test sees it */
	}
	buf_free(&wanted);
}

/* One that must be set, unless its section is off. */
static bool
is_missing(const struct reading *r, size_t i)
{
	const struct conf_setting *setting = &conf_settings[i];

	return (setting->initial == NULL && r->seen[i] == 0 &&
	    (setting->section == CONF_GLOBAL ||
		r->sections[setting->section] != 0));
}

/* What no single value can break. */
static enum status
whole_check(struct reading *r)
{
	size_t i, ttl = 0, max = 0;
	unsigned line;

	for (i = 0; i < conf_settings_count; i++) {
		if (is_missing(r, i)) {
			buf_printf(r->error,
			    "%s: %s%s%s is not set and has no default", r->path,
			    conf_section_name(conf_settings[i].section),
			    conf_settings[i].section == CONF_GLOBAL ? "" : ": ",
			    conf_settings[i].name);
			return (STATUS_INVALID);
		}
	}
	if (r->conf->default_ttl <= r->conf->max_ttl)
		return (STATUS_OK);
	(void)setting_find(
	    CONF_GLOBAL, "default_ttl", strlen("default_ttl"), &ttl);
	(void)setting_find(CONF_GLOBAL, "max_ttl", strlen("max_ttl"), &max);
	line = r->seen[ttl] > r->seen[max] ? r->seen[ttl] : r->seen[max];
	buf_printf(r->error,
	    "%s:%u: default_ttl must not be longer than "
	    "max_ttl",
	    r->path, line);
	return (STATUS_INVALID);
}

enum status
conf_read(const char *path, struct conf *conf, struct buf *error)
{
	struct reading r = { .path = path, .conf = conf, .error = error };
	struct buf text = { 0 };
	const char *p, *end, *newline;
	enum status status;

	memset(conf, 0, sizeof(*conf));
	defaults_set(conf);
	buf_clear(error);
	buf_puts(&text, "");
	status = file_read(path, &text);
	if (status != STATUS_OK)
		buf_printf(error, "%s: %s", path, strerror(errno));
	p = text.data;
	end = text.data + text.len;
	while (status == STATUS_OK && p < end) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL)
			newline = end;
		r.line++;
		status = line_read(&r, p, newline);
		p = newline + 1;
	}
	if (status == STATUS_OK)
		status = whole_check(&r);
	if (text.len > 0)
		explicit_bzero(text.data, text.len);
	buf_free(&text);
	return (status);
}

void
conf_write(const struct conf *conf, struct buf *out)
{
	enum conf_section section = CONF_GLOBAL;
	struct conf *whole = (struct conf *)(uintptr_t)conf; /* to ask it */
	size_t i;

	for (i = 0; i < conf_settings_count; i++) {
		const struct conf_setting *setting = &conf_settings[i];
		const bool *on = conf_section_on(setting->section, whole);

		if (on != NULL && !*on)
			continue;
		if (setting->section != section)
			buf_printf(out, "\n[%s]\n",
			    conf_section_name(setting->section));
		section = setting->section;
		buf_printf(out, "# %s\n%s = ", setting->meaning, setting->name);
		conf_value_write(setting, conf, out);
		buf_puts(out, "\n");
	}
}

void
conf_keep_fixed(struct conf *new, const struct conf *old, struct buf *changed)
{
	struct buf a = { 0 }, b = { 0 };
	size_t i;

	for (i = 0; i < conf_settings_count; i++) {
		const struct conf_setting *setting = &conf_settings[i];

		if (!setting->fixed)
			continue;
		buf_clear(&a);
		buf_clear(&b);
		conf_value_write(setting, old, &a);
		conf_value_write(setting, new, &b);
		if (strcmp(a.data, b.data) == 0)
			continue;
		buf_printf(changed, "%s%s", changed->len > 0 ? ", " : "",
		    setting->name);
		conf_value_copy(setting, new, old);
	}
	buf_free(&a);
	buf_free(&b);
}

void
conf_free(struct conf *conf)
{
	size_t i;

	if (conf->database != NULL)
		explicit_bzero(conf->database, strlen(conf->database));
	if (conf->notify.database != NULL)
		explicit_bzero(
		    conf->notify.database, strlen(conf->notify.database));
	for (i = 0; i < conf_settings_count; i++) {
		if (conf_settings[i].type > CONF_BASE_URL)
			continue;
		free(*conf_string(&conf_settings[i], conf));
	}
	memset(conf, 0, sizeof(*conf));
}
