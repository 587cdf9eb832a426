/* notify_fixture.h: the four gateways with keys of their own, for tests. */
#ifndef CREDRELAY_NOTIFY_FIXTURE_H
#define CREDRELAY_NOTIFY_FIXTURE_H

#include "mem.h"
#include "notify/crypto.h"
#include "notify/gateway.h"
#include "notify_keys.h"
#include "tap.h"

enum { NOW = 1700000000, LATER = NOW + 600 };

#define DELIVERY "0b5e3c9c-1f0a-4a53-9f3c-6a0b7d1f2e3d"
#define SECRET "a secret of 32 bytes for the MAC"

static struct conf conf;
static EVP_PKEY *p256, *rsa;
static char *p256_pem, *rsa_pem;
static char folder[] = "/tmp/credrelay-test-notify-XXXXXX";

/* A file with this text, in the tests' folder; its path. */
static inline char *
place(const char *name, const char *text, size_t len)
{
	struct buf path = { 0 };
	FILE *file;

	buf_printf(&path, "%s/%s", folder, name);
	file = fopen(path.data, "w");
	must(file != NULL);
	must(fwrite(text, 1, len, file) == len);
	must(fclose(file) == 0);
	return (path.data);
}

/* A service account's JSON; the key's newlines are escaped. */
static inline char *
place_account(const char *project, const char *email, const char *key,
    const char *token_uri)
{
	struct buf text = { 0 };
	char *path;

	buf_printf(&text,
	    "{\"type\":\"service_account\",\"project_id\":\"%s\","
	    "\"client_email\":\"%s\",\"token_uri\":\"%s\",\"private_key\":\"",
	    project, email, token_uri);
	for (; *key != '\0'; key++) {
		if (*key == '\n')
			buf_puts(&text, "\\n");
		else
			buf_add(&text, key, 1);
	}
	buf_puts(&text, "\"}\n");
	path = place("account.json", text.data, text.len);
	buf_free(&text);
	return (path);
}

/* All owned by `conf`, so that a test may replace one by `change`. */
static inline void
change(char **setting, const char *value)
{
	free(*setting);
	*setting = mem_strdup(value);
}

static inline void
fixture_begin(void)
{
	must(mkdtemp(folder) != NULL);
	p256 = EVP_EC_gen("prime256v1");
	rsa = rsa_key();
	p256_pem = pem_of(p256, NULL);
	rsa_pem = pem_of(rsa, NULL);
	conf.webhook.url = mem_strdup("https://hooks.example/push?x=1");
	conf.webhook.secret_file =
	    place("secret", SECRET "\n", strlen(SECRET) + 1);
	conf.webhook.types = mem_strdup("webhook");
	conf.webhook.allow_addresses = mem_strdup("10.0.0.0/8");
	conf.webhook.ca_file = mem_strdup("/ca/webhook");
	conf.apns.key_file = place("p8", p256_pem, strlen(p256_pem));
	conf.apns.key_id = mem_strdup("KEY4567890");
	conf.apns.team_id = mem_strdup("TEAM567890");
	conf.apns.topics = mem_strdup("com.example.app pass.com.example.key");
	conf.apns.url = mem_strdup("https://api.push.example");
	conf.apns.allow_addresses = mem_strdup("");
	conf.apns.ca_file = mem_strdup("/ca/apns");
	conf.fcm.service_account_file = place_account("keys-1",
	    "push@keys-1.example", rsa_pem, "https://oauth.example/token");
	conf.fcm.url = mem_strdup("https://fcm.example");
	conf.fcm.allow_addresses = mem_strdup("");
	conf.fcm.ca_file = mem_strdup("");
	conf.webpush.vapid_key_file = mem_strdup(conf.apns.key_file);
	conf.webpush.subject = mem_strdup("mailto:push@relay.example");
	conf.webpush.hosts = mem_strdup("");
	conf.webpush.allow_addresses = mem_strdup("");
	conf.webpush.ca_file = mem_strdup("");
}

static inline void
fixture_end(void)
{
	struct buf command = { 0 };

	buf_printf(&command, "rm -rf '%s'", folder);
	must(system(command.data) == 0);
	buf_free(&command);
	conf_free(&conf);
	EVP_PKEY_free(p256);
	EVP_PKEY_free(rsa);
	free(p256_pem);
	free(rsa_pem);
}

/* What main() is to return. */
static inline int
fixture_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	fixture_begin();
	failed = tap_run(runner);
	fixture_end();
	return (failed);
}

static inline struct gateway *
must_open(enum conf_gateway which)
{
	struct gateway *g = NULL;
	struct buf error = { 0 };
	enum status status = gateway_open(&conf, which, &g, &error);

	ck_assert_msg(status == STATUS_OK, "%s", error.data);
	ck_assert_uint_eq(error.len, 0);
	return (g);
}

/* The request for a token, as gateway_push makes it. */
static inline enum status
push_of(struct gateway *g, const char *token, const char *credential,
    struct push *push)
{
	push_end(push);
	return (gateway_push(g, token, strlen(token), DELIVERY, credential, NOW,
	    LATER, push));
}

/* The value of a header line, owned by the caller; NULL: there is none. */
static inline char *
header_of(const struct push *push, const char *name)
{
	const char *line = push->headers.data;
	size_t len = strlen(name);
	char *value = NULL;

	ck_assert_int_eq(line[push->headers.len - 1], '\n');
	for (; *line != '\0'; line = strchr(line, '\n') + 1) {
		ck_assert_int_ne(*line, '\n');
		if (strncmp(line, name, len) == 0 && line[len] == ':') {
			ck_assert_ptr_null(value);
			ck_assert_int_eq(line[len + 1], ' ');
			value = strndup(
			    line + len + 2, strcspn(line, "\n") - len - 2);
		}
	}
	return (value);
}

static inline void
check_header(const struct push *push, const char *name, const char *want)
{
	char *value = header_of(push, name);

	ck_assert_msg(value != NULL, "%s is not there", name);
	ck_assert_str_eq(value, want);
	free(value);
}

#endif
