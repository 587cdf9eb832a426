/* test_prefer: how long a client would wait, from the field Prefer. */
#include <check.h>
#include <limits.h>

#include "prefer.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { VALUES = 3, NONE = -1, BAD = -2 };

/* A field's values, and the seconds; NONE: no wait; BAD: one that is not. */
static const struct {
	const char *values[VALUES];
	long long seconds;
} rows[] = {
	{ { "wait=25" }, 25 },
	{ { "wait=0" }, 0 },
	{ { "wait=007" }, 7 },
	{ { "WAIT=25" }, 25 },
	{ { "wAiT=25" }, 25 },
	{ { " \t wait=25" }, 25 },
	{ { "wait=25 \t" }, 25 },
	{ { "wait \t=\t 25" }, 25 },
	{ { "wait=\"25\"" }, 25 },
	{ { "wait = \"25\" " }, 25 },

	/* Parameters of the preference; they say nothing to us. */
	{ { "wait=25;foo=bar" }, 25 },
	{ { "wait=25 ; foo" }, 25 },
	{ { "wait=\"25\"; foo=\"a,b\"" }, 25 },
	{ { "wait=25;" }, 25 },
	{ { "wait;foo=25" }, BAD },

	/* Others beside it. */
	{ { "respond-async, wait=25" }, 25 },
	{ { "wait=25, respond-async" }, 25 },
	{ { "respond-async,wait=25,return=minimal" }, 25 },
	{ { ",, ,wait=25" }, 25 },
	{ { "foo=\"a, wait=7\", wait=25" }, 25 },
	{ { "foo=\"a\\\", wait=7\", wait=25" }, 25 },
	{ { "foo=\"a\\\\\", wait=25" }, 25 },
	{ { "foo; wait=7, wait=25" }, 25 },
	{ { "foo=wait, wait=25" }, 25 },
	{ { "waits=7, wait=25" }, 25 },
	{ { "wai=7, wait=25" }, 25 },
	{ { "await=7, wait=25" }, 25 },
	{ { "wait-=7, wait=25" }, 25 },
	{ { "foo=\\, wait=25" }, 25 },

	/* The first is the one that counts, in the first value too. */
	{ { "wait=25, wait=7" }, 25 },
	{ { "wait=25", "wait=7" }, 25 },
	{ { "respond-async", "wait=25", "wait=7" }, 25 },
	{ { "", "return=minimal", "wait=25" }, 25 },
	{ { "wait=x, wait=7" }, BAD },
	{ { "wait", "wait=7" }, BAD },

	/* More than there is. */
	{ { "wait=4294967294" }, UINT_MAX - 1 },
	{ { "wait=4294967295" }, UINT_MAX },
	{ { "wait=4294967296" }, UINT_MAX },
	{ { "wait=42949672950" }, UINT_MAX },
	{ { "wait=99999999999999999999999999" }, UINT_MAX },

	/* Junk. */
	{ { "wait" }, BAD },
	{ { "wait=" }, BAD },
	{ { "wait=\"\"" }, BAD },
	{ { "wait=\"" }, BAD },
	{ { "wait=\"25" }, BAD },
	{ { "wait=25\"" }, BAD },
	{ { "wait=\" 25\"" }, BAD },
	{ { "wait=-1" }, BAD },
	{ { "wait=+1" }, BAD },
	{ { "wait=2.5" }, BAD },
	{ { "wait=25s" }, BAD },
	{ { "wait=0x19" }, BAD },
	{ { "wait=25 7" }, BAD },
	{ { "wait 25" }, BAD },
	{ { "wait==25" }, BAD },
	{ { "wait=\xd9\xa2" }, BAD },
	{ { "wait=,25" }, BAD },
	{ { "wait=;25" }, BAD },
	{ { "" }, NONE },
	{ { " " }, NONE },
	{ { "," }, NONE },
	{ { "=" }, NONE },
	{ { "=25" }, NONE },
	{ { "\"wait=25\"" }, NONE },
	{ { "\"wait\"=25" }, NONE },
	{ { "\\" }, NONE },
	{ { "foo=\"\\" }, NONE },
	{ { "foo=\"a, wait=25" }, NONE },
	{ { "respond-async; wait=25" }, NONE },
	{ { "w" }, NONE },
	{ { "wai" }, NONE },
	{ { "wait25" }, NONE },
};

START_TEST(field)
{
	struct prefer prefer = { 0 };
	long long got = NONE;
	int i;

	for (i = 0; i < VALUES && rows[_i].values[i] != NULL; i++)
		prefer_add(&prefer, rows[_i].values[i]);
	if (prefer.seen)
		got = prefer.waits ? (long long)prefer.seconds : BAD;
	ck_assert(prefer.seen || !prefer.waits);
	ck_assert_msg(
	    got == rows[_i].seconds, "%s: %lld", rows[_i].values[0], got);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("prefer");
	TCase *tc = tcase_create("prefer");

	tcase_add_loop_test(tc, field, 0, LEN(rows));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
