/* setup.c: all that a worker is started with: the settings and the key. */
#include "setup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db_conninfo.h"
#include "log.h"
#include "mem.h"

enum status
setup_read_conf(const char *path, struct setup *setup, struct buf *error)
{
	struct db_conninfo *database = NULL;
	enum status status;

	setup->path = mem_strdup(path);
	status = conf_read(path, &setup->conf, error);
	if (status != STATUS_OK)
		return (status);
	status = db_conninfo_parse(setup->conf.database, &database);
	if (status == STATUS_OK)
		db_conninfo_free(database);
	else /* No value and no message of libpq's: a password is near. */
		buf_printf(error,
		    "%s: libpq does not understand the "
		    "connection string of database",
		    path);
	return (status);
}

enum status
setup_read_key(struct setup *setup, struct buf *error)
{
	const char *path = setup->conf.key_file;
	enum status status = seal_key_load(path, &setup->key);
	int saved = errno;

	if (status == STATUS_INVALID)
		buf_printf(error,
		    "key_file: %s must be a file of %d bytes "
		    "that nobody but its owner may read or write (mode 0600), "
		    "as credrelayd --make-key makes it",
		    path, SEAL_KEY_LEN);
	else if (status != STATUS_OK)
		buf_printf(error, "key_file: %s: %s%s", path, strerror(saved),
		    saved == ENOENT ? " (credrelayd --make-key makes one)" :
				      "");
	errno = saved;
	return (status);
}

enum status
setup_read(const char *path, struct setup *setup, struct buf *error)
{
	enum status status = setup_read_conf(path, setup, error);

	return (status == STATUS_OK ? setup_read_key(setup, error) : status);
}

void
setup_free(struct setup *setup)
{
	free(setup->path);
	setup->path = NULL;
	conf_free(&setup->conf);
	seal_key_wipe(&setup->key);
}

void
setup_check_reload(const struct setup *setup)
{
	const char *const files[] = { setup->path, setup->conf.key_file };
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (access(files[i], R_OK) == -1)
			log_warning("%s: %s: a reload will fail", files[i],
			    strerror(errno));
	}
}
