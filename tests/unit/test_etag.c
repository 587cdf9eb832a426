/* test_etag: entity tags, and the conditions made of them. */
#include <check.h>
#include <string.h>

#include "etag.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define ONE "\"0000000000000001\""
#define TWO "\"0000000000000002\""
#define BEEF "\"00000000deadbeef\""

enum { MOST = 3, MANY = 5000 };

/* What becomes of one or two field values. */
static const struct condition {
	const char *what;
	const char *fields[2]; /* the second NULL: there is one */
	bool weak;	       /* If-None-Match */
	bool any;
	size_t n;
	int64_t versions[MOST];
} conditions[] = {
	{ "one tag", { ONE, NULL }, false, false, 1, { 1 } },
	{ "two, in the order given", { TWO ", " ONE, NULL }, false, false, 2,
	    { 2, 1 } },
	{ "no blank between them", { TWO "," BEEF, NULL }, false, false, 2,
	    { 2, 0xdeadbeef } },
	{ "tabs and blanks around them", { "\t " ONE " \t,\t" TWO " ", NULL },
	    false, false, 2, { 1, 2 } },
	{ "empty elements", { ",, " ONE ", ,," TWO ",", NULL }, false, false, 2,
	    { 1, 2 } },
	{ "the same twice", { ONE ", " ONE, NULL }, false, false, 2, { 1, 1 } },
	{ "two fields", { ONE, BEEF }, false, false, 2, { 1, 0xdeadbeef } },
	{ "any", { "*", NULL }, false, true, 0, { 0 } },
	{ "any, with blanks", { " * ", NULL }, false, true, 0, { 0 } },
	{ "any in the second field", { ONE, "*" }, false, true, 1, { 1 } },
	{ "a weak tag never matches strongly", { "W/" ONE, NULL }, false, false,
	    0, { 0 } },
	{ "a strong tag behind a weak one", { "W/" ONE ", " TWO, NULL }, false,
	    false, 1, { 2 } },
	{ "a weak tag in a weak comparison", { "W/" ONE ", " TWO, NULL }, true,
	    false, 2, { 1, 2 } },
	{ "w/ in lower case is no tag", { "w/" ONE ", " TWO, NULL }, true,
	    false, 0, { 0 } },
	{ "nothing", { "", NULL }, false, false, 0, { 0 } },
	{ "commas alone", { " , ,", NULL }, false, false, 0, { 0 } },
	{ "no quotes", { "0000000000000001", NULL }, false, false, 0, { 0 } },
	{ "no end", { "\"0000000000000001", NULL }, false, false, 0, { 0 } },
	{ "no start", { "0000000000000001\"", NULL }, false, false, 0, { 0 } },
	{ "noise behind a tag", { ONE ", noise, " TWO, NULL }, false, false, 1,
	    { 1 } },
	{ "noise in one field leaves the other", { "noise", TWO }, false, false,
	    1, { 2 } },
	{ "an empty tag", { "\"\", " TWO, NULL }, false, false, 1, { 2 } },
	{ "15 digits", { "\"000000000000001\", " TWO, NULL }, false, false, 1,
	    { 2 } },
	{ "17 digits", { "\"00000000000000001\", " TWO, NULL }, false, false, 1,
	    { 2 } },
	{ "upper-case digits are another tag",
	    { "\"00000000DEADBEEF\", " TWO, NULL }, false, false, 1, { 2 } },
	{ "a letter behind f", { "\"000000000000000g\", " TWO, NULL }, false,
	    false, 1, { 2 } },
	{ "a blank among the digits", { "\" 00000000000001 \", " TWO, NULL },
	    false, false, 1, { 2 } },
	{ "a sign", { "\"-000000000000001\", " TWO, NULL }, false, false, 1,
	    { 2 } },
	{ "another's tag, with a comma inside", { "\"a,b\", " TWO, NULL },
	    false, false, 1, { 2 } },
	{ "another's tag, with a star inside", { "\"*\", " TWO, NULL }, false,
	    false, 1, { 2 } },
	{ "the largest version", { "\"7fffffffffffffff\"", NULL }, false, false,
	    1, { INT64_MAX } },
	{ "one more", { "\"8000000000000000\"", NULL }, false, false, 0,
	    { 0 } },
	{ "all ones", { "\"ffffffffffffffff\"", NULL }, false, false, 0,
	    { 0 } },
};

