/* test_seal_key: the server key's file. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static char dir[] = "/tmp/test_seal_key.XXXXXX";
static char path[PATH_MAX];

static void
setup(void)
{
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/server.key", dir);
	(void)umask(022);
}

static void
teardown(void)
{
	char target[PATH_MAX];

	(void)snprintf(target, sizeof(target), "%s/target", dir);
	(void)unlink(path);
	(void)unlink(target);
	(void)rmdir(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* A file of `size` bytes, each of them its place in the file. */
static void
put_file(const char *name, size_t size, mode_t mode)
{
	FILE *f = fopen(name, "wx");
	size_t i;

	ck_assert_ptr_nonnull(f);
	for (i = 0; i < size; i++)
		ck_assert_int_ne(putc((int)(i & 0xff), f), EOF);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(name, mode), 0);
}

START_TEST(make_and_load)
{
	struct seal_key key = { { 0 } }, again = { { 1 } };
	unsigned char bytes[SEAL_KEY_LEN];
	struct stat st;
	int fd;

	ck_assert(seal_key_make(path) == STATUS_OK);
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(st.st_size, SEAL_KEY_LEN);
	ck_assert(seal_key_load(path, &key) == STATUS_OK);
	ck_assert(seal_key_load(path, &again) == STATUS_OK);
	ck_assert_mem_eq(key.b, again.b, sizeof(key.b));
	fd = open(path, O_RDONLY);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(read(fd, bytes, sizeof(bytes)), SEAL_KEY_LEN);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_mem_eq(key.b, bytes, sizeof(key.b));
}
END_TEST

START_TEST(two_keys_differ)
{
	struct seal_key one, two;

	ck_assert(seal_key_make(path) == STATUS_OK);
	ck_assert(seal_key_load(path, &one) == STATUS_OK);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(seal_key_make(path) == STATUS_OK);
	ck_assert(seal_key_load(path, &two) == STATUS_OK);
	ck_assert_mem_ne(one.b, two.b, sizeof(one.b));
}
END_TEST

START_TEST(make_refuses_an_existing_file)
{
	struct seal_key key;

	put_file(path, SEAL_KEY_LEN, 0600);
	errno = 0;
	ck_assert(seal_key_make(path) == STATUS_IO);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert(seal_key_load(path, &key) == STATUS_OK);
	ck_assert_uint_eq(key.b[31], 31);
}
END_TEST

/* Not even one that points to nothing. */
START_TEST(make_refuses_a_symlink)
{
	char target[PATH_MAX];
	struct stat st;

	(void)snprintf(target, sizeof(target), "%s/target", dir);
	ck_assert_int_eq(symlink(target, path), 0);
	errno = 0;
	ck_assert(seal_key_make(path) == STATUS_IO);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_int_eq(lstat(target, &st), -1);
	ck_assert_int_eq(lstat(path, &st), 0);
}
END_TEST

START_TEST(make_needs_a_directory)
{
	char nowhere[PATH_MAX];

	(void)snprintf(nowhere, sizeof(nowhere), "%s/no/server.key", dir);
	errno = 0;
	ck_assert(seal_key_make(nowhere) == STATUS_IO);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(make_takes_a_bare_name)
{
	struct seal_key key;

	ck_assert_int_eq(chdir(dir), 0);
	ck_assert(seal_key_make("server.key") == STATUS_OK);
	ck_assert(seal_key_load(path, &key) == STATUS_OK);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

static const struct {
	const char *what;
	size_t size;
	mode_t mode;
	enum status status;
} files[] = {
	{ "as it should be", SEAL_KEY_LEN, 0600, STATUS_OK },
	{ "not writable", SEAL_KEY_LEN, 0400, STATUS_OK },
	{ "readable by the group", SEAL_KEY_LEN, 0640, STATUS_INVALID },
	{ "writable by the group", SEAL_KEY_LEN, 0620, STATUS_INVALID },
	{ "executable by the group", SEAL_KEY_LEN, 0610, STATUS_INVALID },
	{ "readable by others", SEAL_KEY_LEN, 0604, STATUS_INVALID },
	{ "writable by others", SEAL_KEY_LEN, 0602, STATUS_INVALID },
	{ "open to all", SEAL_KEY_LEN, 0666, STATUS_INVALID },
	{ "empty", 0, 0600, STATUS_INVALID },
	{ "one byte short", SEAL_KEY_LEN - 1, 0600, STATUS_INVALID },
	{ "one byte long", SEAL_KEY_LEN + 1, 0600, STATUS_INVALID },
	{ "long", 65536, 0600, STATUS_INVALID },
};

START_TEST(load)
{
	struct seal_key key = { { 0 } };
	int i;

	put_file(path, files[_i].size, files[_i].mode);
	ck_assert_msg(seal_key_load(path, &key) == files[_i].status, "%s",
	    files[_i].what);
	for (i = 0; files[_i].status == STATUS_OK && i < SEAL_KEY_LEN; i++)
		ck_assert_uint_eq(key.b[i], (unsigned)i);
}
END_TEST

START_TEST(load_nothing)
{
	struct seal_key key;

	errno = 0;
	ck_assert(seal_key_load(path, &key) == STATUS_IO);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(load_a_directory)
{
	struct seal_key key;

	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(seal_key_load(path, &key) == STATUS_INVALID);
}
END_TEST

/* A symlink is the administrator's own; what it points to is what counts. */
START_TEST(load_through_a_symlink)
{
	char target[PATH_MAX];
	struct seal_key key;

	(void)snprintf(target, sizeof(target), "%s/target", dir);
	put_file(target, SEAL_KEY_LEN, 0600);
	ck_assert_int_eq(symlink(target, path), 0);
	ck_assert(seal_key_load(path, &key) == STATUS_OK);
	ck_assert_int_eq(chmod(target, 0640), 0);
	ck_assert(seal_key_load(path, &key) == STATUS_INVALID);
}
END_TEST

START_TEST(wipe)
{
	static const struct seal_key wiped;
	struct seal_key key;

	ck_assert(seal_key_make(path) == STATUS_OK);
	ck_assert(seal_key_load(path, &key) == STATUS_OK);
	seal_key_wipe(&key);
	ck_assert_mem_eq(&key, &wiped, sizeof(wiped));
}
END_TEST

/* Loading, right or wrong, leaves no descriptor open. */
START_TEST(descriptors_are_closed)
{
	struct seal_key key;
	int before, after;

	before = open("/dev/null", O_RDONLY);
	ck_assert_int_eq(close(before), 0);
	ck_assert(seal_key_make(path) == STATUS_OK);
	ck_assert(seal_key_make(path) == STATUS_IO);
	ck_assert(seal_key_load(path, &key) == STATUS_OK);
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert(seal_key_load(path, &key) == STATUS_INVALID);
	after = open("/dev/null", O_RDONLY);
	ck_assert_int_eq(close(after), 0);
	ck_assert_int_eq(after, before);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("seal_key");
	TCase *tc = tcase_create("seal_key");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, make_and_load);
	tcase_add_test(tc, two_keys_differ);
	tcase_add_test(tc, make_refuses_an_existing_file);
	tcase_add_test(tc, make_refuses_a_symlink);
	tcase_add_test(tc, make_needs_a_directory);
	tcase_add_test(tc, make_takes_a_bare_name);
	tcase_add_loop_test(tc, load, 0, LEN(files));
	tcase_add_test(tc, load_nothing);
	tcase_add_test(tc, load_a_directory);
	tcase_add_test(tc, load_through_a_symlink);
	tcase_add_test(tc, wipe);
	tcase_add_test(tc, descriptors_are_closed);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
