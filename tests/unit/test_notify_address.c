/* test_notify_address: where the notifier may connect to. */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "notify/address.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_allowed(const char *text, const char *allow)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return (address_allowed((const struct sockaddr *)&in, allow));
	ck_assert_int_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return (address_allowed((const struct sockaddr *)&in6, allow));
}

static const char *const public[] = { "1.0.0.0", "1.1.1.1", "8.8.8.8",
	"9.255.255.255", "11.0.0.0", "17.0.0.1", "100.63.255.255",
	"100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
	"169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255",
	"192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0",
	"198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
	"203.0.112.255", "203.0.114.0", "223.255.255.255",
	/* IPv6 */
	"2001:200::", "2001:4860:4860::8888",
	"2001:db7:ffff::", "2001:db9::", "2003::1", "2606:4700::1111",
	"2a00:1450::1", "3ffe::1", "3fff:1000::",
	/* IPv4 in IPv6 */
	"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1" };

static const char *const special[] = { "0.0.0.0", "0.255.255.255", "10.0.0.0",
	"10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
	"127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0",
	"172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.1",
	"192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0",
	"198.19.255.255", "198.51.100.1", "203.0.113.255", "224.0.0.1",
	"239.255.255.255", "240.0.0.0", "255.255.255.255",
	/* IPv6: none, loopback, IPv4-compatible, discard, unique local */
	"::", "::1", "::8.8.8.8", "100::1", "fc00::", "fd00::1", "fdff::1",
	/* link and site local, multicast, not given out */
	"fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1",
	"1fff:ffff::", "5f00::1",
	/* Teredo, benchmarks, ORCHID, documentation */
	"2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
	"2001:1ff:ffff::", "3fff::1", "3fff:fff:ffff::",
	/* IPv4 in IPv6: mapped, NAT64 and its local form, 6to4 */
	"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
	"::ffff:0.0.0.0", "64:ff9b::127.0.0.1", "64:ff9b::192.168.1.1",
	"64:ff9b:1::8.8.8.8", "2002:7f00:1::1", "2002:a01:203::1",
	"2002:c0a8:101::1", "2002::" };

START_TEST(public_addresses_are_allowed)
{
	ck_assert_msg(is_allowed(public[_i], ""), "%s", public[_i]);
	ck_assert(is_allowed(public[_i], "10.0.0.0/8 fd00::/8"));
}
END_TEST

START_TEST(all_others_are_refused)
{
	ck_assert_msg(!is_allowed(special[_i], ""), "%s", special[_i]);
	ck_assert_msg(
	    !is_allowed(special[_i], "10.77.0.0/16 fd77::/16 172.16.7.7"), "%s",
	    special[_i]);
	ck_assert(is_allowed(special[_i], "0.0.0.0/0 ::/0"));
}
END_TEST

static const struct {
	const char *address, *allow;
	bool allowed;
} listed[] = {
	{ "127.0.0.1", "127.0.0.1", true },
	{ "127.0.0.2", "127.0.0.1", false },
	{ "127.0.0.1", "127.0.0.1/32", true },
	{ "127.0.0.1", "::1", false },
	{ "::1", "127.0.0.1 ::1", true },
	{ "::1", "127.0.0.1  ::1/128 ", true },
	{ "::1", "::2", false },
	{ "10.9.8.7", "10.9.8.0/24", true },
	{ "10.9.9.7", "10.9.8.0/24", false },
	{ "10.9.9.7", "10.9.8.0/23", true },
	{ "10.9.10.7", "10.9.8.0/23", false },
	{ "10.9.8.7", "10.9.8.6/31", true },
	{ "10.9.8.8", "10.9.8.6/31", false },
	/* bits of the host do not matter */
	{ "10.200.0.1", "10.1.2.3/8", true },
	{ "fd00:1::1", "fd00::/16", true },
	{ "fd01:1::1", "fd00::/16", false },
	{ "fd00:8000::1", "fd00::/17", false },
	{ "fd00:7fff::1", "fd00::/17", true },
	/* the inner address may be listed, or the outer one */
	{ "::ffff:10.9.8.7", "10.9.8.0/24", true },
	{ "::ffff:10.9.9.7", "10.9.8.0/24", false },
	{ "::ffff:10.9.8.7", "::ffff:10.9.8.7", true },
	{ "64:ff9b::10.9.8.7", "10.9.8.7", true },
	{ "2002:a09:807::1", "10.9.8.7", true },
	/* what is no network allows nothing */
	{ "127.0.0.1", "localhost", false },
	{ "127.0.0.1", "127.0.0.1/33", false },
	{ "127.0.0.1", "127.0.0.1,::1", false },
};

START_TEST(listed_networks_are_allowed)
{
	ck_assert_msg(is_allowed(listed[_i].address, listed[_i].allow) ==
		listed[_i].allowed,
	    "%s in %s", listed[_i].address, listed[_i].allow);
}
END_TEST

START_TEST(other_families_are_refused)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };

	ck_assert(!address_allowed(
	    (const struct sockaddr *)&local, "0.0.0.0/0 ::/0"));
}
END_TEST

static const char *const good_lists[] = { "", " ", "127.0.0.1", "10.0.0.0/8",
	"0.0.0.0/0", "::/0", "::1/128", "fd00::/8  10.0.0.0/8 ",
	"2001:db8::7/127", "255.255.255.255/32" };

static const char *const bad_lists[] = { "x", "localhost", "10.0.0.0/33",
	"::/129", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/8x", "10.0.0.0/-8",
	"10.0.0.0/ 8", "10.0.0.0/+8", "10.0.0.0/99999999999999999999", "10",
	"10.0.0", "10.0.0.0.0", "10.0.0.256", "010.0.0.1", "0x7f.0.0.1",
	"127.0.0.1,::1", "::1::", "fe80::1%lo", "[::1]", "/8", "10.0.0.0//8",
	"127.0.0.1 x",
	"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:e" };

START_TEST(a_list_is_checked)
{
	if ((size_t)_i < LEN(good_lists))
		ck_assert_msg(address_list_check(good_lists[_i]) == STATUS_OK,
		    "%s", good_lists[_i]);
	ck_assert_msg(address_list_check(bad_lists[_i]) == STATUS_INVALID, "%s",
	    bad_lists[_i]);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("notify_address");
	TCase *tc = tcase_create("notify_address");

	tcase_add_loop_test(tc, public_addresses_are_allowed, 0, LEN(public));
	tcase_add_loop_test(tc, all_others_are_refused, 0, LEN(special));
	tcase_add_loop_test(tc, listed_networks_are_allowed, 0, LEN(listed));
	tcase_add_test(tc, other_families_are_refused);
	tcase_add_loop_test(tc, a_list_is_checked, 0, LEN(bad_lists));
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
