/* conf_line.c: one line of the configuration file. */
#include "conf_line.h"

#include <stdint.h>
#include <string.h>

#include "utf8.h"

enum {
	SHOWN_MAX = 80 /* bytes of a name or value in an error */
};

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
value_set(struct conf_reading *r, size_t i, const char *value)
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
setting_read(struct conf_reading *r, const char *p, const char *end)
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
section_read(struct conf_reading *r, const char *p, const char *end)
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
	if (r->began[i] != 0) {
		buf_printf(r->error,
		    "%s:%u: section %.*s begins twice, first in line %u",
		    r->path, r->line, (int)len, p, r->began[i]);
		return (STATUS_INVALID);
	}
	r->section = i;
	r->began[i] = r->line;
	conf_section_switch_on(i, r->conf);
	return (STATUS_OK);
}

enum status
conf_line_read(struct conf_reading *r, const char *p, const char *end)
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
