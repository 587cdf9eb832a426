/* state.c: what a device remembers of a mailbox. */
#include "device/state.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "buf.h"
#include "device/crypto.h"
#include "device/file.h"
#include "mem.h"
#include "strict_json.h"

#define PENDING "pending-"
#define FORMAT_VERSION 1

enum { STATE_FILE_MAX = 8192 };

static const char *const role_names[] = {
	[STATE_SENDER] = "sender",
	[STATE_RECEIVER] = "receiver",
};

/* The default directory; NULL when there is no home to put it in. */
static char *
default_directory(void)
{
	const char *base = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	struct buf path = { 0 };
	struct passwd *user;

	/* The XDG rules: a relative path there counts as none. */
	if (base != NULL && base[0] == '/') {
		buf_printf(&path, "%s/credrelay", base);
		return (path.data);
	}
	if ((home == NULL || home[0] != '/') &&
	    (user = getpwuid(getuid())) != NULL)
		home = user->pw_dir;
	if (home == NULL || home[0] != '/')
		return (NULL);
	buf_printf(&path, "%s/.local/state/credrelay", home);
	return (path.data);
}

/* mkdir -p, each that is missing with mode 0700. */
static enum status
make_directories(char *path)
{
	char *at;

	for (at = path + 1; *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(path, 0700) == -1 && errno != EEXIST) {
			*at = '/';
			return (STATUS_IO);
		}
		*at = '/';
	}
	return (
	    mkdir(path, 0700) == -1 && errno != EEXIST ? STATUS_IO : STATUS_OK);
}

enum status
state_directory(const char *wanted, char **path)
{
	struct stat st;

	*path = wanted != NULL ? mem_strdup(wanted) : default_directory();
	if (*path == NULL || (*path)[0] == '\0')
		return (STATUS_GONE);
	if (make_directories(*path) != STATUS_OK || stat(*path, &st) == -1)
		return (STATUS_IO);
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return (STATUS_IO);
	}
	if (st.st_uid != geteuid() || (st.st_mode & 077) != 0)
		return (STATUS_INVALID);
	return (STATUS_OK);
}

void
state_name(const struct state *state, char name[STATE_NAME_MAX + 1])
{
	bool pending = state->mailbox[0] == '\0';

	(void)snprintf(name, STATE_NAME_MAX + 1, "%s%s", pending ? PENDING : "",
	    pending ? state->request : state->mailbox);
}

static void
state_path(const char *directory, const char *name, struct buf *path)
{
	buf_printf(path, "%s/%s", directory, name);
}

/* Copies a text member that fits; an absent one leaves "". */
static bool
member_copy(struct strict_json *json, const char *name, char *out, size_t size)
{
	struct json_object *value = strict_json_member(json, name);
	size_t len;

	out[0] = '\0';
	if (value == NULL)
		return (true);
	if (!json_object_is_type(value, json_type_string))
		return (false);
	len = (size_t)json_object_get_string_len(value);
	if (len >= size)
		return (false);
	memcpy(out, json_object_get_string(value), len + 1);
	return (true);
}

/* "" (where that is allowed) or a UUID. */
static bool
uuid_text_valid(const char *text, bool may_lack)
{
	struct uuid id;

	if (text[0] == '\0')
		return (may_lack);
	return (uuid_parse(text, strlen(text), &id) == STATUS_OK);
}

static enum status
state_read_members(struct state *state, struct strict_json *json)
{
	char role[16], origin[2048];

	if (!member_copy(json, "role", role, sizeof(role)) ||
	    !member_copy(json, "relay", origin, sizeof(origin)) ||
	    !member_copy(
		json, "mailbox", state->mailbox, sizeof(state->mailbox)) ||
	    !member_copy(json, "claim", state->claim, sizeof(state->claim)) ||
	    !member_copy(
		json, "request", state->request, sizeof(state->request)) ||
	    !member_copy(json, "etag", state->etag, sizeof(state->etag)) ||
	    !member_copy(json, "seen", state->seen, sizeof(state->seen)) ||
	    !member_copy(json, "expiration", state->expiration,
		sizeof(state->expiration)))
		return (STATUS_INVALID);
	if (strcmp(role, role_names[STATE_SENDER]) == 0)
		state->role = STATE_SENDER;
	else if (strcmp(role, role_names[STATE_RECEIVER]) == 0)
		state->role = STATE_RECEIVER;
	else
		return (STATUS_INVALID);
	if (origin[0] == '\0' || !uuid_text_valid(state->claim, false) ||
	    !uuid_text_valid(state->mailbox, state->request[0] != '\0') ||
	    !uuid_text_valid(state->request, true))
		return (STATUS_INVALID);
	state->origin = mem_strdup(origin);
	return (STATUS_OK);
}

