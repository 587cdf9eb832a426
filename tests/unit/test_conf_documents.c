/*
 * test_conf_documents: the sample and the manual page have every setting in its
 * section, with the meaning, default and bounds of the table.
 */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_fixture.h"
#include "conf_table.h"
#include "tap.h"

static char *
document(const char *name)
{
	const char *srcdir = getenv("srcdir");
	struct buf text = { 0 }, file = { 0 };
	ssize_t n;
	int fd;

	buf_printf(&file, "%s/%s", srcdir == NULL ? "." : srcdir, name);
	fd = open(file.data, O_RDONLY);
	ck_assert_msg(fd != -1, "%s", file.data);
	do {
		buf_reserve(&text, 4096);
		n = read(fd, text.data + text.len, 4096);
		ck_assert_int_ge(n, 0);
		text.len += (size_t)n;
	} while (n > 0);
	buf_add(&text, "", 0);
	text.data[text.len] = '\0';
	(void)close(fd);
	buf_free(&file);
	return text.data;
}

/* Cuts a document down to what stands from `begin` to `end`, if that is there. */
static void
cut(char *document, const char *begin, const char *end)
{
	char *from = strstr(document, begin), *to;

	ck_assert_msg(from != NULL, "missing: %s", begin);
	to = strstr(from + strlen(begin), end);
	if (to != NULL)
		*to = '\0';
	memmove(document, from, strlen(from) + 1);
}

/* A section of the sample: up to the next line in brackets, also in "#[". */
static void
cut_sample(enum conf_section section, char *sample)
{
	struct buf name = { 0 };
	char *p;

	for (p = strstr(sample, "\n#["); p != NULL; p = strstr(p, "\n#["))
		memmove(p + 1, p + 2, strlen(p + 2) + 1);
	if (section != CONF_GLOBAL)
		buf_printf(&name, "\n[%s]\n", conf_section_name(section));
	cut(sample, section == CONF_GLOBAL ? "" : name.data, "\n[");
	buf_free(&name);
}

/* A section of the manual page. */
static void
cut_manual(enum conf_section section, char *manual)
{
	struct buf name = { 0 };

	if (section == CONF_GLOBAL) {
		cut(manual, "\n.Sh SETTINGS\n", "\n.Sh ");
		return;
	}
	buf_printf(&name, "\n.Ss [%s]\n", conf_section_name(section));
	cut(manual, name.data, "\n.S");
	buf_free(&name);
}

/* The documents have the paths of an installation under "/". */
static void
default_written(const struct conf_setting *s, struct buf *out)
{
	struct buf text = { 0 };
	const char *p;

	conf_value_write(s, &conf, &text);
	p = text.data;
	if (strncmp(p, RUNSTATEDIR "/", strlen(RUNSTATEDIR "/")) == 0)
		buf_printf(out, "/run%s", p + strlen(RUNSTATEDIR));
	else if (strncmp(p, SYSCONFDIR "/", strlen(SYSCONFDIR "/")) == 0)
		buf_printf(out, "/etc%s", p + strlen(SYSCONFDIR));
	else
		buf_puts(out, p);
	buf_free(&text);
}

START_TEST(sample_has_each_setting)
{
	const struct conf_setting *s = &conf_settings[_i];
	char *sample = document("conf/credrelay.conf");
	struct buf text = { 0 };

	ck_assert(read_text(BASE) == STATUS_OK);
	cut_sample(s->section, sample);
	buf_printf(&text, "\n# %s\n#%s = ", s->meaning, s->name);
	if (s->initial != NULL) { /* else any example */
		default_written(s, &text);
		buf_puts(&text, "\n");
	}
	ck_assert_msg(
	    strstr(sample, text.data) != NULL, "missing: %s", text.data);
	buf_free(&text);
	free(sample);
}
END_TEST

/* ... and no other: with the comment signs off it is a configuration. */
START_TEST(sample_is_a_configuration)
{
	char *sample = document("conf/credrelay.conf"), *p;
	struct buf text = { 0 };
	size_t lines = 0;

	for (p = strtok(sample, "\n"); p != NULL; p = strtok(NULL, "\n")) {
		if (p[0] == '#' && p[1] >= 'a' && p[1] <= 'z') {
			buf_printf(&text, "%s\n", p + 1);
			lines++;
		} else if (p[0] == '[' || strncmp(p, "#[", 2) == 0) {
			buf_printf(&text, "%s\n", strchr(p, '['));
		}
	}
	ck_assert_msg(read_text(text.data) == STATUS_OK, "%s", error.data);
	ck_assert_uint_eq(lines, conf_settings_count);
	ck_assert(conf.webhook.on && conf.apns.on);
	ck_assert(conf.fcm.on && conf.webpush.on);
	buf_free(&text);
	free(sample);
}
END_TEST

