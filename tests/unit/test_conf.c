/* test_conf: the configuration file: what is read, refused and written. */
#include <check.h>
#include <string.h>

#include "conf_fixture.h"
#include "conf_table.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
static const struct conf_setting *
setting(const char *name)
{
	size_t i;

	for (i = 0; i < conf_settings_count; i++) {
		if (strcmp(conf_settings[i].name, name) == 0)
			return &conf_settings[i];
	}
	ck_abort_msg("no setting %s", name);
	return NULL;
}

/* A line, the setting it sets, and how that is written. */
static const struct good {
	const char *line, *name, *written;
} good[] = {
	{ "batch=1", "batch", "1" },
	{ "batch = 256", "batch", "256" },
	{ "  \tbatch\t = \t7 \t", "batch", "7" },
	{ "batch = 7 # a comment", "batch", "7" },
	{ "batch = \"7\" # a comment", "batch", "7" },
	{ "batch = 7\r", "batch", "7" },
	{ "batch = 007", "batch", "7" },
	{ "workers = auto", "workers", "auto" },
	{ "workers = 1", "workers", "1" },
	{ "workers = 256", "workers", "256" },
	{ "socket_mode = 0600", "socket_mode", "0600" },
	{ "socket_mode = 777", "socket_mode", "0777" },
	{ "socket_mode = 0", "socket_mode", "0000" },
	{ "db_retry = 0", "db_retry", "0" },
	{ "db_retry = 90", "db_retry", "90s" },
	{ "db_retry = 60s", "db_retry", "1m" },
	{ "db_retry = 1h", "db_retry", "1h" },
	{ "max_ttl = 24h", "max_ttl", "24h" },
	{ "max_ttl = 1d", "max_ttl", "24h" },
	{ "max_ttl = 48h", "max_ttl", "2d" },
	{ "max_ttl = 366d", "max_ttl", "366d" },
	{ "default_ttl = 60", "default_ttl", "1m" },
	{ "default_ttl = 7d", "default_ttl", "7d" },
	{ "max_body = 1k", "max_body", "1k" },
	{ "max_body = 1025", "max_body", "1025" },
	{ "max_body = 1m", "max_body", "1m" },
	{ "max_body = 2048", "max_body", "2k" },
	{ "log = syslog", "log", "syslog" },
	{ "log_level = debug", "log_level", "debug" },
	{ "log_level = error", "log_level", "error" },
	{ "user = \"\"", "user", "\"\"" },
	{ "user =", "user", "\"\"" },
	{ "user = # nobody", "user", "\"\"" },
	{ "default_title = A # B", "default_title", "A" },
	{ "default_title = A#B", "default_title", "\"A#B\"" },
	{ "default_title = \"A # B\"", "default_title", "\"A # B\"" },
	{ "default_title = \" A \"", "default_title", "\" A \"" },
	{ "default_title = \"a \\\"b\\\" \\\\c \\d\"", "default_title",
	    "\"a \\\"b\\\" \\\\c \\\\d\"" },
	{ "default_title = a = b", "default_title", "a = b" },
	{ "default_title = Schl\xC3\xBCssel", "default_title",
	    "Schl\xC3\xBCssel" },
	{ "socket = /s", "socket", "/s" },
	{ "pid_file = /p", "pid_file", "/p" },
	{ "pid_file = \"\"", "pid_file", "\"\"" },
	{ "default_image = https://example.com/?a#b", "default_image",
	    "\"https://example.com/?a#b\"" },
	{ "database = host=/run dbname='a b'", "database",
	    "host=/run dbname='a b'" },
};

START_TEST(takes)
{
	const struct good *row = &good[_i];
	struct buf text = { 0 };

	buf_printf(&text, BASE "%s\n", row->line);
	ck_assert_msg(
	    read_text(text.data) == STATUS_OK, "%s: %s", row->line, error.data);
	buf_clear(&text);
	conf_value_write(setting(row->name), &conf, &text);
	ck_assert_msg(strcmp(text.data, row->written) == 0, "%s: %s", row->line,
	    text.data);
	buf_free(&text);
}
END_TEST