START_TEST(condition)
{
	const struct condition *row = &conditions[_i];
	struct etag_list list = { 0 };
	size_t i;

	etag_list_add(&list, row->fields[0], row->weak);
	if (row->fields[1] != NULL)
		etag_list_add(&list, row->fields[1], row->weak);
	ck_assert_msg(list.given, "%s: not given", row->what);
	ck_assert_msg(list.any == row->any, "%s: any", row->what);
	ck_assert_msg(list.n == row->n, "%s: %zu tags", row->what, list.n);
	for (i = 0; i < row->n; i++)
		ck_assert_msg(list.versions[i] == row->versions[i],
		    "%s: tag %zu", row->what, i);
	etag_list_free(&list);
}
END_TEST

static const struct {
	int64_t version;
	const char *text;
} forms[] = {
	{ 0, "\"0000000000000000\"" },
	{ 1, ONE },
	{ 0xdeadbeef, BEEF },
	{ INT64_C(0x0123456789abcdef), "\"0123456789abcdef\"" },
	{ (INT64_C(1) << 62) - 1, "\"3fffffffffffffff\"" },
	{ INT64_MAX, "\"7fffffffffffffff\"" },
};

START_TEST(form_and_back)
{
	char text[ETAG_TEXT_LEN + 1];
	struct etag_list list = { 0 };

	etag_format(forms[_i].version, text);
	ck_assert_str_eq(text, forms[_i].text);
	ck_assert_uint_eq(strlen(text), ETAG_TEXT_LEN);
	etag_list_add(&list, text, false);
	ck_assert(etag_list_has(&list, forms[_i].version));
	ck_assert(!etag_list_has(&list, forms[_i].version ^ 1));
	etag_list_free(&list);
}
END_TEST

START_TEST(no_condition_matches_nothing)
{
	struct etag_list list = { 0 };

	ck_assert(!list.given);
	ck_assert(!etag_list_has(&list, 0));
	ck_assert(!etag_list_has(&list, 1));
}
END_TEST

START_TEST(any_matches_all)
{
	struct etag_list list = { 0 };

	etag_list_add(&list, "*", false);
	ck_assert(etag_list_has(&list, 0));
	ck_assert(etag_list_has(&list, INT64_MAX));
}
END_TEST

START_TEST(each_of_a_list_matches)
{
	struct etag_list list = { 0 };

	etag_list_add(&list, ONE ", " TWO, false);
	etag_list_add(&list, BEEF, false);
	ck_assert(etag_list_has(&list, 1));
	ck_assert(etag_list_has(&list, 2));
	ck_assert(etag_list_has(&list, 0xdeadbeef));
	ck_assert(!etag_list_has(&list, 3));
	ck_assert(!etag_list_has(&list, 0));
	etag_list_free(&list);
}
END_TEST

/* Tags of others take no place, so that ours is found behind them. */
START_TEST(only_ours_are_counted)
{
	struct etag_list list = { 0 };
	int i;

	for (i = 0; i < MANY; i++)
		etag_list_add(&list, "\"other\"", false);
	etag_list_add(&list, ONE, false);
	ck_assert(etag_list_has(&list, 1));
	etag_list_free(&list);
}
END_TEST

/* As many as a header can hold, and more. */
START_TEST(a_long_list_is_kept_whole)
{
	struct etag_list list = { 0 };
	char text[ETAG_TEXT_LEN + 1];
	int i;

	for (i = 1; i <= MANY; i++) {
		etag_format(i, text);
		etag_list_add(&list, text, false);
	}
	ck_assert_uint_eq(list.n, MANY);
	ck_assert(etag_list_has(&list, 1));
	ck_assert(etag_list_has(&list, MANY));
	ck_assert(!etag_list_has(&list, MANY + 1));
	etag_list_free(&list);
	ck_assert(!list.given && !etag_list_has(&list, 1));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("etag");
	TCase *tc = tcase_create("etag");

	tcase_add_loop_test(tc, condition, 0, LEN(conditions));
	tcase_add_loop_test(tc, form_and_back, 0, LEN(forms));
	tcase_add_test(tc, no_condition_matches_nothing);
	tcase_add_test(tc, any_matches_all);
	tcase_add_test(tc, each_of_a_list_matches);
	tcase_add_test(tc, only_ours_are_counted);
	tcase_add_test(tc, a_long_list_is_kept_whole);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
