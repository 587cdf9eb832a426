/* main.c: credrelayd(8): options, and from root to a running relay. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "conf.h"
#include "listener.h"
#include "log.h"
#include "pidfile.h"
#include "pool.h"
#include "privileges.h"
#include "seal.h"
#include "setup.h"
#include "status.h"
#include "systemd.h"
#include "worker.h"

enum { EXIT_USAGE = 2 };

static const char program[] = "credrelayd";

enum action {
	ACTION_RUN,
	ACTION_TEST,	 /* -n */
	ACTION_SETTINGS, /* -T */
	ACTION_VERSION,	 /* -V */
	ACTION_HELP,	 /* -h */
	ACTION_MAKE_KEY	 /* --make-key */
};

struct options {
	enum action action;
	const char *conf; /* path of the configuration */
	const char *key;  /* path of the key to make */
};

static void
usage(FILE *out)
{
	(void)fprintf(out,
	    "usage: %s [-c file]        run the relay\n"
	    "       %s [-c file] -n     test the configuration\n"
	    "       %s [-c file] -T     print all settings\n"
	    "       %s --make-key file  make a server key\n"
	    "       %s -V | -h          print the version | this\n"
	    "The configuration is in file, else in $CREDRELAY_CONF, else "
	    "in\n" SYSCONFDIR "/credrelay/credrelay.conf.\n",
	    program, program, program, program, program);
}

static const struct option long_options[] = { { "make-key", required_argument,
						  NULL, 'k' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 } };

/* False: there is no such use; getopt has said why, or we do. */
static bool
options_read(int argc, char **argv, struct options *options)
{
	const char *path = getenv("CREDRELAY_CONF");
	int option;

	options->conf = path != NULL && *path != '\0' ? path :
							SYSCONFDIR
	    "/credrelay/credrelay.conf";
	while ((option = getopt_long(
		    argc, argv, "c:nTVh", long_options, NULL)) != -1) {
		if (option == 'c')
			options->conf = optarg;
		else if (option == 'n')
			options->action = ACTION_TEST;
		else if (option == 'T')
			options->action = ACTION_SETTINGS;
		else if (option == 'V')
			options->action = ACTION_VERSION;
		else if (option == 'h')
			options->action = ACTION_HELP;
		else if (option == 'k') {
			options->action = ACTION_MAKE_KEY;
			options->key = optarg;
		} else
			return (false);
	}
	if (optind == argc)
		return (true);
	(void)fprintf(stderr, "%s: \"%s\" is one argument too many\n", program,
	    argv[optind]);
	return (false);
}

/* What was printed may have gone to a full disk. */
static int
exit_printed(void)
{
	if (fflush(stdout) == 0)
		return (EXIT_SUCCESS);
	(void)fprintf(stderr, "%s: stdout: %s\n", program, strerror(errno));
	return (EXIT_FAILURE);
}

static int
make_key(const char *path)
{
	if (seal_key_make(path) == STATUS_OK)
		return (EXIT_SUCCESS);
	(void)fprintf(stderr, "%s: %s: %s\n", program, path, strerror(errno));
	return (EXIT_FAILURE);
}

static int
print_settings(const char *path)
{
	struct conf conf = { 0 };
	struct buf text = { 0 };
	int result = EXIT_FAILURE;

	if (conf_read(path, &conf, &text) != STATUS_OK) {
		(void)fprintf(stderr, "%s: %s\n", program, text.data);
		goto out;
	}
	buf_clear(&text);
	conf_write(&conf, &text);
	(void)fputs(text.data, stdout);
	result = exit_printed();
out:
	conf_free(&conf);
	buf_free(&text);
	return (result);
}

/* The key may come later than the configuration: that alone is no error. */
static int
test_configuration(const char *path)
{
	struct setup setup = { 0 };
	struct identity id = { 0 };
	struct buf error = { 0 };
	int result = EXIT_FAILURE;
	enum status status;
	bool bad;

	status = setup_read_conf(path, &setup, &error);
	if (status == STATUS_OK)
		status = privileges_find(&setup.conf, &id, &error);
	bad = status != STATUS_OK;
	if (!bad) {
		status = setup_read_key(&setup, &error);
		bad = status == STATUS_INVALID ||
		    (status == STATUS_IO && errno != ENOENT);
	}
	if (error.len > 0)
		(void)fprintf(stderr, "%s: %s%s\n", program,
		    bad ? "" : "warning: ", error.data);
	if (!bad) {
		(void)printf("%s: %s is good\n", program, path);
		result = exit_printed();
	}
	privileges_free(&id);
	setup_free(&setup);
	buf_free(&error);
	return (result);
}

