/* test_notify_address: which addresses a push may go to. */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "notify/address.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static bool
allowed(const char *text, const char *allow)
{
	struct sockaddr_storage storage;
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	memset(&storage, 0, sizeof(storage));
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
		memcpy(&storage, &four, sizeof(four));
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
		memcpy(&storage, &six, sizeof(six));
	}
	return address_allowed((struct sockaddr *)&storage, allow);
}

/* The first and the last of a network, and their neighbours without. */
static const struct {
	const char *address;
	bool public;
} addresses[] = {
	{ "0.0.0.0", false },
	{ "0.255.255.255", false },
	{ "1.0.0.0", true },
	{ "9.255.255.255", true },
	{ "10.0.0.0", false },
	{ "10.255.255.255", false },
	{ "11.0.0.0", true },
	{ "17.188.128.1", true },
	{ "100.63.255.255", true },
	{ "100.64.0.0", false },
	{ "100.127.255.255", false },
	{ "100.128.0.0", true },
	{ "126.255.255.255", true },
	{ "127.0.0.0", false },
	{ "127.0.0.1", false },
	{ "127.255.255.255", false },
	{ "128.0.0.0", true },
	{ "169.253.255.255", true },
	{ "169.254.0.0", false },
	{ "169.254.169.254", false },
	{ "169.254.255.255", false },
	{ "169.255.0.0", true },
	{ "172.15.255.255", true },
	{ "172.16.0.0", false },
	{ "172.31.255.255", false },
	{ "172.32.0.0", true },
	{ "191.255.255.255", true },
	{ "192.0.0.0", false },
	{ "192.0.0.255", false },
	{ "192.0.1.0", true },
	{ "192.0.2.1", false },
	{ "192.0.3.0", true },
	{ "192.88.99.1", false },
	{ "192.167.255.255", true },
	{ "192.168.0.0", false },
	{ "192.168.255.255", false },
	{ "192.169.0.0", true },
	{ "198.17.255.255", true },
	{ "198.18.0.0", false },
	{ "198.19.255.255", false },
	{ "198.20.0.0", true },
	{ "198.51.100.1", false },
	{ "203.0.113.255", false },
	{ "203.0.114.0", true },
	{ "223.255.255.255", true },
	{ "224.0.0.1", false },
	{ "239.255.255.255", false },
	{ "240.0.0.0", false },
	{ "255.255.255.255", false },
	{ "::", false },
	{ "::1", false },
	{ "::8.8.8.8", false }, /* of old: "compatible" */
	{ "100::1", false },
	{ "1fff:ffff::1", false },
	{ "2000::1", true },
	{ "2001::1", false },	  /* Teredo */
	{ "2001:20::1", false },  /* ORCHID */
	{ "2001:1ff::1", false }, /* the end of IETF's */
	{ "2001:200::1", true },
	{ "2001:4860:4860::8888", true },
	{ "2001:db7:ffff::1", true },
	{ "2001:db8::1", false },
	{ "2001:db8:ffff::1", false },
	{ "2001:db9::1", true },
	{ "2a00:1450::1", true },
	{ "3ffe:ffff::1", true },
	{ "3fff::1", false },
	{ "3fff:0fff::1", false },
	{ "3fff:1000::1", true },
	{ "4000::1", false },
	{ "fc00::1", false },
	{ "fd12:3456::1", false },
	{ "fe80::1", false },
	{ "fec0::1", false },
	{ "ff02::1", false },
	/* IPv4 within IPv6: mapped, NAT64, 6to4. */
	{ "::ffff:8.8.8.8", true },
	{ "::ffff:127.0.0.1", false },
	{ "::ffff:169.254.169.254", false },
	{ "::ffff:0:8.8.8.8", false }, /* translated, not mapped */
	{ "64:ff9b::8.8.8.8", true },
	{ "64:ff9b::10.0.0.1", false },
	{ "64:ff9b::127.0.0.1", false },
	{ "64:ff9b:1::8.8.8.8", false }, /* of a network's own */
	{ "2002:0808:0808::1", true },
	{ "2002:7f00:0001::1", false },
	{ "2002:c0a8:0001::", false },
	{ "2002:a9fe:a9fe::", false },
};

START_TEST(only_public_addresses_are_allowed)
{
	ck_assert_msg(
	    allowed(addresses[_i].address, "") == addresses[_i].public, "%s",
	    addresses[_i].address);
}
END_TEST

