/*
 * fuzz_conf: the configuration file.  Behind a password, whatever stands
 * around it, none of the messages may hold it.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conf.h"
#include "fuzz.h"

#define CANARY "KaNaRiEnVoGeL"

static int file = -1;
static char path[64];

static void
place(const void *bytes, size_t len)
{
	if (file == -1) {
		file = memfd_create("conf", MFD_CLOEXEC);
		HOLD(file != -1);
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	HOLD(ftruncate(file, 0) == 0);
	HOLD(pwrite(file, bytes, len, 0) == (ssize_t)len);
}

/* One line that says something; or nothing, when there is nothing to say. */
static void
check_error(enum status status, const struct buf *error)
{
	HOLD(status == STATUS_OK || status == STATUS_INVALID);
	if (status == STATUS_OK) {
		HOLD(error->len == 0);
		return;
	}
	HOLD(error->len > 0 && strlen(error->data) == error->len);
	HOLD(strncmp(error->data, path, strlen(path)) == 0);
	HOLD(strchr(error->data, '\n') == NULL);
	HOLD(strstr(error->data, CANARY) == NULL);
}

/* A masked one is masked once more, and then may be another. */
static void
set_databases(struct conf *conf)
{
	free(conf->database);
	conf->database = mem_strdup("host=/x");
	free(conf->notify.database);
	conf->notify.database = mem_strdup("host=/x");
}

/* What is written is read again, and then written the same. */
static void
check_written(struct conf *conf)
{
	struct buf first = { 0 }, second = { 0 }, error = { 0 };
	struct conf again;

	HOLD(conf->default_ttl <= conf->max_ttl);
	conf_write(conf, &first);
	HOLD(strstr(first.data, CANARY) == NULL);
	place(first.data, first.len);
	HOLD(conf_read(path, &again, &error) == STATUS_OK);
	set_databases(conf);
	set_databases(&again);
	buf_clear(&first);
	conf_write(conf, &first);
	conf_write(&again, &second);
	HOLD(strcmp(first.data, second.data) == 0);
	conf_free(&again);
	buf_free(&first);
	buf_free(&second);
	buf_free(&error);
}

static void
check_file(const struct buf *text)
{
	struct buf error = { 0 };
	struct conf conf;
	enum status status;

	place(text->data, text->len);
	status = conf_read(path, &conf, &error);
	check_error(status, &error);
	if (status == STATUS_OK)
		check_written(&conf);
	conf_free(&conf);
	buf_free(&error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = { 0 };

	if (memmem(data, size, CANARY, strlen(CANARY)) != NULL)
		return (0);
	buf_puts(&text, "");
	buf_add(&text, data, size);
	check_file(&text);
	buf_clear(&text);
	buf_puts(&text,
	    "base_url = https://relay.example\n"
	    "database = host=/x password=" CANARY);
	buf_add(&text, data, size);
	check_file(&text);
	buf_free(&text);
	return (0);
}
