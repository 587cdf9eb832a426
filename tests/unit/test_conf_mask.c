/* test_conf_mask: what is in a connection string is not shown. */
#include <check.h>
#include <string.h>

#include "conf_fixture.h"
#include "conf_table.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *conninfo, *masked;
} masks[] = {
	{ "dbname=x user=y", "dbname=x user=y" },
	{ "password=s", "password=****" },
	{ "password=s dbname=x", "password=**** dbname=x" },
	{ "a=b password = 's t' c=d", "a=b password = **** c=d" },
	{ "password='s\\' t' c=d", "password=**** c=d" },
	{ "password=s\\ t c=d", "password=**** c=d" },
	{ "password='s t", "password=****" },
	{ "password=", "password=****" },
	{ "sslpassword=s sslkey=/k", "sslpassword=**** sslkey=/k" },
	{ "scram_client_key=s", "scram_client_key=****" },
	{ "passfile=/p", "passfile=/p" },
	{ "dbname='password=x' user=y", "dbname='password=x' user=y" },
	{ "user=y s", "user=y ****" },
	{ "postgresql://host/db", "postgresql://host/db" },
	{ "postgresql://host:5432/db", "postgresql://host:5432/db" },
	{ "postgresql://u@host:5432/db", "postgresql://u@host:5432/db" },
	{ "postgresql://u:s@host:5432/db", "postgresql://u:****@host:5432/db" },
	{ "postgres://u:s@a,b/db?x=y", "postgres://u:****@a,b/db?x=y" },
	{ "postgresql://u:s@t@host/db", "postgresql://u:****@host/db" },
	{ "postgresql://u:s?t@host/db", "postgresql://u:****@****" },
	{ "postgresql:///db?password=s&user=u",
	    "postgresql:///db?password=****&user=u" },
	{ "postgresql:///db?user=u&sslpassword=s",
	    "postgresql:///db?user=u&sslpassword=****" },
	{ "postgresql:///db?p%61ssword=s", "postgresql:///db?p%61ssword=****" },
	{ "postgresql:///db?s", "postgresql:///db****" },
};

START_TEST(masks_passwords)
{
	struct buf out = { 0 };

	conf_mask_conninfo(masks[_i].conninfo, &out);
	ck_assert_msg(strcmp(out.data, masks[_i].masked) == 0, "%s: %s",
	    masks[_i].conninfo, out.data);
	buf_free(&out);
}
END_TEST

static const char *const sections[] = { BASE, BASE "[notify]\n" };

START_TEST(hides_the_value_of_database)
{
	struct buf text = { 0 };
	size_t i;

	buf_printf(&text, "%sdatabase = password=", sections[_i]);
	for (i = 0; i < 5000; i++)
		buf_puts(&text, "s");
	ck_assert(read_text(text.data) == STATUS_INVALID);
	ck_assert_ptr_null(strstr(error.data, "sss"));
	buf_clear(&text);
	buf_printf(&text, "%sdatabase = \"password=sss", sections[_i]);
	ck_assert(read_text(text.data) == STATUS_INVALID);
	ck_assert_ptr_null(strstr(error.data, "sss"));
	buf_clear(&text);
	buf_printf(&text, "%sdatabas = password=sss", sections[_i]);
	ck_assert(read_text(text.data) == STATUS_INVALID);
	ck_assert_ptr_null(strstr(error.data, "sss"));
	buf_free(&text);
}
END_TEST

/* Either database is masked where settings are printed. */
START_TEST(prints_no_password)
{
	struct buf text = { 0 };

	ck_assert(
	    read_text(BASE "database = user=a password=sss\n[notify]\n"
			   "database = user=b password=sss\n") == STATUS_OK);
	conf_write(&conf, &text);
	ck_assert_ptr_null(strstr(text.data, "sss"));
	ck_assert_ptr_nonnull(
	    strstr(text.data, "\ndatabase = user=a password=****\n"));
	ck_assert_ptr_nonnull(
	    strstr(text.data, "\ndatabase = user=b password=****\n"));
	buf_free(&text);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("conf_mask");
	TCase *tc = tcase_create("conf_mask");

	tcase_add_loop_test(tc, masks_passwords, 0, LEN(masks));
	suite_add_tcase(s, tc);
	tc = tcase_create("errors");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, hides_the_value_of_database, 0, LEN(sections));
	tcase_add_test(tc, prints_no_password);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