/* As it is, with base_url alone before it, it is what no file at all says. */
START_TEST(sample_says_nothing)
{
	char *sample = document("conf/credrelay.conf");
	struct buf text = { 0 }, defaults = { 0 };

	ck_assert(read_text(BASE) == STATUS_OK);
	conf_write(&conf, &defaults);
	buf_printf(&text, "%s%s", BASE, sample);
	ck_assert_msg(read_text(text.data) == STATUS_OK, "%s", error.data);
	buf_clear(&text);
	conf_write(&conf, &text);
	ck_assert_msg(strcmp(text.data, defaults.data) == 0,
	    "the sample sets what it should show alone");
	buf_free(&text);
	buf_free(&defaults);
	free(sample);
}
END_TEST

/* Adds a bound as values are written. */
static void
bound_written(
    const struct conf_setting *s, unsigned long bound, struct buf *out)
{
	struct conf_setting plain = *s;
	struct conf copy = { 0 };
	struct buf digits = { 0 }, wanted = { 0 };

	plain.zero = NULL;
	buf_printf(&digits, s->type == CONF_MODE ? "%lo" : "%lu", bound);
	ck_assert(
	    conf_value_parse(&plain, digits.data, &copy, &wanted) == STATUS_OK);
	conf_value_write(&plain, &copy, out);
	buf_free(&digits);
	buf_free(&wanted);
}

START_TEST(manual_has_each_setting)
{
	const struct conf_setting *s = &conf_settings[_i];
	char *manual = document("man/credrelay.conf.5"), *item, *end;
	struct buf text = { 0 };

	ck_assert(read_text(BASE) == STATUS_OK);
	cut_manual(s->section, manual);
	buf_printf(&text, "\n.It Ic %s\n", s->name);
	item = strstr(manual, text.data);
	ck_assert_msg(item != NULL, "missing: %s", text.data);
	end = strstr(item + text.len, "\n.It ");
	if (end != NULL)
		*end = '\0';
	if (s->initial == NULL) {
		ck_assert_ptr_nonnull(strstr(item, "Required"));
		goto out;
	}
	buf_clear(&text);
	buf_puts(&text, "\nDefault:\n.Ql ");
	if (*s->initial == '\0')
		buf_puts(&text, "\\(dq\\(dq");
	else
		default_written(s, &text);
	ck_assert_msg(strstr(item, text.data) != NULL &&
		strchr(" \n", strstr(item, text.data)[text.len]) != NULL,
	    "%s: missing: %s", s->name, text.data);
	if (s->max == 0 || conf_is_string(s))
		goto out;
	buf_clear(&text);
	buf_puts(&text, "\nfrom\n.Ql ");
	bound_written(s, s->min, &text);
	buf_puts(&text, "\nto\n.Ql ");
	bound_written(s, s->max, &text);
	buf_puts(&text, " .\n");
	/* The item's end may be cut right behind it. */
	if (end != NULL)
		*end = '\n';
	ck_assert_msg(strstr(item, text.data) != NULL &&
		(end == NULL || strstr(item, text.data) < end),
	    "%s: missing: %s", s->name, text.data);
out:
	buf_free(&text);
	free(manual);
}
END_TEST

START_TEST(manual_has_no_other)
{
	char *manual = document("man/credrelay.conf.5"), *p = manual;
	size_t items = 0;

	while ((p = strstr(p, "\n.It Ic ")) != NULL) {
		p++;
		items++;
	}
	ck_assert_uint_eq(items, conf_settings_count);
	free(manual);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("conf_documents");
	TCase *tc = tcase_create("conf_documents");
	int settings = (int)conf_settings_count;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, sample_has_each_setting, 0, settings);
	tcase_add_test(tc, sample_is_a_configuration);
	tcase_add_test(tc, sample_says_nothing);
	tcase_add_loop_test(tc, manual_has_each_setting, 0, settings);
	tcase_add_test(tc, manual_has_no_other);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
