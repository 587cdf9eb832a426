/* test_conf_section: sections of the configuration file, and gateways. */
#include <check.h>
#include <string.h>

#include "conf_fixture.h"
#include "conf_table.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* What each gateway cannot do without. */
#define WEBHOOK                                                                \
	"[webhook]\nurl = https://hooks.example.com/push\n"                    \
	"secret_file = /etc/credrelay/webhook.secret\n"
#define APNS                                                                   \
	"[com.apple.apns]\nkey_file = /etc/credrelay/apns.p8\n"                \
	"key_id = ABC123DEFG\nteam_id = DEF123GHIJ\ntopics = "                 \
	"com.example.app\n"
#define FCM "[com.google.fcm]\nservice_account_file = /etc/credrelay/fcm.json\n"
#define WEBPUSH                                                                \
	"[webpush]\nvapid_key_file = /etc/credrelay/vapid.pem\n"               \
	"subject = mailto:admin@example.com\n"

START_TEST(has_defaults)
{
	size_t i;

	ck_assert(read_text(BASE) == STATUS_OK);
	ck_assert_uint_eq(conf.max_wait, 25);
	ck_assert_uint_eq(conf.max_waiters, 10000);
	ck_assert(!conf.notify_on_delete);
	ck_assert_str_eq(
	    conf.notify.database, "dbname=credrelay user=relay_notifier");
	ck_assert_uint_eq(conf.notify.in_flight, 100);
	ck_assert(conf.notify.log == LOG_TO_STDERR);
	ck_assert(conf.notify.log_level == LOG_LEVEL_NOTICE);
	ck_assert(!conf.webhook.on && !conf.apns.on);
	ck_assert(!conf.fcm.on && !conf.webpush.on);
	for (i = 0; i < conf_settings_count; i++) {
		if (conf_is_string(&conf_settings[i]))
			ck_assert_ptr_nonnull(
			    *conf_string(&conf_settings[i], &conf));
	}
}
END_TEST

/* Each value ends in the member that bears its section and its name. */
START_TEST(fills_its_members)
{
	ck_assert_msg(
	    read_text(
		"key_file = /a\ndatabase = dbname=a\nuser = a\ngroup = a\n"
		"pid_file = /a\nlog = stderr\nlog_level = error\n" BASE
		"max_wait = 2m\nmax_waiters = 7\nnotify_on_delete = yes\n"
		"[notify]\ndatabase = dbname=b\nkey_file = /b\nuser = b\n"
		"group = c\npid_file = /c\nin_flight = 8\nlog = syslog\n"
		"log_level = debug\n" APNS
		"url = https://a.example.com\nca_file = /apns\n"
		"allow_addresses = 10.0.0.0/8\n" WEBPUSH
		"hosts = push.example.com\nca_file = /webpush\n" FCM
		"url = https://f.example.com\nca_file = /fcm\n" WEBHOOK
		"types = a b\nca_file = /webhook\n") == STATUS_OK,
	    "%s", error.data);
	ck_assert_str_eq(conf.key_file, "/a");
	ck_assert_str_eq(conf.database, "dbname=a");
	ck_assert_str_eq(conf.user, "a");
	ck_assert(conf.log == LOG_TO_STDERR);
	ck_assert(conf.log_level == LOG_LEVEL_ERROR);
	ck_assert_uint_eq(conf.max_wait, 120);
	ck_assert_uint_eq(conf.max_waiters, 7);
	ck_assert(conf.notify_on_delete);
	ck_assert_str_eq(conf.notify.database, "dbname=b");
	ck_assert_str_eq(conf.notify.key_file, "/b");
	ck_assert_str_eq(conf.notify.user, "b");
	ck_assert_str_eq(conf.notify.group, "c");
	ck_assert_str_eq(conf.notify.pid_file, "/c");
	ck_assert_uint_eq(conf.notify.in_flight, 8);
	ck_assert(conf.notify.log == LOG_TO_SYSLOG);
	ck_assert(conf.notify.log_level == LOG_LEVEL_DEBUG);
	ck_assert(conf.webhook.on && conf.apns.on);
	ck_assert(conf.fcm.on && conf.webpush.on);
	ck_assert_str_eq(conf.webhook.url, "https://hooks.example.com/push");
	ck_assert_str_eq(conf.webhook.types, "a b");
	ck_assert_str_eq(conf.webhook.allow_addresses, "");
	ck_assert_str_eq(conf.webhook.ca_file, "/webhook");
	ck_assert_str_eq(conf.apns.key_file, "/etc/credrelay/apns.p8");
	ck_assert_str_eq(conf.apns.key_id, "ABC123DEFG");
	ck_assert_str_eq(conf.apns.team_id, "DEF123GHIJ");
	ck_assert_str_eq(conf.apns.topics, "com.example.app");
	ck_assert_str_eq(conf.apns.url, "https://a.example.com");
	ck_assert_str_eq(conf.apns.allow_addresses, "10.0.0.0/8");
	ck_assert_str_eq(conf.apns.ca_file, "/apns");
	ck_assert_str_eq(conf.fcm.url, "https://f.example.com");
	ck_assert_str_eq(conf.fcm.ca_file, "/fcm");
	ck_assert_str_eq(conf.webpush.subject, "mailto:admin@example.com");
	ck_assert_str_eq(conf.webpush.hosts, "push.example.com");
	ck_assert_str_eq(conf.webpush.ca_file, "/webpush");
}
END_TEST

