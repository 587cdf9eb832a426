/* test_buf: bytes that grow. */
#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Around every size at which the memory grows. */
static const size_t sizes[] = { 1, 2, 254, 255, 256, 257, 511, 512, 513, 1023,
	1024, 1025, 65535, 65536, 65537 };

static char *
sample(size_t len)
{
	char *text = malloc(len + 1);
	size_t i;

	ck_assert_ptr_nonnull(text);
	for (i = 0; i < len; i++)
		text[i] = (char)('a' + i % 23);
	text[len] = '\0';
	return (text);
}

static void
check_contents(const struct buf *b, const char *expected, size_t len)
{
	ck_assert_uint_eq(b->len, len);
	ck_assert_uint_gt(b->cap, len);
	ck_assert_mem_eq(b->data, expected, len);
	ck_assert_int_eq(b->data[len], '\0');
}

START_TEST(empty_at_first)
{
	struct buf b = { 0 };

	buf_clear(&b);
	ck_assert_ptr_null(b.data);
	buf_free(&b);
	ck_assert_uint_eq(b.len, 0);
}
END_TEST

START_TEST(add_at_once)
{
	size_t len = sizes[_i];
	char *text = sample(len);
	struct buf b = { 0 };

	buf_add(&b, text, len);
	check_contents(&b, text, len);
	buf_free(&b);
	free(text);
}
END_TEST

START_TEST(add_byte_by_byte)
{
	size_t i, len = sizes[_i];
	char *text = sample(len);
	struct buf b = { 0 };

	for (i = 0; i < len; i++)
		buf_add(&b, text + i, 1);
	check_contents(&b, text, len);
	buf_free(&b);
	free(text);
}
END_TEST

START_TEST(join_adds_all)
{
	struct buf b = { 0 };

	buf_join(&b, "one");
	buf_join(&b, ", ", "", "two");
	ck_assert_str_eq(b.data, "one, two");
	ck_assert_uint_eq(b.len, 8);
	buf_free(&b);
}
END_TEST

START_TEST(printf_of_any_length)
{
	size_t len = sizes[_i];
	char *text = sample(len);
	struct buf b = { 0 };

	buf_printf(&b, "%s", text);
	check_contents(&b, text, len);
	buf_free(&b);
	free(text);
}
END_TEST

START_TEST(reserve_keeps_and_makes_room)
{
	size_t len = sizes[_i];
	struct buf b = { 0 };

	buf_puts(&b, "kept");
	buf_reserve(&b, len);
	ck_assert_uint_eq(b.len, 4);
	ck_assert_uint_gt(b.cap, 4 + len);
	memset(b.data + b.len, 'x', len);
	b.len += len;
	b.data[b.len] = '\0';
	ck_assert_mem_eq(b.data, "kept", 4);
	buf_free(&b);
}
END_TEST

START_TEST(adding_nothing_gives_a_string)
{
	struct buf b = { 0 };

	buf_add(&b, NULL, 0);
	check_contents(&b, "", 0);
	buf_free(&b);
	buf_puts(&b, "");
	check_contents(&b, "", 0);
	buf_free(&b);
	buf_printf(&b, "%s", "");
	check_contents(&b, "", 0);
	buf_free(&b);
}
END_TEST

START_TEST(all_ways_join)
{
	struct buf b = { 0 };

	buf_add(&b, "a\0b", 3);
	buf_puts(&b, "cd");
	buf_printf(&b, "%d-%s", 42, "e");
	check_contents(&b, "a\0bcd42-e", 9);
	buf_free(&b);
}
END_TEST

START_TEST(clear_keeps_the_memory)
{
	struct buf b = { 0 };
	size_t cap;
	char *data;

	buf_puts(&b, "something");
	cap = b.cap;
	data = b.data;
	buf_clear(&b);
	check_contents(&b, "", 0);
	ck_assert_uint_eq(b.cap, cap);
	ck_assert_ptr_eq(b.data, data);
	buf_puts(&b, "else");
	check_contents(&b, "else", 4);
	buf_free(&b);
}
END_TEST

START_TEST(free_makes_it_ready_again)
{
	struct buf b = { 0 };

	buf_puts(&b, "something");
	buf_free(&b);
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_uint_eq(b.cap, 0);
	buf_free(&b);
	buf_puts(&b, "else");
	check_contents(&b, "else", 4);
	buf_free(&b);
}
END_TEST

/* A length that is nonsense must end the process, not wrap around. */
START_TEST(absurd_length_aborts)
{
	struct buf b = { 0 };

	buf_puts(&b, "x");
	buf_reserve(&b, SIZE_MAX - (size_t)_i);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("buf");
	TCase *tc = tcase_create("buf");

	tcase_add_test(tc, empty_at_first);
	tcase_add_loop_test(tc, add_at_once, 0, LEN(sizes));
	tcase_add_loop_test(tc, add_byte_by_byte, 0, LEN(sizes));
	tcase_add_loop_test(tc, printf_of_any_length, 0, LEN(sizes));
	tcase_add_loop_test(tc, reserve_keeps_and_makes_room, 0, LEN(sizes));
	tcase_add_test(tc, adding_nothing_gives_a_string);
	tcase_add_test(tc, all_ways_join);
	tcase_add_test(tc, join_adds_all);
	tcase_add_test(tc, clear_keeps_the_memory);
	tcase_add_test(tc, free_makes_it_ready_again);
	tcase_add_loop_test_raise_signal(
	    tc, absurd_length_aborts, SIGABRT, 0, 3);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
