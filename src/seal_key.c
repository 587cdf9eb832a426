/* seal_key.c: the server key's file. */
#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "mem.h"

/* Makes a new file's name durable: the directory that holds it is synced. */
static enum status
sync_directory_of(const char *path)
{
	char *copy = mem_strdup(path);
	int fd, ok, saved;

	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd == -1)
		return (STATUS_IO);
	ok = fsync(fd) == 0;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return (ok ? STATUS_OK : STATUS_IO);
}

enum status
seal_key_make(const char *path)
{
	struct seal_key key;
	enum status status = STATUS_IO;
	int fd, saved;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return (STATUS_IO);
	if (RAND_priv_bytes(key.b, sizeof(key.b)) != 1) {
		errno = EIO;
		goto out;
	}
	if (write(fd, key.b, sizeof(key.b)) != (ssize_t)sizeof(key.b) ||
	    fsync(fd) == -1)
		goto out;
	status = STATUS_OK;
out:
	saved = errno;
	seal_key_wipe(&key);
	if (close(fd) == -1 && status == STATUS_OK) {
		saved = errno;
		status = STATUS_IO;
	}
	if (status == STATUS_OK) {
		status = sync_directory_of(path);
		saved = errno;
	}
	if (status != STATUS_OK)
		(void)unlink(path); /* half a key is worse than none */
	errno = saved;
	return (status);
}

enum status
seal_key_load(const char *path, struct seal_key *key)
{
	unsigned char bytes[SEAL_KEY_LEN + 1];
	struct stat st;
	enum status status = STATUS_IO;
	ssize_t n;
	int fd, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return (STATUS_IO);
	if (fstat(fd, &st) == -1)
		goto out;
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
	    st.st_size != SEAL_KEY_LEN) {
		status = STATUS_INVALID;
		goto out;
	}
	n = read(fd, bytes, sizeof(bytes));
	if (n == SEAL_KEY_LEN) {
		memcpy(key->b, bytes, SEAL_KEY_LEN);
		status = STATUS_OK;
	} else if (n != -1) {
		status = STATUS_INVALID;
	}
out:
	saved = errno;
	explicit_bzero(bytes, sizeof(bytes));
	(void)close(fd);
	errno = saved;
	return (status);
}

void
seal_key_wipe(struct seal_key *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
}
