/* main.c: credrelay-notify(8): options, and from root to a running notifier. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "conf.h"
#include "log.h"
#include "notify/notifier.h"
#include "notify/station.h"
#include "pidfile.h"
#include "privileges.h"
#include "sandbox.h"
#include "status.h"
#include "systemd.h"

enum { EXIT_USAGE = 2 };

static const char program[] = "credrelay-notify";

enum action {
	ACTION_RUN,
	ACTION_TEST,	 /* -n */
	ACTION_SETTINGS, /* -T */
	ACTION_VERSION,	 /* -V */
	ACTION_HELP	 /* -h */
};

static void
usage(FILE *out)
{
	(void)fprintf(out,
	    "usage: %s [-c file]        notify devices\n"
	    "       %s [-c file] -n     test the configuration\n"
	    "       %s [-c file] -T     print all settings\n"
	    "       %s -V | -h          print the version | this\n"
	    "The configuration is in file, else in $CREDRELAY_CONF, else "
	    "in\n" SYSCONFDIR "/credrelay/credrelay.conf.\n",
	    program, program, program, program);
}

static const struct option long_options[] = { { "version", no_argument, NULL,
						  'V' },
	{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 } };

/* False: there is no such use; getopt has said why, or we do. */
static bool
options_read(int argc, char **argv, enum action *action, const char **conf)
{
	const char *path = getenv("CREDRELAY_CONF");
	int option;

	*conf = path != NULL && *path != '\0' ? path :
						SYSCONFDIR
	    "/credrelay/credrelay.conf";
	while ((option = getopt_long(
		    argc, argv, "c:nTVh", long_options, NULL)) != -1) {
		if (option == 'c')
			*conf = optarg;
		else if (option == 'n')
			*action = ACTION_TEST;
		else if (option == 'T')
			*action = ACTION_SETTINGS;
		else if (option == 'V')
			*action = ACTION_VERSION;
		else if (option == 'h')
			*action = ACTION_HELP;
		else
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

/* The server key may come later than the configuration: that is no error. */
static int
test_configuration(const char *path)
{
	struct station *station = station_new();
	struct identity id = { 0 };
	struct buf error = { 0 };
	int result = EXIT_FAILURE;
	enum status status;
	bool bad;

	status = station_read_conf(station, path, &error);
	if (status == STATUS_OK)
		status = privileges_find(&station->setup.conf, &id, &error);
	bad = status != STATUS_OK;
	if (!bad) {
		status = station_read_keys(station, &error);
		bad = status != STATUS_OK && !station->lacks_key;
	}
	if (error.len > 0)
		(void)fprintf(stderr, "%s: %s%s\n", program,
		    bad ? "" : "warning: ", error.data);
	if (!bad) {
		(void)printf("%s: %s is good\n", program, path);
		result = exit_printed();
	}
	privileges_free(&id);
	station_free(station);
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

static enum status
prepare(const char *path, struct station *station, struct identity *id)
{
	const struct conf *conf = &station->setup.conf;
	struct buf error = { 0 };
	enum status status;

	status = station_read(station, path, &error);
	if (status == STATUS_OK)
		status = privileges_find(conf, id, &error);
	if (status == STATUS_OK && !privileges_can_become(id)) {
		buf_puts(&error, "user, group: only root can become another");
		status = STATUS_INVALID;
	}
	if (status != STATUS_OK)
		(void)fprintf(stderr, "%s: %s\n", program, error.data);
	buf_free(&error);
	return (status);
}

/* All that may need root, then no root any more. */
static enum status
take_place(const char *pid_file, const struct identity *id, bool *written)
{
	enum status status;

	if (*pid_file != '\0') {
		status = pidfile_write(pid_file);
		if (status != STATUS_OK) {
			log_error("%s: %s", pid_file, strerror(errno));
			return (status);
		}
		*written = true;
	}
	status = privileges_drop(id);
	if (status != STATUS_OK)
		log_error("cannot become uid %ld, gid %ld: %s", (long)id->uid,
		    (long)id->gid, strerror(errno));
	else
		privileges_harden();
	return (status);
}

/* libcurl looks up names in threads of their own. */
static enum status
confine(const struct conf *conf)
{
	const struct sandbox box = {
		.internet = true, .threads = true, .pid_file = conf->pid_file
	};

	return (conf->sandbox ? sandbox_enter(&box) : STATUS_OK);
}

static int
run(const char *path)
{
	struct station *station = station_new();
	struct identity id = { 0 };
	const struct conf *conf = &station->setup.conf;
	bool pid_file = false;
	int result = EXIT_FAILURE;

	open_standard_files();
	systemd_open();
	if (notifier_take_signals() != STATUS_OK ||
	    prepare(path, station, &id) != STATUS_OK)
		goto out;
	log_open(program, conf->log, conf->log_level);
	if (take_place(conf->pid_file, &id, &pid_file) != STATUS_OK)
		goto out;
	log_notice("start: version %s, %zu gateway%s", PACKAGE_VERSION,
	    station->n_gates, station->n_gates == 1 ? "" : "s");
	if (geteuid() == 0)
		log_warning("runs as root: set user in [notify]");
	station_check(station);
	if (confine(conf) != STATUS_OK)
		goto out;
	if (notifier_run(&station) == STATUS_OK)
		result = EXIT_SUCCESS;
	log_notice("stop: the end");
out:
	if (pid_file) /* the same after each reload */
		pidfile_remove(station->setup.conf.pid_file);
	privileges_free(&id);
	station_free(station);
	return (result);
}

int
main(int argc, char **argv)
{
	enum action action = ACTION_RUN;
	const char *conf;

	if (!options_read(argc, argv, &action, &conf)) {
		usage(stderr);
		return (EXIT_USAGE);
	}
	switch (action) {
	case ACTION_TEST:
		return (test_configuration(conf));
	case ACTION_SETTINGS:
		return (print_settings(conf));
	case ACTION_VERSION:
		(void)printf("%s %s\n", program, PACKAGE_VERSION);
		return (exit_printed());
	case ACTION_HELP:
		usage(stdout);
		return (exit_printed());
	default:
		return (run(conf));
	}
}
