/* test_cores: how many workers there are, and whether they keep to cores. */
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cores.h"
#include "pool.h"
#include "tap.h"

static char dir[] = "/tmp/test_cores.XXXXXX";
static cpu_set_t ours;

/* The last of ours. */
static int
last_core(void)
{
	size_t core = CPU_SETSIZE - 1;

	while (core > 0 && !CPU_ISSET(core, &ours))
		core--;
	return ((int)core);
}

static void
setup(void)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(sched_getaffinity(0, sizeof(ours), &ours), 0);
}

static void
teardown(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -r '%s'", dir);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(ours), &ours), 0);
}

/* Linux would say of our last core's cache that these share it. */
static void
tell_cache(int index, const char *list)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "mkdir -p '%s/cpu%d/cache/index%d'",
	    dir, last_core(), index);
	ck_assert_int_eq(system(path), 0);
	(void)snprintf(path, sizeof(path),
	    "%s/cpu%d/cache/index%d/shared_cpu_list", dir, last_core(), index);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fprintf(file, "%s\n", list), 0);
	ck_assert_int_eq(fclose(file), 0);
}

/* We may use nothing but this one from now on. */
static void
keep_one(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)last_core(), &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
}

START_TEST(half_of_the_cores)
{
	const struct conf conf = { 0 };
	unsigned cores = (unsigned)CPU_COUNT(&ours);

	ck_assert_uint_eq(cores_count(), cores);
	ck_assert_uint_eq(pool_workers(&conf), cores < 2 ? 1 : cores / 2);
	keep_one();
	ck_assert_uint_eq(cores_count(), 1);
	ck_assert_uint_eq(pool_workers(&conf), 1);
}
END_TEST

/* What is set is taken as it is. */
START_TEST(as_set)
{
	const struct conf conf = { .workers = 7 };

	ck_assert_uint_eq(pool_workers(&conf), 7);
}
END_TEST

static const struct {
	const char *first, *last; /* lists of two caches; NULL: none */
	bool share;
} rows[] = { { NULL, NULL, false }, { "0", NULL, false }, { "0", "0", false },
	{ "0", "0-1", true }, { "0", "0,8", true }, { "0-1", "0-1", true },
	{ "", "", false } };

START_TEST(caches)
{
	const struct conf yes = { .affinity = true, .workers = 1 }, no = { 0 };
	struct conf many = yes;

	if (rows[_i].first != NULL)
		tell_cache(0, rows[_i].first);
	if (rows[_i].last != NULL)
		tell_cache(3, rows[_i].last);
	ck_assert_int_eq(cores_share_cache(dir), rows[_i].share);
	ck_assert_int_eq(
	    pool_binds(&yes, dir), !rows[_i].share && CPU_COUNT(&ours) >= 2);
	ck_assert(!pool_binds(&no, dir));
	many.workers = (unsigned)CPU_COUNT(&ours) / 2 + 1;
	ck_assert(!pool_binds(&many, dir));
	keep_one();
	ck_assert(!pool_binds(&yes, dir));
}
END_TEST

/* Another process of ours is bound; we are not. */
START_TEST(bound)
{
	cpu_set_t seen;
	int core, status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(cores_bind(pid, 0, &core), STATUS_OK);
	ck_assert_int_eq(core, last_core());
	ck_assert_int_eq(sched_getaffinity(pid, sizeof(seen), &seen), 0);
	ck_assert_int_eq(CPU_COUNT(&seen), 1);
	ck_assert(CPU_ISSET((size_t)core, &seen));
	ck_assert_uint_eq(cores_count(), (unsigned)CPU_COUNT(&ours));
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	/* It is gone, and there are not so many cores. */
	ck_assert_int_eq(cores_bind(pid, 0, &core), STATUS_IO);
	ck_assert_int_eq(errno, ESRCH);
	ck_assert_int_eq(cores_bind(0, cores_count(), &core), STATUS_IO);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cores");
	TCase *tc = tcase_create("cores");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, half_of_the_cores);
	tcase_add_test(tc, as_set);
	tcase_add_loop_test(tc, caches, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, bound);
	suite_add_tcase(suite, tc);
	return (tap_run(srunner_create(suite)));
}