/* Else the next file opened would stand in for stderr. */
static void
open_standard_files(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

/*
 * Before there is a log as configured: to stderr, and to syslog as well where
 * a web server has started us, since its workers' stderr is /dev/null.
 */
static void
start_failed(const struct listener *listener, const char *text)
{
	(void)fprintf(stderr, "%s: %s\n", program, text);
	if (listener->kind == LISTENER_SPAWNED) {
		log_open(program, LOG_TO_SYSLOG, LOG_LEVEL_NOTICE);
		log_error("%s", text);
	}
}

static const char *
listener_name(const struct listener *listener)
{
	switch (listener->kind) {
	case LISTENER_BOUND:
		return (listener->path);
	case LISTENER_ACTIVATED:
		return ("the service manager's socket");
	case LISTENER_SPAWNED:
		return ("the web server's socket (descriptor 0)");
	default:
		return ("no socket");
	}
}

/*
 * All that may need root, then no root any more.  A lone worker has no socket
 * and no pid_file of its own.
 */
static enum status
take_place(const struct setup *setup, const struct identity *id,
    struct listener *listener, bool *pid_file)
{
	const char *path = setup->conf.pid_file;
	enum status status = STATUS_OK;

	if (listener->kind == LISTENER_NONE)
		status =
		    listener_bind(listener, &setup->conf, id->uid, id->gid);
	if (status != STATUS_OK)
		return (status);
	if (listener->kind != LISTENER_SPAWNED && *path != '\0') {
		status = pidfile_write(path);
		if (status != STATUS_OK) {
			log_error("%s: %s", path, strerror(errno));
			return (status);
		}
		*pid_file = true;
	}
	status = privileges_drop(id);
	if (status != STATUS_OK)
		log_error("cannot become uid %ld, gid %ld: %s", (long)id->uid,
		    (long)id->gid, strerror(errno));
	else
		privileges_harden();
	return (status);
}

static int
serve(struct setup *setup, struct listener *listener, const sigset_t *signals)
{
	unsigned workers;
	int result;

	workers =
	    listener->kind == LISTENER_SPAWNED ? 1 : pool_workers(&setup->conf);
	log_notice("start: version %s, on %s, %u worker%s", PACKAGE_VERSION,
	    listener_name(listener), workers, workers == 1 ? "" : "s");
	if (geteuid() == 0)
		log_warning("workers run as root: set user");
	if (listener->kind == LISTENER_SPAWNED) {
		result = worker_run(
		    &setup->conf, &setup->key, listener->fd, NULL, NULL);
	} else {
		setup_check_reload(setup);
		result = pool_run(setup, listener, signals);
	}
	log_notice("stop: the end");
	return (result);
}

static enum status
prepare(const char *path, struct setup *setup, struct identity *id,
    struct listener *listener)
{
	struct buf error = { 0 };
	enum status status;

	status = listener_adopt(listener);
	if (status != STATUS_OK)
		return (status);
	status = setup_read(path, setup, &error);
	if (status == STATUS_OK)
		status = privileges_find(&setup->conf, id, &error);
	if (status == STATUS_OK && !privileges_can_become(id)) {
		buf_puts(&error, "user, group: only root can become another");
		status = STATUS_INVALID;
	}
	if (status != STATUS_OK)
		start_failed(listener, error.data);
	buf_free(&error);
	return (status);
}

static int
run(const char *path)
{
	struct listener listener = LISTENER_INITIAL;
	struct setup setup = { 0 };
	struct identity id = { 0 };
	sigset_t signals;
	bool pid_file = false;
	int result = EXIT_FAILURE;

	pool_block_signals(&signals);
	open_standard_files();
	systemd_open();
	if (prepare(path, &setup, &id, &listener) != STATUS_OK)
		goto out;
	log_open(program, setup.conf.log, setup.conf.log_level);
	if (take_place(&setup, &id, &listener, &pid_file) != STATUS_OK)
		goto out;
	result = serve(&setup, &listener, &signals);
out:
	if (pid_file) /* the same after each reload */
		pidfile_remove(setup.conf.pid_file);
	listener_close(&listener);
	privileges_free(&id);
	setup_free(&setup);
	return (result);
}

int
main(int argc, char **argv)
{
	struct options options = { 0 };

	if (!options_read(argc, argv, &options)) {
		usage(stderr);
		return (EXIT_USAGE);
	}
	switch (options.action) {
	case ACTION_TEST:
		return (test_configuration(options.conf));
	case ACTION_SETTINGS:
		return (print_settings(options.conf));
	case ACTION_VERSION:
		(void)printf("%s %s\n", program, PACKAGE_VERSION);
		return (exit_printed());
	case ACTION_HELP:
		usage(stdout);
		return (exit_printed());
	case ACTION_MAKE_KEY:
		return (make_key(options.key));
	default:
		return (run(options.conf));
	}
}