/* What is wrong in line 2, and a part of what is said of it. */
static const struct bad {
	const char *line, *said;
} bad[] = {
	{ "foo = 1", "unknown setting \"foo\"" },
	{ "Batch = 1", "unknown setting \"Batch\"" },
	{ "batc = 1", "unknown setting \"batc\"" },
	{ "batch", "\"name = value\" is wanted" },
	{ "batch 3", "\"name = value\" is wanted" },
	{ "= 3", "\"name = value\" is wanted" },
	{ BASE, "base_url is set twice, first in line 1" },
	{ "batch = \"3", "must end with one" },
	{ "batch = \"3\" 4", "only a comment may follow" },
	{ "batch = \"3\\\"", "must end with one" },
	{ "batch =", "batch must be a number from 1 to 256, not \"\"" },
	{ "batch = 0", "a number from 1 to 256, not \"0\"" },
	{ "batch = 257", "a number from 1 to 256" },
	{ "batch = -1", "a number from 1 to 256" },
	{ "batch = +1", "a number from 1 to 256" },
	{ "batch = 1k", "a number from 1 to 256" },
	{ "batch = 1s", "a number from 1 to 256" },
	{ "batch = 1.0", "a number from 1 to 256" },
	{ "batch = 0x10", "a number from 1 to 256" },
	{ "batch = auto", "a number from 1 to 256" },
	{ "batch = 1 2", "a number from 1 to 256" },
	{ "batch = 18446744073709551617", "a number from 1 to 256" },
	{ "batch = 4294967297", "a number from 1 to 256" },
	{ "workers = 0", "auto or a number from 1 to 256, not \"0\"" },
	{ "workers = 257", "auto or a number from 1 to 256" },
	{ "socket_mode = 0800", "an octal mode from 0000 to 0777" },
	{ "socket_mode = 1777", "an octal mode from 0000 to 0777" },
	{ "socket_mode = rw", "an octal mode" },
	{ "db_retry = 3601", "a duration such as 30s, 10m, 24h or 7d, from 0" },
	{ "db_retry = 1 s", "a duration" },
	{ "db_retry = s", "a duration" },
	{ "db_retry = 1ss", "a duration" },
	{ "db_retry = 1w", "a duration" },
	{ "db_retry = 1S", "a duration" },
	{ "db_retry = 18446744073709551615d", "a duration" },
	{ "db_retry = 213503982334602d", "a duration" },
	{ "default_ttl = 59", "from 1m to 366d, not \"59\"" },
	{ "max_ttl = 59s", "from 1m to 366d" },
	{ "max_ttl = 367d", "from 1m to 366d" },
	{ "max_ttl = 1h", "default_ttl must not be longer than max_ttl" },
	{ "default_ttl = 8d", "default_ttl must not be longer than max_ttl" },
	{ "max_body = 1023", "a size such as 1000, 64k or 1m, from 1k to 1m" },
	{ "max_body = 1025k", "a size" },
	{ "max_body = 1M", "a size" },
	{ "request_timeout = 0", "from 1s to 1h" },
	{ "stuck_after = 1", "from 2s to 1h" },
	{ "log = file", "log must be one of stderr, syslog, not \"file\"" },
	{ "log_level = all", "one of error, warning, notice, info, debug" },
	{ "log_level = NOTICE", "one of error" },
	{ "socket = relay.sock", "an absolute path of at most 107 bytes" },
	{ "socket =", "an absolute path of at most 107 bytes, not" },
	{ "pid_file = x", "an absolute path of at most 4095 bytes, or \"\"" },
	{ "key_file = ./key", "an absolute path" },
	{ "default_title =", "a text without tabs, 1 to 128 characters" },
	{ "default_title = \"a\tb\"", "a text without tabs" },
	{ "default_image =", "an https URL" },
	{ "default_image = http://example.com/", "an https URL" },
	{ "default_image = https://u@example.com/", "an https URL" },
	{ "default_title = a\x01", "a control character" },
	{ "default_title = a\x7f", "a control character" },
	{ "default_title = a\xC2\x85", "a control character" },
	{ "# \x1b[2J", "a control character" },
	{ "default_title = a\xFF", "not UTF-8" },
	{ "default_title = \xC0\x80", "not UTF-8" },
};

START_TEST(refuses)
{
	const struct bad *row = &bad[_i];
	struct buf text = { 0 };

	buf_printf(&text, BASE "%s\nbatch = 1\n", row->line);
	ck_assert_msg(read_text(text.data) == STATUS_INVALID, "%s", row->line);
	buf_clear(&text);
	buf_printf(&text, "%s:2: ", path);
	ck_assert_msg(strncmp(error.data, text.data, text.len) == 0 &&
		strstr(error.data, row->said) != NULL,
	    "%s: %s", row->line, error.data);
	ck_assert_ptr_null(strchr(error.data, '\n'));
	buf_free(&text);
}
END_TEST

