/* conf.c: the configuration file as a whole. */
#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_line.h"
#include "conf_table.h"
#include "mem.h"

enum {
	FILE_MAX = 1024 * 1024 /* bytes; more is not a configuration */
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

static enum status
missing_check(struct conf_reading *r)
{
	const struct conf_setting *setting;
	size_t i;

	for (i = 0; i < conf_settings_count; i++) {
		setting = &conf_settings[i];
		if (setting->initial != NULL || r->seen[i] != 0 ||
		    !conf_section_is_on(setting->section, r->conf))
			continue;
		buf_puts(r->error, r->path);
		if (setting->section != CONF_GLOBAL)
			buf_printf(r->error, ":%u: section %s",
			    r->began[setting->section],
			    conf_section_name(setting->section));
		buf_printf(r->error, ": %s is not set and has no default",
		    setting->name);
		return (STATUS_INVALID);
	}
	return (STATUS_OK);
}

static unsigned
line_of(const struct conf_reading *r, const void *member)
{
	size_t i = 0;

	while ((const char *)r->conf + conf_settings[i].offset != member)
		i++;
	return (r->seen[i]);
}

/* What no single value can break. */
static enum status
whole_check(struct conf_reading *r)
{
	unsigned ttl, max;

	if (missing_check(r) != STATUS_OK)
		return (STATUS_INVALID);
	if (r->conf->default_ttl <= r->conf->max_ttl)
		return (STATUS_OK);
	ttl = line_of(r, &r->conf->default_ttl);
	max = line_of(r, &r->conf->max_ttl);
	buf_printf(r->error,
	    "%s:%u: default_ttl must not be longer than "
	    "max_ttl",
	    r->path, ttl > max ? ttl : max);
	return (STATUS_INVALID);
}

enum status
conf_read(const char *path, struct conf *conf, struct buf *error)
{
	struct conf_reading r = { .path = path, .conf = conf, .error = error };
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
		status = conf_line_read(&r, p, newline);
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
	size_t i;

	for (i = 0; i < conf_settings_count; i++) {
		const struct conf_setting *setting = &conf_settings[i];

		if (!conf_section_is_on(setting->section, conf))
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
	char *text;

	for (i = 0; i < conf_settings_count; i++) {
		if (!conf_is_string(&conf_settings[i]))
			continue;
		text = *conf_string(&conf_settings[i], conf);
		if (text != NULL && conf_settings[i].type == CONF_SECRET)
			explicit_bzero(text, strlen(text));
		free(text);
	}
	memset(conf, 0, sizeof(*conf));
}
