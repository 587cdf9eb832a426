/* conf_text.c: the settings that are strings: checked, stored and written. */
#include "conf_text.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "url.h"
#include "utf8.h"

char **
conf_string(const struct conf_setting *setting, struct conf *conf)
{
	return ((char **)(void *)((char *)conf + setting->offset));
}

const char *
conf_text_get(const struct conf_setting *setting, const struct conf *conf)
{
	const char *text;

	memcpy(&text, (const char *)conf + setting->offset, sizeof(text));
	return (text);
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

static bool
is_url(const char *text)
{
	struct buf https = { 0 };
	bool ok;

	if (strpbrk(text, "#\\\" ") != NULL)
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

/* Something is put behind it. */
static bool
is_base_url(const char *text)
{
	return (strchr(text, '?') == NULL && text[strlen(text) - 1] != '/' &&
	    is_url(text));
}

/* RFC 8292, 2.1. */
static bool
is_contact(const char *text)
{
	const char *at = strchr(text, '@');

	if (strpbrk(text, " \"\\") != NULL)
		return (false);
	if (strncmp(text, "mailto:", strlen("mailto:")) == 0)
		return (at > text + strlen("mailto:") && at[1] != '\0');
	return (url_check_https(text, strlen(text)) == STATUS_OK);
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
	case CONF_URL:
		return (is_url(text));
	case CONF_BASE_URL:
		return (is_base_url(text));
	case CONF_HTTPS_BASE_URL:
		return (is_base_url(text) && !is_loopback_http(text));
	case CONF_CONTACT:
		return (is_contact(text));
	case CONF_WORDS:
		return (*text == '\0' || text[strspn(text, " ")] != '\0');
	default:
		return (true);
	}
}

enum status
conf_text_parse(const struct conf_setting *setting, const char *text,
    struct conf *conf, struct buf *wanted)
{
	static const char *const form[] = {
		[CONF_STRING] = "a text without tabs",
		[CONF_SECRET] = "a connection string of libpq "
				"without tabs",
		[CONF_PATH] = "an absolute path",
		[CONF_HTTPS_URL] = "an https URL without user info",
		[CONF_URL] = "an https URL (http for 127.0.0.1, [::1] and "
			     "localhost alone) without user info and fragment",
		[CONF_BASE_URL] =
		    "an https URL (http for 127.0.0.1, [::1] "
		    "and localhost alone) without user info, query, "
		    "fragment and a slash at its end",
		[CONF_HTTPS_BASE_URL] =
		    "an https URL without user info, query, "
		    "fragment and a slash at its end",
		[CONF_CONTACT] = "a mailto: or https: address",
		[CONF_WORDS] = "words with spaces between them",
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

/* Quotes hold what would otherwise be trimmed, cut or taken for a quote. */
static void
quoted_write(const char *text, struct buf *out)
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
conf_text_write(const struct conf_setting *setting, const struct conf *conf,
    struct buf *out)
{
	const char *text = conf_text_get(setting, conf);
	struct buf masked = { 0 };

	if (setting->type == CONF_SECRET) {
		conf_mask_conninfo(text, &masked);
		text = masked.data;
	}
	quoted_write(text, out);
	buf_free(&masked);
}