static const struct {
	const char *url;
	bool ok;
} base_urls[] = {
	{ "https://relay.example.com", true },
	{ "https://relay.example.com:8443", true },
	{ "https://relay.example.com/shares", true },
	{ "http://127.0.0.1", true },
	{ "http://127.0.0.1:8080", true },
	{ "http://[::1]:8080", true },
	{ "http://localhost:8080/x", true },
	{ "http://relay.example.com", false },
	{ "http://localhost.example.com", false },
	{ "http://127.0.0.1.example.com", false },
	{ "http://127.0.0.1@example.com", false },
	{ "http://localhost:8080@example.com", false },
	{ "http://127.0.0.2", false },
	{ "http://127.0.0.1:99999", false },
	{ "https://relay.example.com/", false },
	{ "https://relay.example.com/a/", false },
	{ "https://relay.example.com?a", false },
	{ "https://relay.example.com/#a", false },
	{ "https://u@relay.example.com", false },
	{ "https://", false },
	{ "https:relay.example.com", false },
	{ "relay.example.com", false },
	{ "ftp://relay.example.com", false },
	{ "\"https://relay.example.com/a b\"", false },
	{ "\"\"", false },
};

START_TEST(checks_base_url)
{
	struct buf text = { 0 };
	enum status status;

	buf_printf(&text, "base_url = %s\n", base_urls[_i].url);
	status = read_text(text.data);
	buf_free(&text);
	ck_assert_msg((status == STATUS_OK) == base_urls[_i].ok, "%s: %s",
	    base_urls[_i].url, error.len > 0 ? error.data : "taken");
	if (!base_urls[_i].ok)
		ck_assert_msg(strstr(error.data,
				  ":1: base_url must be an "
				  "https URL (http for ") != NULL,
		    "%s", error.data);
}
END_TEST

START_TEST(wants_base_url)
{
	ck_assert(read_text("# nothing\n\n") == STATUS_INVALID);
	ck_assert_ptr_nonnull(strstr(error.data, ": base_url is not set"));
}
END_TEST

START_TEST(names_the_line)
{
	ck_assert(
	    read_text("\n# one\n" BASE "\n\n  x = 1\n") == STATUS_INVALID);
	ck_assert_ptr_nonnull(strstr(error.data, ":6: unknown setting"));
	/* The later line of two that do not go together. */
	ck_assert(read_text("default_ttl = 2h\n" BASE "max_ttl = 1h\n") ==
	    STATUS_INVALID);
	ck_assert_ptr_nonnull(strstr(error.data, ":3: default_ttl"));
	ck_assert(read_text("max_ttl = 1h\n" BASE "default_ttl = 2h\n") ==
	    STATUS_INVALID);
	ck_assert_ptr_nonnull(strstr(error.data, ":3: default_ttl"));
}
END_TEST

START_TEST(needs_no_newline_at_the_end)
{
	ck_assert(read_text(BASE "batch = 9") == STATUS_OK);
	ck_assert_uint_eq(conf.batch, 9);
}
END_TEST

START_TEST(refuses_nul)
{
	static const char text[] = BASE "batch = 9\0\n";

	ck_assert(read_bytes(text, sizeof(text) - 1) == STATUS_INVALID);
	ck_assert_ptr_nonnull(strstr(error.data, ":2: a control"));
}
END_TEST

START_TEST(tells_what_cannot_be_read)
{
	ck_assert(conf_read("/nonexistent/x", &conf, &error) == STATUS_IO);
	ck_assert_str_eq(
	    error.data, "/nonexistent/x: No such file or directory");
	conf_free(&conf);
	ck_assert(conf_read("/dev/zero", &conf, &error) == STATUS_IO);
	ck_assert_str_eq(error.data, "/dev/zero: File too large");
}
END_TEST