/* A file behind its first line, and what follows from it. */
static const struct {
	const char *text;
	const char *said; /* NULL: it is taken */
} files[] = {
	{ "[notify]\nuser = u\n", NULL },
	{ "  [notify]\t # a comment\nuser = u\n", NULL },
	{ "[notify]#\r\n\n# a comment\nuser = u\r\n", NULL },
	{ "[notify]", NULL },
	{ "user = u\n[notify]\nuser = u\n", NULL },
	{ "# [webhook]\n", NULL },
	{ WEBHOOK, NULL },
	{ APNS, NULL },
	{ FCM, NULL },
	{ WEBPUSH, NULL },
	{ WEBPUSH FCM "[notify]\n" APNS WEBHOOK, NULL },
	{ "[notifier]\n", ":2: there is no section \"notifier\"" },
	{ "[Notify]\n", ":2: there is no section \"Notify\"" },
	{ "[notify ]\n", ":2: there is no section \"notify \"" },
	{ "[]\n", ":2: there is no section \"\"" },
	{ "[notify\n", ":2: \"[section]\" is wanted" },
	{ "[\n", ":2: \"[section]\" is wanted" },
	{ "[notify] user = u\n", ":2: \"[section]\" is wanted" },
	{ "[notify]]\n", ":2: \"[section]\" is wanted" },
	{ "[notify] = u\n", ":2: \"[section]\" is wanted" },
	{ "[notify]\n" FCM "[notify]\n",
	    ":5: section notify begins twice, first in line 2" },
	{ FCM FCM, ":4: section com.google.fcm begins twice, first in line 2" },
	{ "in_flight = 3\n", ":2: unknown setting \"in_flight\"" },
	{ "[notify]\nbatch = 3\n",
	    ":3: unknown setting \"batch\" in section notify" },
	{ FCM "vapid_key_file = /v\n",
	    ":4: unknown setting \"vapid_key_file\" in section "
	    "com.google.fcm" },
	{ "[notify]\nuser = u\nuser = u\n",
	    ":4: user is set twice, first in line 3" },
	{ "[webhook]\nurl = https://a.example.com\n",
	    ":2: section webhook: secret_file is not set and has no default" },
	{ "[webhook]\nsecret_file = /s\n", ":2: section webhook: url is not" },
	{ "[com.apple.apns]\nkey_id = A\nteam_id = B\ntopics = c\n",
	    ":2: section com.apple.apns: key_file is not" },
	{ "[com.apple.apns]\nkey_file = /k\nteam_id = B\ntopics = c\n",
	    ":2: section com.apple.apns: key_id is not" },
	{ "[com.apple.apns]\nkey_file = /k\nkey_id = A\ntopics = c\n",
	    ":2: section com.apple.apns: team_id is not" },
	{ "[com.apple.apns]\nkey_file = /k\nkey_id = A\nteam_id = B\n",
	    ":2: section com.apple.apns: topics is not" },
	{ WEBHOOK "[com.google.fcm]\n",
	    ":5: section com.google.fcm: service_account_file is not" },
	{ "[webpush]\nsubject = https://example.com\n",
	    ":2: section webpush: vapid_key_file is not" },
	{ "[webpush]\nvapid_key_file = /v\n",
	    ":2: section webpush: subject is not" },
	/* The forms that only sections have. */
	{ "notify_on_delete = yes\n", NULL },
	{ "notify_on_delete = no\n", NULL },
	{ "notify_on_delete = true\n",
	    ":2: notify_on_delete must be one of no, yes, not \"true\"" },
	{ "notify_on_delete = 1\n", "one of no, yes" },
	{ "notify_on_delete =\n", "one of no, yes" },
	{ "max_wait = 0\n", NULL },
	{ "max_wait = 121\n", "from 0 to 2m, not \"121\"" },
	{ "max_waiters = 1000001\n", "a number from 0 to 1000000" },
	{ "[notify]\nin_flight = 0\n", "a number from 1 to 1000" },
	{ FCM "url = https://example.com/\n", ":4: url must be an https URL" },
	{ FCM "url = http://example.com\n", ":4: url must be an https URL" },
	{ FCM "url = http://localhost\n", ":4: url must be an https URL" },
	{ APNS "url = http://localhost\n", ":7: url must be an https URL" },
	{ FCM "ca_file = ca.pem\n", ":4: ca_file must be an absolute path" },
};

