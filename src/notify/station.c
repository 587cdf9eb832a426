/* station.c: all that the notifier works with between two reloads. */
#include "notify/station.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "db_conninfo.h"
#include "log.h"
#include "mem.h"

static void
exchange(char **a, char **b)
{
	char *kept = *a;

	*a = *b;
	*b = kept;
}

/* Puts the notifier's settings in the place of the pool's. */
static void
take_place_of_pool(struct conf *conf)
{
	enum log_target log = conf->log;
	enum log_level level = conf->log_level;

	exchange(&conf->database, &conf->notify.database);
	exchange(&conf->user, &conf->notify.user);
	exchange(&conf->group, &conf->notify.group);
	exchange(&conf->pid_file, &conf->notify.pid_file);
	if (*conf->notify.key_file != '\0')
		exchange(&conf->key_file, &conf->notify.key_file);
	conf->log = conf->notify.log;
	conf->log_level = conf->notify.log_level;
	conf->notify.log = log;
	conf->notify.log_level = level;
}

struct station *
station_new(void)
{
	return (mem_alloc(sizeof(struct station)));
}

enum status
station_read_conf(struct station *s, const char *path, struct buf *error)
{
	struct db_conninfo *database = NULL;
	enum status status = setup_read_conf(path, &s->setup, error);

	if (status != STATUS_OK)
		return (status);
	take_place_of_pool(&s->setup.conf);
	status = db_conninfo_parse(s->setup.conf.database, &database);
	if (status == STATUS_OK)
		db_conninfo_free(database);
	else
		buf_printf(error,
		    "%s: libpq does not understand the "
		    "connection string of database in [notify]",
		    path);
	return (status);
}

enum status
station_read_keys(struct station *s, struct buf *error)
{
	static const enum conf_gateway kinds[STATION_GATES] = { CONF_WEBHOOK,
		CONF_APNS, CONF_FCM, CONF_WEBPUSH };
	const struct conf *conf = &s->setup.conf;
	const bool on[STATION_GATES] = { conf->webhook.on, conf->apns.on,
		conf->fcm.on, conf->webpush.on };
	enum status status = setup_read_key(&s->setup, error);
	struct gate *gate;
	size_t i;

	s->lacks_key = status == STATUS_IO && errno == ENOENT;
	for (i = 0; status == STATUS_OK && i < STATION_GATES; i++) {
		if (!on[i])
			continue;
		gate = &s->gates[s->n_gates];
		gate->kind = kinds[i];
		status = gateway_open(conf, kinds[i], &gate->gateway, error);
		if (status != STATUS_OK)
			break;
		credential_start(
		    &gate->credential, gate->gateway, &s->setup.key);
		s->n_gates++;
	}
	return (status);
}

enum status
station_read(struct station *s, const char *path, struct buf *error)
{
	enum status status = station_read_conf(s, path, error);

	return (status == STATUS_OK ? station_read_keys(s, error) : status);
}

void
station_free(struct station *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n_gates; i++) {
		credential_end(&s->gates[i].credential);
		gateway_close(s->gates[i].gateway);
	}
	setup_free(&s->setup);
	free(s);
}

struct gate *
station_gate(struct station *s, const char *type)
{
	enum conf_gateway kind = conf_gateway(&s->setup.conf, type);
	size_t i;

	for (i = 0; i < s->n_gates; i++) {
		if (s->gates[i].kind == kind)
			return (&s->gates[i]);
	}
	return (NULL);
}

static void
keep(char **new, const char *old, const char *name, struct buf *changed)
{
	if (strcmp(*new, old) == 0)
		return;
	free(*new);
	*new = mem_strdup(old);
	buf_printf(changed, "%s%s", changed->len == 0 ? "" : ", ", name);
}

void
station_keep_fixed(
    struct station *new, const struct station *old, struct buf *changed)
{
	struct conf *a = &new->setup.conf;
	const struct conf *b = &old->setup.conf;

	keep(&a->user, b->user, "user", changed);
	keep(&a->group, b->group, "group", changed);
	keep(&a->pid_file, b->pid_file, "pid_file", changed);
}

void
station_check(const struct station *s)
{
	setup_check_reload(&s->setup);
	if (s->n_gates == 0)
		log_warning("no gateway is switched on: there is nothing to "
			    "notify anybody with");
}
