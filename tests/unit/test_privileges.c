/* test_privileges: whose rights the processes have, and what they give away. */
#include <check.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "conf.h"
#include "privileges.h"
#include "tap.h"

static struct conf
conf_with(char *user, char *group)
{
	return ((struct conf){ .user = user, .group = group });
}

START_TEST(unknown_names_are_told)
{
	struct conf user = conf_with("nobody-of-that-name", "");
	struct conf group = conf_with("", "no-group-of-that-name");
	struct identity id;
	struct buf error = { 0 };

	ck_assert_int_eq(privileges_find(&user, &id, &error), STATUS_INVALID);
	ck_assert_ptr_nonnull(strstr(error.data, "\"nobody-of-that-name\""));
	privileges_free(&id);
	error.len = 0;
	ck_assert_int_eq(privileges_find(&group, &id, &error), STATUS_INVALID);
	ck_assert_ptr_nonnull(strstr(error.data, "\"no-group-of-that-name\""));
	privileges_free(&id);
	buf_free(&error);
}
END_TEST

START_TEST(without_settings_all_stays)
{
	struct conf conf = conf_with("", "");
	struct identity id;
	struct buf error = { 0 };

	ck_assert_int_eq(privileges_find(&conf, &id, &error), STATUS_OK);
	ck_assert_uint_eq(id.uid, geteuid());
	ck_assert_uint_eq(id.gid, getegid());
	ck_assert_ptr_null(id.name);
	ck_assert_ptr_null(id.home);
	ck_assert(privileges_can_become(&id));
	privileges_free(&id);
}
END_TEST

/* Only root can: for others privileges_drop is to do nothing. */
START_TEST(root_becomes_the_account)
{
	struct conf conf = conf_with("nobody", "");
	const struct passwd *nobody = getpwnam("nobody");
	bool root = geteuid() == 0;
	struct identity id;
	struct buf error = { 0 };
	char *home;

	ck_assert_ptr_nonnull(nobody);
	ck_assert_int_eq(setenv("HOME", "/of/before", 1), 0);
	ck_assert_int_eq(privileges_find(&conf, &id, &error), STATUS_OK);
	ck_assert_str_eq(id.name, "nobody");
	ck_assert_int_eq(
	    privileges_can_become(&id), root || geteuid() == nobody->pw_uid);
	home = strdup(root ? id.home : "/of/before");
	ck_assert_int_eq(privileges_drop(&id), STATUS_OK);
	ck_assert_uint_eq(geteuid(), root ? nobody->pw_uid : getuid());
	ck_assert_uint_eq(getegid(), root ? nobody->pw_gid : getgid());
	/* libpq takes its certificates from there. */
	ck_assert_str_eq(getenv("HOME"), home);
	if (root)
		ck_assert_int_eq(setuid(0), -1);
	free(home);
	privileges_free(&id);
}
END_TEST

/* As an account, a group alone: no supplementary ones are left. */
START_TEST(root_drops_its_groups)
{
	struct conf conf = conf_with("", "nogroup");
	struct identity id;
	struct buf error = { 0 };
	gid_t groups[64];

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(privileges_find(&conf, &id, &error), STATUS_OK);
	ck_assert_int_eq(privileges_drop(&id), STATUS_OK);
	ck_assert_int_eq(getgroups(64, groups), 1);
	ck_assert_uint_eq(groups[0], id.gid);
	ck_assert_uint_eq(getegid(), id.gid);
	privileges_free(&id);
}
END_TEST

START_TEST(hardened_gives_nothing_away)
{
	struct rlimit core;

	privileges_harden();
	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &core), 0);
	ck_assert_uint_eq(core.rlim_max, 0);
	ck_assert_int_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("privileges");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, unknown_names_are_told);
	tcase_add_test(tc, without_settings_all_stays);
	tcase_add_test(tc, root_becomes_the_account);
	tcase_add_test(tc, root_drops_its_groups);
	tcase_add_test(tc, hardened_gives_nothing_away);
	suite_add_tcase(suite, tc);
	return (tap_run(srunner_create(suite)));
}
