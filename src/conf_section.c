/* conf_section.c: the sections of the file, and the gateways among them. */
#include "conf_table.h"

#include <string.h>

/* `on` is where struct conf has whether it is there; 0: it always is. */
static const struct {
	const char *name;
	size_t on;
} sections[CONF_SECTIONS] = {
	[CONF_GLOBAL] = { "", 0 },
	[CONF_NOTIFY] = { "notify", 0 },
	[CONF_SECTION_WEBHOOK] = { "webhook",
	    offsetof(struct conf, webhook.on) },
	[CONF_SECTION_APNS] = { "com.apple.apns",
	    offsetof(struct conf, apns.on) },
	[CONF_SECTION_FCM] = { "com.google.fcm",
	    offsetof(struct conf, fcm.on) },
	[CONF_SECTION_WEBPUSH] = { "webpush",
	    offsetof(struct conf, webpush.on) },
};

const char *
conf_section_name(enum conf_section section)
{
	return (sections[section].name);
}

bool
conf_section_is_on(enum conf_section section, const struct conf *conf)
{
	size_t on = sections[section].on;

	return (on == 0 || *(const bool *)((const char *)conf + on));
}

void
conf_section_switch_on(enum conf_section section, struct conf *conf)
{
	if (sections[section].on != 0)
		*(bool *)((char *)conf + sections[section].on) = true;
}

bool
conf_has_word(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words != '\0'; words += n) {
		words += strspn(words, " ");
		n = strcspn(words, " ");
		if (n != 0 && n == len && strncmp(words, word, len) == 0)
			return (true);
	}
	return (false);
}

enum conf_gateway
conf_gateway(const struct conf *conf, const char *type)
{
	if (conf->apns.on && strcmp(type, "com.apple.apns") == 0)
		return (CONF_APNS);
	if (conf->fcm.on && strcmp(type, "com.google.fcm") == 0)
		return (CONF_FCM);
	if (conf->webpush.on && strcmp(type, "webpush") == 0)
		return (CONF_WEBPUSH);
	if (conf->webhook.on && conf_has_word(conf->webhook.types, type))
		return (CONF_WEBHOOK);
	return (CONF_GATEWAY_NONE);
}
