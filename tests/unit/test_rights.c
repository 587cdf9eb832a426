/* test_rights: sets of rights. */
#include <check.h>
#include <string.h>

#include "rights.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct row {
	const char *what;
	const char *text;
	unsigned rights; /* 0: refused */
} rows[] = {
	{ "R", "R", RIGHT_READ },
	{ "W", "W", RIGHT_WRITE },
	{ "D", "D", RIGHT_DELETE },
	{ "the default", "RD", RIGHTS_DEFAULT },
	{ "the default, turned round", "DR", RIGHTS_DEFAULT },
	{ "all", "RWD", 7 },
	{ "all, in another order", "DWR", 7 },
	{ "R and W", "RW", 3 },
	{ "W and D", "WD", 6 },
	{ "none", "", 0 },
	{ "R twice", "RR", 0 },
	{ "all, and R again", "RWDR", 0 },
	{ "lower case", "r", 0 },
	{ "another letter", "X", 0 },
	{ "another letter behind", "RX", 0 },
	{ "a space", "R D", 0 },
	{ "a comma", "R,D", 0 },
	{ "a digit", "7", 0 },
	{ "a line feed", "R\n", 0 },
};

START_TEST(parse)
{
	const struct row *row = &rows[_i];
	unsigned rights = 42;
	enum status status;

	status = rights_parse(row->text, strlen(row->text), &rights);
	ck_assert_msg(status == (row->rights != 0 ? STATUS_OK : STATUS_INVALID),
	    "%s", row->what);
	ck_assert_msg(rights == (row->rights != 0 ? row->rights : 42), "%s: %u",
	    row->what, rights);
}
END_TEST

START_TEST(parse_refuses_nul)
{
	unsigned rights;

	ck_assert(rights_parse("R\0", 2, &rights) == STATUS_INVALID);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("rights");
	TCase *tc = tcase_create("rights");

	tcase_add_loop_test(tc, parse, 0, LEN(rows));
	tcase_add_test(tc, parse_refuses_nul);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
