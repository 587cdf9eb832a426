/* conf_fixture.h: one configuration file for each test of the settings. */
#ifndef CREDRELAY_CONF_FIXTURE_H
#define CREDRELAY_CONF_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"

/* What no configuration can do without. */
#define BASE "base_url = https://relay.example.com\n"

static char path[] = "/tmp/credrelay-test-conf-XXXXXX";
static struct conf conf;
static struct buf error;

static inline void
setup(void)
{
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(close(fd), 0);
}

static inline void
teardown(void)
{
	conf_free(&conf);
	buf_free(&error);
	ck_assert_int_eq(unlink(path), 0);
}

/* What conf_read says of a file with these bytes; fills conf and error. */
static inline enum status
read_bytes(const void *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
	conf_free(&conf);
	return conf_read(path, &conf, &error);
}

static inline enum status
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

#endif