static const struct {
	const char *address, *allow;
	bool allowed;
} lists[] = {
	{ "127.0.0.1", "127.0.0.1", true },
	{ "127.0.0.2", "127.0.0.1", false },
	{ "127.0.0.1", "127.0.0.1/32", true },
	{ "127.0.0.0", "127.0.0.1/32", false },
	{ "127.9.9.9", "127.0.0.0/8", true },
	{ "10.1.2.3", "10.1.2.0/23", true },
	{ "10.1.3.3", "10.1.2.0/23", true },
	{ "10.1.4.0", "10.1.2.0/23", false },
	{ "10.1.2.3", "10.1.2.77/23", true }, /* bits of the host */
	{ "10.128.0.0", "10.0.0.0/9", false },
	{ "10.127.0.0", "10.0.0.0/9", true },
	{ "10.1.2.3", "0.0.0.0/0", true },
	{ "::1", "0.0.0.0/0", false },
	{ "127.0.0.1", "::/0", false },
	{ "::1", "::/0", true },
	{ "::1", "::1", true },
	{ "::1", "::1/128", true },
	{ "::2", "::1/128", false },
	{ "fd00:1::1", "fd00:1::/32", true },
	{ "fd00:2::1", "fd00:1::/32", false },
	{ "fd00:8000::1", "fd00::/17", false },
	{ "fd00:7fff::1", "fd00::/17", true },
	/* Any word, with any spaces. */
	{ "10.0.0.1", "  127.0.0.1   10.0.0.1 ", true },
	{ "127.0.0.1", "10.0.0.0/8 ::1 127.0.0.0/8", true },
	{ "192.168.1.1", "10.0.0.0/8 ::1 127.0.0.0/8", false },
	/* The IPv4 address within. */
	{ "::ffff:127.0.0.1", "127.0.0.1", true },
	{ "64:ff9b::10.0.0.1", "10.0.0.0/8", true },
	{ "2002:7f00:0001::1", "127.0.0.0/8", true },
	{ "::ffff:127.0.0.1", "10.0.0.0/8", false },
	/* A list takes nothing away. */
	{ "8.8.8.8", "10.0.0.0/8", true },
	{ "2a00:1450::1", "10.0.0.0/8", true },
	/* What is broken allows nothing. */
	{ "127.0.0.1", "127.0.0.1/33", false },
	{ "127.0.0.1", "0/0", false },
	{ "127.0.0.1", "localhost", false },
	{ "::1", "::1/129", false },
};

START_TEST(a_list_allows_more)
{
	ck_assert_msg(
	    allowed(lists[_i].address, lists[_i].allow) == lists[_i].allowed,
	    "%s in \"%s\"", lists[_i].address, lists[_i].allow);
}
END_TEST

START_TEST(other_families_are_refused)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	ck_assert(!address_allowed((struct sockaddr *)&local, "0.0.0.0/0"));
	ck_assert(!address_allowed(&none, "0.0.0.0/0 ::/0"));
}
END_TEST

#define LONG "0000:0000:0000:0000:0000:0000:0000:0001"

static const struct {
	const char *list;
	enum status status;
} checks[] = {
	{ "", STATUS_OK }, { "   ", STATUS_OK }, { "127.0.0.1", STATUS_OK },
	{ " 127.0.0.1  ::1/128 ", STATUS_OK }, { "0.0.0.0/0 ::/0", STATUS_OK },
	{ "10.0.0.0/8 fd00::/8 192.168.0.0/16", STATUS_OK },
	{ LONG "/128", STATUS_OK }, { "10.0.0.0/33", STATUS_INVALID },
	{ "::/129", STATUS_INVALID }, { "10.0.0.0/", STATUS_INVALID },
	{ "10.0.0.0/8x", STATUS_INVALID }, { "10.0.0.0/-1", STATUS_INVALID },
	{ "10.0.0.0/+8", STATUS_INVALID }, { "10.0.0.0/8/8", STATUS_INVALID },
	{ "10.0.0.0/255.0.0.0", STATUS_INVALID },
	{ "10.0.0.0/4294967304", STATUS_INVALID },
	{ "10.0.0.0/18446744073709551624", STATUS_INVALID },
	{ "10.0.0.0/99999999999999999999999", STATUS_INVALID },
	{ "/8", STATUS_INVALID }, { "10.0.0", STATUS_INVALID },
	{ "10", STATUS_INVALID }, { "010.0.0.1", STATUS_INVALID },
	{ "0x7f.0.0.1", STATUS_INVALID }, { "256.0.0.1", STATUS_INVALID },
	{ "[::1]", STATUS_INVALID }, { "fe80::1%lo", STATUS_INVALID },
	{ "localhost", STATUS_INVALID }, { "127.0.0.1,::1", STATUS_INVALID },
	{ "127.0.0.1 none", STATUS_INVALID },
	{ "127.0.0.1\t::1", STATUS_INVALID },
	{ LONG ":" LONG, STATUS_INVALID }, /* longer than any address */
};

START_TEST(lists_are_checked)
{
	ck_assert_msg(address_list_check(checks[_i].list) == checks[_i].status,
	    "\"%s\"", checks[_i].list);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_address");
	TCase *tc = tcase_create("notify_address");

	tcase_add_loop_test(
	    tc, only_public_addresses_are_allowed, 0, LEN(addresses));
	tcase_add_loop_test(tc, a_list_allows_more, 0, LEN(lists));
	tcase_add_test(tc, other_families_are_refused);
	tcase_add_loop_test(tc, lists_are_checked, 0, LEN(checks));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return (failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}