START_TEST(reads_sections)
{
	const char *said = files[_i].said;
	struct buf text = { 0 };
	enum status status;

	buf_printf(&text, "%s%s", BASE, files[_i].text);
	status = read_text(text.data);
	ck_assert_msg((status == STATUS_OK) == (said == NULL), "%s: %s",
	    files[_i].text, status == STATUS_OK ? "taken" : error.data);
	if (said != NULL)
		ck_assert_msg(strstr(error.data, said) != NULL, "%s: %s",
		    files[_i].text, error.data);
	buf_free(&text);
}
END_TEST

static const struct {
	const char *section, *line;
	bool ok;
} values[] = {
	{ "webhook", "url = https://hooks.example.com", true },
	{ "webhook", "url = https://hooks.example.com/", true },
	{ "webhook", "url = https://hooks.example.com:8443/a?b=c&d=/", true },
	{ "webhook", "url = http://127.0.0.1:9000/a/", true },
	{ "webhook", "url = http://localhost/?a", true },
	{ "webhook", "url = http://hooks.example.com/", false },
	{ "webhook", "url = http://127.0.0.1.example.com/", false },
	{ "webhook", "url = https://u@hooks.example.com/", false },
	{ "webhook", "url = https://hooks.example.com/#a", false },
	{ "webhook", "url = \"https://hooks.example.com/a b\"", false },
	{ "webhook", "url = \"https://hooks.example.com/\\\\\"", false },
	{ "webhook", "url = ftp://hooks.example.com/", false },
	{ "webhook", "url =", false },
	{ "webhook", "types = \" a  b \"", true },
	{ "webhook", "types =", false },
	{ "webhook", "types = \"  \"", false },
	{ "webhook", "types = \"a\tb\"", false },
	{ "webpush", "hosts =", true },
	{ "webpush", "hosts = a.example.com b.example.com", true },
	{ "webpush", "hosts = \" \"", false },
	{ "webpush", "subject = mailto:a@example.com", true },
	{ "webpush", "subject = https://example.com/contact", true },
	{ "webpush", "subject = mailto:", false },
	{ "webpush", "subject = mailto:@example.com", false },
	{ "webpush", "subject = mailto:a\"b@example.com", false },
	{ "webpush", "subject = https://example.com/\\", false },
	{ "webpush", "subject = mailto:a@", false },
	{ "webpush", "subject = \"mailto:a b@example.com\"", false },
	{ "webpush", "subject = \"https://example.com/a b\"", false },
	{ "webpush", "subject = http://example.com/", false },
	{ "webpush", "subject = a@example.com", false },
	{ "webpush", "subject =", false },
};

/* Only the value may be wrong: that something else lacks is told later. */
START_TEST(checks_values)
{
	struct buf text = { 0 };

	buf_printf(
	    &text, "%s[%s]\n%s\n", BASE, values[_i].section, values[_i].line);
	ck_assert(read_text(text.data) == STATUS_INVALID);
	ck_assert_msg((strstr(error.data, ":3: ") == NULL) == values[_i].ok,
	    "%s: %s", values[_i].line, error.data);
	buf_free(&text);
}
END_TEST

/* Sections that are on or off stay so. */
static const char *const wholes[] = { BASE,
	BASE "notify_on_delete = yes\n" WEBHOOK,
	BASE APNS "allow_addresses = 10.0.0.0/8 fd00::/8\n" FCM,
	BASE "[notify]\nuser = \"#\"\n" WEBHOOK APNS FCM WEBPUSH
	     "hosts = a b\n" };

START_TEST(reads_what_it_writes)
{
	static const char *const names[] = { "[notify]", "[webhook]",
		"[com.apple.apns]", "[com.google.fcm]", "[webpush]" };
	struct buf first = { 0 }, second = { 0 };
	size_t i;

	ck_assert_msg(read_text(wholes[_i]) == STATUS_OK, "%s", error.data);
	conf_write(&conf, &first);
	ck_assert_msg(read_text(first.data) == STATUS_OK, "%s", error.data);
	conf_write(&conf, &second);
	ck_assert_msg(strcmp(first.data, second.data) == 0, "%s", wholes[_i]);
	for (i = 0; i < LEN(names); i++) {
		bool there = strstr(wholes[_i], names[i]) != NULL || i == 0;

		ck_assert_msg((strstr(first.data, names[i]) != NULL) == there,
		    "%s: %s", names[i], wholes[_i]);
	}
	buf_free(&first);
	buf_free(&second);
}
END_TEST