enum status
state_load(const char *directory, const char *name, struct state *state)
{
	struct strict_json *json = NULL;
	struct buf path = { 0 }, text = { 0 };
	char own[STATE_NAME_MAX + 1];
	enum status status;
	struct stat st;

	*state = (struct state){ 0 };
	state_path(directory, name, &path);
	status = file_read(path.data, STATE_FILE_MAX, &text);
	if (status == STATUS_IO && errno == ENOENT)
		status = STATUS_GONE;
	if (status == STATUS_TOO_LARGE)
		status = STATUS_INVALID;
	if (status != STATUS_OK)
		goto out;
	status = strict_json_read(text.data, text.len, &json);
	if (status == STATUS_OK)
		status = state_read_members(state, json);
	if (status != STATUS_OK)
		goto out;
	/* A file that was renamed by hand would send a claim elsewhere. */
	state_name(state, own);
	if (strcmp(own, name) != 0)
		status = STATUS_INVALID;
	if (stat(path.data, &st) == 0)
		state->written = (int64_t)st.st_mtime;
out:
	if (status != STATUS_OK)
		state_free(state);
	strict_json_free(json);
	if (text.data != NULL)
		crypto_wipe(text.data, text.cap);
	buf_free(&text);
	buf_free(&path);
	return (status);
}

static void
add_text(struct json_object *object, const char *name, const char *text)
{
	if (text[0] != '\0')
		json_object_object_add(
		    object, name, json_object_new_string(text));
}

static enum status
state_write(
    const char *directory, const struct state *state, enum file_write how)
{
	struct json_object *object = json_object_new_object();
	char name[STATE_NAME_MAX + 1];
	struct buf path = { 0 };
	enum status status;
	const char *text;
	size_t len;

	json_object_object_add(
	    object, "version", json_object_new_int(FORMAT_VERSION));
	add_text(object, "mailbox", state->mailbox);
	add_text(object, "relay", state->origin);
	add_text(object, "role", role_names[state->role]);
	add_text(object, "claim", state->claim);
	add_text(object, "request", state->request);
	add_text(object, "etag", state->etag);
	add_text(object, "seen", state->seen);
	add_text(object, "expiration", state->expiration);
	text = json_object_to_json_string_length(object,
	    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	state_name(state, name);
	state_path(directory, name, &path);
	status = file_write(path.data, text, len, how);
	buf_free(&path);
	json_object_put(object);
	return (status);
}

enum status
state_create(const char *directory, const struct state *state)
{
	enum status status = state_write(directory, state, FILE_NEW);

	if (status == STATUS_IO && errno == EEXIST)
		return (STATUS_AGAIN);
	return (status);
}

enum status
state_save(const char *directory, const struct state *state)
{
	return (state_write(directory, state, FILE_REPLACE));
}

enum status
state_remove(const char *directory, const struct state *state)
{
	char name[STATE_NAME_MAX + 1];
	struct buf path = { 0 };
	enum status status = STATUS_OK;

	state_name(state, name);
	state_path(directory, name, &path);
	if (unlink(path.data) == -1 && errno != ENOENT)
		status = STATUS_IO;
	buf_free(&path);
	return (status);
}

enum status
state_list(const char *directory, void (*each)(const char *, void *), void *arg)
{
	const size_t prefix = sizeof(PENDING) - 1;
	struct dirent *entry;
	struct uuid id;
	const char *text;
	DIR *dir = opendir(directory);

	if (dir == NULL)
		return (STATUS_IO);
	while ((entry = readdir(dir)) != NULL) {
		text = entry->d_name;
		if (strncmp(text, PENDING, prefix) == 0)
			text += prefix;
		if (uuid_parse(text, strlen(text), &id) == STATUS_OK)
			each(entry->d_name, arg);
	}
	(void)closedir(dir);
	return (STATUS_OK);
}

void
state_free(struct state *state)
{
	free(state->origin);
	crypto_wipe(state, sizeof(*state));
	*state = (struct state){ 0 };
}
