/* test_db_conninfo: libpq's parameters, with several hosts in turn. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "db_conninfo.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* A keyword's value; NULL: it is not there.  Each may be there but once. */
static const char *
value(const struct db_conninfo *c, const char *keyword)
{
	const char *const *keywords = db_conninfo_keywords(c);
	const char *const *values = db_conninfo_values(c);
	const char *found = NULL;
	size_t i;

	for (i = 0; keywords[i] != NULL; i++) {
		ck_assert_ptr_nonnull(values[i]);
		if (strcmp(keywords[i], keyword) == 0) {
			ck_assert_msg(found == NULL, "%s twice", keyword);
			found = values[i];
		}
	}
	ck_assert_ptr_null(values[i]);
	return (found);
}

static const struct {
	const char *what;
	const char *text;
	int turns; /* of db_conninfo_next_host */
	const char *keyword;
	const char *value; /* NULL: not there */
} rows[] = {
	{ "a primary is wanted", "host=a", 0, "target_session_attrs",
	    "read-write" },
	{ "also of nothing", "", 0, "target_session_attrs", "read-write" },
	{ "unless something else is", "target_session_attrs=any", 0,
	    "target_session_attrs", "any" },
	{ "also as a URI", "postgresql://a/d?target_session_attrs=primary", 0,
	    "target_session_attrs", "primary" },
	{ "a name of its own", "host=a", 0, "application_name", "credrelay" },
	{ "unless it has one", "application_name='my relay'", 0,
	    "application_name", "my relay" },
	{ "a lost host is noticed", "host=a", 0, "keepalives_idle", "10" },
	{ "and asked for again", "host=a", 0, "keepalives_interval", "5" },
	{ "not for long", "host=a", 0, "keepalives_count", "3" },
	{ "unless told else", "keepalives_idle=60", 0, "keepalives_idle",
	    "60" },
	{ "what is given stays", "host=a dbname=d user=u", 0, "dbname", "d" },
	{ "what is not given is libpq's", "host=a dbname=d", 0, "user", NULL },
	{ "a quoted value", "password='it\\'s a b'", 0, "password",
	    "it's a b" },
	{ "one host stays", "host=a", 1, "host", "a" },
	{ "one host stays, with a port", "host=a port=5433", 1, "port",
	    "5433" },
	{ "no turn", "host=a,b,c", 0, "host", "a,b,c" },
	{ "one turn", "host=a,b,c", 1, "host", "b,c,a" },
	{ "two turns", "host=a,b,c", 2, "host", "c,a,b" },
	{ "as many turns as hosts", "host=a,b,c", 3, "host", "a,b,c" },
	{ "and one more", "host=a,b,c", 4, "host", "b,c,a" },
	{ "ports go with hosts", "host=a,b port=1,2", 1, "port", "2,1" },
	{ "hosts go with ports", "host=a,b port=1,2", 1, "host", "b,a" },
	{ "one port for all", "host=a,b port=1", 1, "port", "1" },
	{ "addresses too", "hostaddr=127.0.0.1,127.0.0.2", 1, "hostaddr",
	    "127.0.0.2,127.0.0.1" },
	{ "hosts with their addresses", "host=a,b hostaddr=127.0.0.1,::1", 1,
	    "hostaddr", "::1,127.0.0.1" },
	{ "an empty host is one", "host=,b", 1, "host", "b," },
	{ "and comes back", "host=,b", 2, "host", ",b" },
	{ "an empty port is one", "host=a,b port=,5433", 1, "port", "5433," },
	{ "hosts of a URI", "postgresql://a:1,b:2/d", 1, "host", "b,a" },
	{ "ports of a URI", "postgresql://a:1,b:2/d", 1, "port", "2,1" },
	{ "directories of sockets", "host=/run/a,/run/b", 1, "host",
	    "/run/b,/run/a" },
	{ "commas elsewhere stay", "host=a,b dbname='x,y'", 1, "dbname",
	    "x,y" },
};

START_TEST(parse)
{
	struct db_conninfo *c;
	const char *got;
	int i;

	ck_assert_msg(db_conninfo_parse(rows[_i].text, &c) == STATUS_OK, "%s",
	    rows[_i].what);
	for (i = 0; i < rows[_i].turns; i++)
		db_conninfo_next_host(c);
	got = value(c, rows[_i].keyword);
	if (rows[_i].value == NULL)
		ck_assert_msg(got == NULL, "%s", rows[_i].what);
	else
		ck_assert_msg(got != NULL && strcmp(got, rows[_i].value) == 0,
		    "%s: got %s", rows[_i].what, got == NULL ? "nothing" : got);
	db_conninfo_free(c);
}
END_TEST

static const char *const nonsense[] = {
	"host", /* no value */
	"no_such_keyword=1",
	"host=a no_such_keyword=1",
	"host='a", /* no end of the quotes */
	"=a",
	"postgresql://a/d?no_such_keyword=1",
	"postgresql://a/d?sslmode",
	"postgresql://[::1/d",
	"postgresql://a%zz/d",
	"http://a/d",
};

START_TEST(nonsense_is_refused)
{
	struct db_conninfo *c = NULL;

	ck_assert_msg(db_conninfo_parse(nonsense[_i], &c) == STATUS_INVALID,
	    "%s", nonsense[_i]);
}
END_TEST

START_TEST(free_takes_null)
{
	db_conninfo_free(NULL);
}
END_TEST

/* Whether unix sockets are all that libpq will use. */
static const struct {
	const char *text;
	const char *variable, *value; /* of the environment, if any */
	bool local;
} places[] = {
	{ "dbname=d", NULL, NULL, true },
	{ "host=/run/postgresql", NULL, NULL, true },
	{ "host=@abstract", NULL, NULL, true },
	{ "host=/a,/b", NULL, NULL, true },
	{ "host=,/b", NULL, NULL, true },
	{ "postgresql://%2Frun%2Fpostgresql/d", NULL, NULL, true },
	{ "host=localhost", NULL, NULL, false },
	{ "host=/a,b", NULL, NULL, false },
	{ "host=,b", NULL, NULL, false },
	{ "host=,,b", NULL, NULL, false },
	{ "host=b,/a", NULL, NULL, false },
	{ "hostaddr=127.0.0.1", NULL, NULL, false },
	{ "host=/a hostaddr=127.0.0.1", NULL, NULL, false },
	{ "postgresql://a/d", NULL, NULL, false },
	{ "service=x", NULL, NULL, false },
	{ "dbname=d", "PGHOST", "a", false },
	{ "dbname=d", "PGHOST", "/a", true },
	{ "host=/a", "PGHOST", "a", true },
	{ "dbname=d", "PGHOSTADDR", "127.0.0.1", false },
	{ "dbname=d", "PGSERVICE", "x", false },
	{ "no conninfo", NULL, NULL, false },
};

START_TEST(test_local)
{
	bool local;

	if (places[_i].variable != NULL)
		(void)setenv(places[_i].variable, places[_i].value, 1);
	local = db_conninfo_is_local(places[_i].text);
	if (places[_i].variable != NULL)
		(void)unsetenv(places[_i].variable);
	ck_assert_msg(
	    local == places[_i].local, "%s: %d", places[_i].text, local);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("db_conninfo");
	TCase *tc = tcase_create("db_conninfo");

	tcase_add_loop_test(tc, parse, 0, LEN(rows));
	tcase_add_loop_test(tc, test_local, 0, (int)LEN(places));
	tcase_add_loop_test(tc, nonsense_is_refused, 0, LEN(nonsense));
	tcase_add_test(tc, free_takes_null);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