/* All that differs from its default, written, read and written again. */
START_TEST(reads_what_it_writes)
{
	struct buf first = { 0 }, second = { 0 };

	ck_assert_msg(
	    read_text(
		"socket = /a\nsocket_mode = 0640\nuser = \" u\"\ngroup = g\n"
		"workers = 3\nbatch = 4\nbase_url = http://localhost:1\n"
		"key_file = \"/k # 1\"\ndatabase = \"host='a\\\\'b' "
		"dbname=#\"\n"
		"db_retry = 61\nmax_body = 1234\ndefault_ttl = 61m\n"
		"max_ttl = 49h\ndefault_title = \"\\\"\\\\\"\n"
		"default_description = \"#\"\ndefault_image = https://a/#b\n"
		"log_level = info\nlog = syslog\npid_file = /p\n"
		"request_timeout = 5m\nstuck_after = 2\n") == STATUS_OK,
	    "%s", error.data);
	conf_write(&conf, &first);
	ck_assert_msg(read_text(first.data) == STATUS_OK, "%s", error.data);
	conf_write(&conf, &second);
	ck_assert_str_eq(first.data, second.data);
	ck_assert_str_eq(conf.user, " u");
	ck_assert_str_eq(conf.key_file, "/k # 1");
	ck_assert_str_eq(conf.database, "host='a\\'b' dbname=#");
	ck_assert_str_eq(conf.default_title, "\"\\");
	ck_assert_uint_eq(conf.max_body, 1234);
	ck_assert_uint_eq(conf.socket_mode, 0640);
	ck_assert_uint_eq(conf.default_ttl, 61 * 60);
	ck_assert_uint_eq(conf.max_ttl, 49 * 60 * 60);
	ck_assert(conf.log == LOG_TO_SYSLOG);
	ck_assert(conf.log_level == LOG_LEVEL_INFO);
	buf_free(&first);
	buf_free(&second);
}
END_TEST

START_TEST(keeps_what_only_a_restart_changes)
{
	struct conf new = { 0 };
	struct buf changed = { 0 };

	ck_assert(read_text(BASE "socket = /new\nsocket_mode = 0600\n"
				 "batch = 9\nuser = u\n") == STATUS_OK);
	new = conf;
	conf = (struct conf){ 0 };
	ck_assert(read_text(BASE "socket = /old\nuser = u\n") == STATUS_OK);
	conf_keep_fixed(&new, &conf, &changed);
	ck_assert_str_eq(changed.data, "socket, socket_mode");
	ck_assert_str_eq(new.socket, "/old");
	ck_assert_uint_eq(new.socket_mode, 0660);
	ck_assert_uint_eq(new.batch, 9);
	buf_clear(&changed);
	conf_keep_fixed(&new, &conf, &changed);
	ck_assert_uint_eq(changed.len, 0);
	buf_free(&changed);
	conf_free(&new);
}
END_TEST

/* Strings and numbers go to the members that bear their names. */
START_TEST(has_defaults)
{
	ck_assert(read_text(BASE) == STATUS_OK);
	ck_assert_str_eq(conf.base_url, "https://relay.example.com");
	ck_assert_str_eq(conf.socket, RUNSTATEDIR "/credrelay/credrelay.sock");
	ck_assert_str_eq(conf.key_file, SYSCONFDIR "/credrelay/server.key");
	ck_assert_str_eq(conf.database, "dbname=credrelay user=relay_worker");
	ck_assert_str_eq(conf.user, "");
	ck_assert_str_eq(conf.group, "");
	ck_assert_str_eq(conf.pid_file, "");
	ck_assert_uint_eq(conf.socket_mode, 0660);
	ck_assert_uint_eq(conf.workers, 0);
	ck_assert_uint_eq(conf.batch, 64);
	ck_assert_uint_eq(conf.db_retry, 10);
	ck_assert_uint_eq(conf.max_body, 65536);
	ck_assert_uint_eq(conf.default_ttl, 86400);
	ck_assert_uint_eq(conf.max_ttl, 604800);
	ck_assert_uint_eq(conf.request_timeout, 30);
	ck_assert_uint_eq(conf.stuck_after, 30);
	ck_assert(conf.log == LOG_TO_STDERR);
	ck_assert(conf.log_level == LOG_LEVEL_NOTICE);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("conf");
	TCase *tc = tcase_create("conf");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, takes, 0, LEN(good));
	tcase_add_loop_test(tc, refuses, 0, LEN(bad));
	tcase_add_loop_test(tc, checks_base_url, 0, LEN(base_urls));
	tcase_add_test(tc, wants_base_url);
	tcase_add_test(tc, names_the_line);
	tcase_add_test(tc, needs_no_newline_at_the_end);
	tcase_add_test(tc, refuses_nul);
	tcase_add_test(tc, tells_what_cannot_be_read);
	tcase_add_test(tc, reads_what_it_writes);
	tcase_add_test(tc, keeps_what_only_a_restart_changes);
	tcase_add_test(tc, has_defaults);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
