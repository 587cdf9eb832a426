/* test_pool_workers: how many workers so many cores have. */
#include <check.h>

#include "pool.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	unsigned cores, workers;
} rows[] = { { 1, 1 }, { 2, 2 }, { 3, 2 }, { 4, 2 }, { 5, 2 }, { 6, 3 },
	{ 7, 3 }, { 8, 4 }, { 64, 32 } };

START_TEST(for_cores)
{
	ck_assert_uint_eq(pool_workers_for(rows[_i].cores), rows[_i].workers);
}
END_TEST

/* What is set is taken as it is. */
START_TEST(as_set)
{
	const struct conf conf = { .workers = 7 };

	ck_assert_uint_eq(pool_workers(&conf), 7);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pool_workers");
	TCase *tc = tcase_create("pool_workers");

	tcase_add_loop_test(tc, for_cores, 0, LEN(rows));
	tcase_add_test(tc, as_set);
	suite_add_tcase(suite, tc);
	return (tap_run(srunner_create(suite)));
}