/* The notifier has its own processes: the relay has nothing to say of them. */
START_TEST(keeps_nothing_of_the_notifier)
{
	struct conf new = { 0 };
	struct buf changed = { 0 };

	ck_assert(read_text(BASE "[notify]\nuser = new\npid_file = /new\n") ==
	    STATUS_OK);
	new = conf;
	conf = (struct conf){ 0 };
	ck_assert(read_text(BASE "[notify]\nuser = old\n") == STATUS_OK);
	conf_keep_fixed(&new, &conf, &changed);
	ck_assert_uint_eq(changed.len, 0);
	ck_assert_str_eq(new.notify.user, "new");
	buf_free(&changed);
	conf_free(&new);
}
END_TEST

static const struct {
	const char *sections, *type;
	enum conf_gateway gateway;
} gateways[] = {
	{ "", "webhook", CONF_GATEWAY_NONE },
	{ "", "com.apple.apns", CONF_GATEWAY_NONE },
	{ "", "", CONF_GATEWAY_NONE },
	{ WEBHOOK, "webhook", CONF_WEBHOOK },
	{ WEBHOOK, "com.apple.apns", CONF_GATEWAY_NONE },
	{ WEBHOOK, "com.google.fcm", CONF_GATEWAY_NONE },
	{ WEBHOOK, "webpush", CONF_GATEWAY_NONE },
	{ WEBHOOK, "", CONF_GATEWAY_NONE },
	{ WEBHOOK, "Webhook", CONF_GATEWAY_NONE },
	{ WEBHOOK, "webhoo", CONF_GATEWAY_NONE },
	{ WEBHOOK, "webhooks", CONF_GATEWAY_NONE },
	{ WEBHOOK "types = \" a  b.c d\"\n", "a", CONF_WEBHOOK },
	{ WEBHOOK "types = \" a  b.c d\"\n", "b.c", CONF_WEBHOOK },
	{ WEBHOOK "types = \" a  b.c d\"\n", "d", CONF_WEBHOOK },
	{ WEBHOOK "types = \" a  b.c d\"\n", "b", CONF_GATEWAY_NONE },
	{ WEBHOOK "types = \" a  b.c d\"\n", "a  b.c", CONF_GATEWAY_NONE },
	{ WEBHOOK "types = \" a  b.c d\"\n", " ", CONF_GATEWAY_NONE },
	{ WEBHOOK "types = \" a  b.c d\"\n", "", CONF_GATEWAY_NONE },
	{ WEBHOOK "types = \" a  b.c d\"\n", "webhook", CONF_GATEWAY_NONE },
	{ APNS, "com.apple.apns", CONF_APNS },
	{ APNS, "com.google.fcm", CONF_GATEWAY_NONE },
	{ FCM, "com.google.fcm", CONF_FCM },
	{ FCM, "webpush", CONF_GATEWAY_NONE },
	{ WEBPUSH, "webpush", CONF_WEBPUSH },
	{ WEBPUSH, "webhook", CONF_GATEWAY_NONE },
	/* A webhook may stand in for a gateway, but not before it. */
	{ WEBHOOK "types = com.apple.apns\n", "com.apple.apns", CONF_WEBHOOK },
	{ WEBHOOK "types = com.apple.apns\n" APNS, "com.apple.apns",
	    CONF_APNS },
	{ WEBHOOK "types = com.google.fcm webpush\n" FCM WEBPUSH,
	    "com.google.fcm", CONF_FCM },
	{ WEBHOOK "types = com.google.fcm webpush\n" FCM WEBPUSH, "webpush",
	    CONF_WEBPUSH },
};

START_TEST(finds_the_gateway)
{
	struct buf text = { 0 };

	buf_printf(&text, "%s%s", BASE, gateways[_i].sections);
	ck_assert_msg(read_text(text.data) == STATUS_OK, "%s", error.data);
	ck_assert_msg(
	    conf_gateway(&conf, gateways[_i].type) == gateways[_i].gateway,
	    "\"%s\" with %s", gateways[_i].type, gateways[_i].sections);
	buf_free(&text);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("conf_section");
	TCase *tc = tcase_create("conf_section");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, has_defaults);
	tcase_add_test(tc, fills_its_members);
	tcase_add_loop_test(tc, reads_sections, 0, LEN(files));
	tcase_add_loop_test(tc, checks_values, 0, LEN(values));
	tcase_add_loop_test(tc, reads_what_it_writes, 0, LEN(wholes));
	tcase_add_test(tc, keeps_nothing_of_the_notifier);
	tcase_add_loop_test(tc, finds_the_gateway, 0, LEN(gateways));
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
