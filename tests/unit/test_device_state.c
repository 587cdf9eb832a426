/* test_device_state: the device's memory of a mailbox, and its files. */
#include <sys/stat.h>

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "device/file.h"
#include "device/state.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define ID "2bba630e-519b-41ec-bf63-0242ac130002"
#define CLAIM "11111111-2222-4333-8444-555555555555"
#define REQUEST "66666666-7777-4888-9999-aaaaaaaaaaaa"

static char place[] = "/tmp/credrelay-test.XXXXXX";
static char path[256];

static void
setup(void)
{
	strcpy(place + sizeof(place) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
}

static void
teardown(void)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf '%s'", place);
	ck_assert_int_eq(system(command), 0);
}

static const char *
in_place(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", place, name);
	return (path);
}

static struct state
sample(void)
{
	return ((struct state){
	    .role = STATE_RECEIVER,
	    .mailbox = ID,
	    .origin = strdup("https://relay.example.com"),
	    .claim = CLAIM,
	    .etag = "\"0123456789abcdef\"",
	    .seen = "0123456789abcdef",
	    .expiration = "2026-11-25T08:00:00Z",
	});
}

START_TEST(state_both_ways)
{
	struct state state = sample(), back;
	struct stat st;

	ck_assert_int_eq(state_create(place, &state), STATUS_OK);
	ck_assert_int_eq(stat(in_place(ID), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(state_load(place, ID, &back), STATUS_OK);
	ck_assert_int_eq(back.role, STATE_RECEIVER);
	ck_assert_str_eq(back.mailbox, ID);
	ck_assert_str_eq(back.origin, "https://relay.example.com");
	ck_assert_str_eq(back.claim, CLAIM);
	ck_assert_str_eq(back.request, "");
	ck_assert_str_eq(back.etag, "\"0123456789abcdef\"");
	ck_assert_str_eq(back.seen, "0123456789abcdef");
	ck_assert_str_eq(back.expiration, "2026-11-25T08:00:00Z");
	ck_assert_int_ne(back.written, 0);
	ck_assert_int_eq(state_remove(place, &state), STATUS_OK);
	ck_assert_int_eq(state_remove(place, &state), STATUS_OK);
	state_free(&back);
	ck_assert_int_eq(state_load(place, ID, &back), STATUS_GONE);
	state_free(&state);
}
END_TEST

START_TEST(create_does_not_replace_and_save_does)
{
	struct state state = sample(), back;

	ck_assert_int_eq(state_create(place, &state), STATUS_OK);
	state.etag[0] = '\0';
	ck_assert_int_eq(state_create(place, &state), STATUS_AGAIN);
	ck_assert_int_eq(state_load(place, ID, &back), STATUS_OK);
	ck_assert_str_ne(back.etag, "");
	state_free(&back);
	ck_assert_int_eq(state_save(place, &state), STATUS_OK);
	ck_assert_int_eq(state_load(place, ID, &back), STATUS_OK);
	ck_assert_str_eq(back.etag, "");
	state_free(&back);
	state_free(&state);
}
END_TEST

static unsigned listed;

static void
count(const char *name, void *arg)
{
	ck_assert_ptr_eq(arg, &listed);
	ck_assert(
	    strcmp(name, ID) == 0 || strcmp(name, "pending-" REQUEST) == 0);
	listed++;
}

START_TEST(pending_is_named_after_its_request)
{
	struct state state = sample(), back;
	char name[STATE_NAME_MAX + 1];

	ck_assert_int_eq(state_create(place, &state), STATUS_OK);
	state.mailbox[0] = '\0';
	strcpy(state.request, REQUEST);
	state_name(&state, name);
	ck_assert_str_eq(name, "pending-" REQUEST);
	ck_assert_int_eq(state_create(place, &state), STATUS_OK);
	ck_assert_int_eq(state_load(place, name, &back), STATUS_OK);
	ck_assert_str_eq(back.mailbox, "");
	ck_assert_str_eq(back.request, REQUEST);
	state_free(&back);
	/* Neither leftovers nor strangers are listed. */
	ck_assert_int_eq(
	    file_write(in_place("notes"), "x", 1, FILE_NEW), STATUS_OK);
	ck_assert_int_eq(
	    file_write(in_place("." ID ".abcdef"), "x", 1, FILE_NEW),
	    STATUS_OK);
	listed = 0;
	ck_assert_int_eq(state_list(place, count, &listed), STATUS_OK);
	ck_assert_uint_eq(listed, 2);
	state_free(&state);
}
END_TEST

#define REST                                                                   \
	"\"relay\":\"https://r\",\"role\":\"sender\","                         \
	"\"claim\":\"" CLAIM "\""

static const char *const damaged[] = {
	"",
	"{",
	"[]",
	"{}",
	"null",
	"{\"mailbox\":\"" ID "\"," REST,
	"{\"mailbox\":\"" ID "\"," REST "}x",
	"{\"mailbox\":\"" ID "\",\"relay\":\"https://r\",\"role\":\"sender\"}",
	"{\"mailbox\":\"" ID "\",\"relay\":\"https://r\",\"claim\":\"" CLAIM
	"\"}",
	"{\"mailbox\":\"" ID "\",\"role\":\"sender\",\"claim\":\"" CLAIM "\"}",
	"{\"mailbox\":\"" ID "\",\"relay\":\"https://r\",\"role\":\"boss\","
	"\"claim\":\"" CLAIM "\"}",
	"{\"mailbox\":\"" ID "\",\"relay\":\"https://r\",\"role\":\"sender\","
	"\"claim\":\"none\"}",
	"{\"mailbox\":\"" ID "\",\"relay\":\"https://r\",\"role\":\"sender\","
	"\"claim\":5}",
	"{\"mailbox\":\"" ID "\"," REST ",\"claim\":\"" CLAIM "\"}",
	/* Another mailbox's file under this name. */
	"{\"mailbox\":\"" CLAIM "\"," REST "}",
	"{" REST "}",
	"{\"request\":\"" REQUEST "\"," REST "}",
	"{\"mailbox\":\"" ID "\",\"relay\":\"https://r\",\"role\":7,"
	"\"claim\":\"" CLAIM "\"}",
	"{\"mailbox\":\"" ID "\",\"relay\":7,\"role\":\"sender\","
	"\"claim\":\"" CLAIM "\"}",
	"{\"mailbox\":\"" ID ID "\"," REST "}",
	"{\"mailbox\":\"" ID "\"," REST ",\"request\":7}",
	"{\"mailbox\":\"" ID "\"," REST ",\"request\":\"x\"}",
	"{\"mailbox\":\"" ID "\"," REST ",\"etag\":[]}",
	"{\"mailbox\":\"" ID "\"," REST ",\"seen\":true}",
	"{\"mailbox\":\"" ID "\"," REST ",\"expiration\":{}}",
};

/* More than a state can be. */
START_TEST(load_refuses_what_is_large)
{
	static char text[10000];
	struct state state;

	memset(text, ' ', sizeof(text));
	ck_assert_int_eq(
	    file_write(in_place(ID), text, sizeof(text), FILE_REPLACE),
	    STATUS_OK);
	ck_assert_int_eq(state_load(place, ID, &state), STATUS_INVALID);
}
END_TEST

START_TEST(load_refuses_what_is_damaged)
{
	const char *text = damaged[_i];
	struct state state;

	ck_assert_int_eq(
	    file_write(in_place(ID), text, strlen(text), FILE_REPLACE),
	    STATUS_OK);
	ck_assert_int_eq(state_load(place, ID, &state), STATUS_INVALID);
	ck_assert_ptr_null(state.origin);
	ck_assert_str_eq(state.claim, "");
}
END_TEST

START_TEST(load_takes_what_is_whole)
{
	const char *text = "{\"mailbox\":\"" ID "\"," REST ",\"more\":[1]}\n";
	struct state state;

	ck_assert_int_eq(
	    file_write(in_place(ID), text, strlen(text), FILE_REPLACE),
	    STATUS_OK);
	ck_assert_int_eq(state_load(place, ID, &state), STATUS_OK);
	ck_assert_int_eq(state.role, STATE_SENDER);
	state_free(&state);
}
END_TEST

START_TEST(directory_is_made_and_closed_to_others)
{
	char wanted[300];
	struct stat st;
	char *found;

	snprintf(wanted, sizeof(wanted), "%s/a/b", place);
	ck_assert_int_eq(state_directory(wanted, &found), STATUS_OK);
	ck_assert_str_eq(found, wanted);
	ck_assert_int_eq(stat(wanted, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	free(found);
	ck_assert_int_eq(chmod(wanted, 0750), 0);
	ck_assert_int_eq(state_directory(wanted, &found), STATUS_INVALID);
	free(found);
	snprintf(wanted, sizeof(wanted), "%s/file", place);
	ck_assert_int_eq(file_write(wanted, "", 0, FILE_NEW), STATUS_OK);
	ck_assert_int_eq(state_directory(wanted, &found), STATUS_IO);
	ck_assert_int_eq(errno, ENOTDIR);
	free(found);
}
END_TEST

START_TEST(directory_follows_xdg)
{
	char expected[300];
	char *found;

	ck_assert_int_eq(setenv("HOME", place, 1), 0);
	ck_assert_int_eq(setenv("XDG_STATE_HOME", "relative", 1), 0);
	snprintf(
	    expected, sizeof(expected), "%s/.local/state/credrelay", place);
	ck_assert_int_eq(state_directory(NULL, &found), STATUS_OK);
	ck_assert_str_eq(found, expected);
	free(found);
	ck_assert_int_eq(setenv("XDG_STATE_HOME", in_place("x"), 1), 0);
	snprintf(expected, sizeof(expected), "%s/x/credrelay", place);
	ck_assert_int_eq(state_directory(NULL, &found), STATUS_OK);
	ck_assert_str_eq(found, expected);
	free(found);
}
END_TEST

START_TEST(directory_must_have_a_name)
{
	char *found;

	ck_assert_int_eq(state_directory("", &found), STATUS_GONE);
	free(found);
}
END_TEST

START_TEST(file_read_has_a_bound)
{
	struct buf out = { 0 };

	ck_assert_int_eq(
	    file_write(in_place("f"), "12345", 5, FILE_NEW), STATUS_OK);
	ck_assert_int_eq(file_read(path, 5, &out), STATUS_OK);
	ck_assert_str_eq(out.data, "12345");
	buf_clear(&out);
	ck_assert_int_eq(file_read(path, 4, &out), STATUS_TOO_LARGE);
	buf_clear(&out);
	ck_assert_int_eq(file_read(in_place("none"), 4, &out), STATUS_IO);
	ck_assert_int_eq(errno, ENOENT);
	buf_free(&out);
}
END_TEST

START_TEST(file_write_leaves_nothing_behind)
{
	char command[600];

	ck_assert_int_eq(
	    file_write(in_place("f"), "1", 1, FILE_NEW), STATUS_OK);
	ck_assert_int_eq(file_write(path, "2", 1, FILE_NEW), STATUS_IO);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_int_eq(file_write(path, "3", 1, FILE_REPLACE), STATUS_OK);
	ck_assert_int_eq(
	    file_write(in_place("none/f"), "4", 1, FILE_REPLACE), STATUS_IO);
	snprintf(command, sizeof(command),
	    "test \"$(ls -A '%s')\" = f && "
	    "test \"$(cat '%s/f')\" = 3",
	    place, place);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(file_deliver_follows_links_and_replaces_files)
{
	char link_path[300];
	struct buf out = { 0 };
	struct stat st;

	snprintf(link_path, sizeof(link_path), "%s/link", place);
	ck_assert_int_eq(
	    file_write(in_place("f"), "old", 3, FILE_NEW), STATUS_OK);
	ck_assert_int_eq(symlink(path, link_path), 0);
	ck_assert_int_eq(file_deliver(link_path, "n", 1), STATUS_OK);
	ck_assert_int_eq(lstat(link_path, &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(file_read(path, 10, &out), STATUS_OK);
	ck_assert_str_eq(out.data, "n");
	ck_assert_int_eq(file_deliver("/dev/null", "n", 1), STATUS_OK);
	ck_assert_int_eq(lstat("/dev/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	buf_free(&out);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_state");
	TCase *tc = tcase_create("device_state");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, state_both_ways);
	tcase_add_test(tc, create_does_not_replace_and_save_does);
	tcase_add_test(tc, pending_is_named_after_its_request);
	tcase_add_loop_test(tc, load_refuses_what_is_damaged, 0, LEN(damaged));
	tcase_add_test(tc, load_takes_what_is_whole);
	tcase_add_test(tc, directory_is_made_and_closed_to_others);
	tcase_add_test(tc, directory_follows_xdg);
	tcase_add_test(tc, load_refuses_what_is_large);
	tcase_add_test(tc, directory_must_have_a_name);
	tcase_add_test(tc, file_read_has_a_bound);
	tcase_add_test(tc, file_write_leaves_nothing_behind);
	tcase_add_test(tc, file_deliver_follows_links_and_replaces_files);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
