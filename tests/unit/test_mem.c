/* test_mem: memory that is there or the process is not. */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tap.h"

/* What the process exits with when there is no memory (sysexits' EX_OSERR). */
enum { EXIT_EXHAUSTED = 71 };

/*
 * A sanitizer's allocator ends the process itself, in its own way, when it is
 * asked for too much.
 */
#if defined(__SANITIZE_ADDRESS__)
#define OWN_ALLOCATOR 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OWN_ALLOCATOR 0
#endif
#endif
#ifndef OWN_ALLOCATOR
#define OWN_ALLOCATOR 1
#endif

START_TEST(alloc_is_zeroed)
{
	size_t i, size = (size_t)_i * 997;
	unsigned char *p = mem_alloc(size);

	for (i = 0; i < size; i++)
		ck_assert_uint_eq(p[i], 0);
	free(p);
}
END_TEST

START_TEST(grow_keeps)
{
	char *p = mem_grow(NULL, 4);

	memcpy(p, "kept", 4);
	p = mem_grow(p, 100000);
	ck_assert_mem_eq(p, "kept", 4);
	p = mem_grow(p, 4);
	ck_assert_mem_eq(p, "kept", 4);
	free(p);
	free(mem_grow(NULL, 0));
}
END_TEST

START_TEST(strdup_copies)
{
	const char text[] = "some text";
	char *copy = mem_strdup(text);

	ck_assert_str_eq(copy, text);
	ck_assert_ptr_ne(copy, text);
	free(copy);
}
END_TEST

START_TEST(strndup_cuts)
{
	static const struct {
		size_t len;
		const char *expected;
	} rows[] = { { 0, "" }, { 3, "abc" }, { 6, "abcdef" }, { 7, "abcdef" },
		{ SIZE_MAX, "abcdef" } };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *copy = mem_strndup("abcdef", rows[i].len);

		ck_assert_str_eq(copy, rows[i].expected);
		free(copy);
	}
}
END_TEST

#if OWN_ALLOCATOR
/* More than any machine has; the compiler must not see it. */
static volatile size_t absurd = SIZE_MAX / 4;

START_TEST(alloc_of_too_much_ends)
{
	free(mem_alloc(absurd));
}
END_TEST

START_TEST(grow_to_too_much_ends)
{
	free(mem_grow(NULL, absurd));
}
END_TEST

#ifdef MEM_INTERPOSE
START_TEST(malloc_itself_ends)
{
	void *volatile p = malloc(absurd); /* not to be left out */

	free(p);
}
END_TEST

START_TEST(calloc_itself_ends)
{
	void *volatile p = calloc(absurd, 2);

	free(p);
}
END_TEST

START_TEST(realloc_itself_ends)
{
	void *volatile p = realloc(NULL, absurd);

	free(p);
}
END_TEST
#endif

static void
add_exhaustion(TCase *tc)
{
	tcase_add_exit_test(tc, alloc_of_too_much_ends, EXIT_EXHAUSTED);
	tcase_add_exit_test(tc, grow_to_too_much_ends, EXIT_EXHAUSTED);
#ifdef MEM_INTERPOSE
	tcase_add_exit_test(tc, malloc_itself_ends, EXIT_EXHAUSTED);
	tcase_add_exit_test(tc, calloc_itself_ends, EXIT_EXHAUSTED);
	tcase_add_exit_test(tc, realloc_itself_ends, EXIT_EXHAUSTED);
#endif
}
#endif

static Suite *
suite(void)
{
	Suite *s = suite_create("mem");
	TCase *tc = tcase_create("mem");

	tcase_add_loop_test(tc, alloc_is_zeroed, 0, 10);
	tcase_add_test(tc, grow_keeps);
	tcase_add_test(tc, strdup_copies);
	tcase_add_test(tc, strndup_cuts);
#if OWN_ALLOCATOR
	add_exhaustion(tc);
#endif
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
