/* address.c: which addresses the notifier may connect to. */
#include "notify/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_WORD = 64, V4_BITS = 32, V6_BITS = 128 };

struct network {
	int family;
	unsigned char bytes[16];
	unsigned bits;
};

/* What is not public; IANA's registries of special-purpose addresses. */
static const char *const special[] = { "0.0.0.0/8", "10.0.0.0/8",
	"100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4" };

/* Of IPv6 only this is given out for the world, but for these parts of it. */
static const char world6[] = "2000::/3";
static const char *const special6[] = { "2001::/23", "2001:db8::/32",
	"2002::/16", "3fff::/20" };

static bool
network_parse(const char *text, size_t len, struct network *out)
{
	char word[LONGEST_WORD];
	char *slash, *end = NULL;
	unsigned long bits;
	unsigned most;

	if (len >= sizeof(word))
		return (false);
	memcpy(word, text, len);
	word[len] = '\0';
	slash = strchr(word, '/');
	if (slash != NULL)
		*slash++ = '\0';
	*out = (struct network){ 0 };
	out->family = strchr(word, ':') == NULL ? AF_INET : AF_INET6;
	most = out->family == AF_INET ? V4_BITS : V6_BITS;
	if (inet_pton(out->family, word, out->bytes) != 1)
		return (false);
	out->bits = most;
	if (slash == NULL)
		return (true);
	if (*slash < '0' || *slash > '9')
		return (false);
	bits = strtoul(slash, &end, 10);
	out->bits = (unsigned)bits;
	return (*end == '\0' && bits <= most);
}

static bool
is_within(const struct network *net, int family, const unsigned char *bytes)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;
	unsigned char mask = (unsigned char)(0xff00 >> rest);

	if (net->family != family || memcmp(net->bytes, bytes, whole) != 0)
		return (false);
	return (rest == 0 || ((net->bytes[whole] ^ bytes[whole]) & mask) == 0);
}

static bool
is_in_one(const char *text, int family, const unsigned char *bytes)
{
	struct network net;

	return (network_parse(text, strlen(text), &net) &&
	    is_within(&net, family, bytes));
}

static bool
is_listed(const char *allow, int family, const unsigned char *bytes)
{
	struct network net;
	size_t n;

	for (; *allow != '\0'; allow += n) {
		allow += strspn(allow, " ");
		n = strcspn(allow, " ");
		if (n != 0 && network_parse(allow, n, &net) &&
		    is_within(&net, family, bytes))
			return (true);
	}
	return (false);
}

static bool
is_public4(const unsigned char *bytes)
{
	size_t i;

	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		if (is_in_one(special[i], AF_INET, bytes))
			return (false);
	}
	return (true);
}

static bool
is_public6(const unsigned char *bytes)
{
	size_t i;

	if (!is_in_one(world6, AF_INET6, bytes))
		return (false);
	for (i = 0; i < sizeof(special6) / sizeof(special6[0]); i++) {
		if (is_in_one(special6[i], AF_INET6, bytes))
			return (false);
	}
	return (true);
}

/* The IPv4 address that an IPv6 one leads to; NULL: none. */
static const unsigned char *
inner4(const unsigned char *bytes)
{
	if (is_in_one("::ffff:0:0/96", AF_INET6, bytes) ||
	    is_in_one("64:ff9b::/96", AF_INET6, bytes))
		return (bytes + 12);
	return (is_in_one("2002::/16", AF_INET6, bytes) ? bytes + 2 : NULL);
}

bool
address_allowed(const struct sockaddr *address, const char *allow)
{
	const unsigned char *bytes, *inner;
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	if (address->sa_family == AF_INET) {
		memcpy(&in, address, sizeof(in));
		bytes = (const unsigned char *)&in.sin_addr;
		return (is_listed(allow, AF_INET, bytes) || is_public4(bytes));
	}
	if (address->sa_family != AF_INET6)
		return (false);
	memcpy(&in6, address, sizeof(in6));
	bytes = in6.sin6_addr.s6_addr;
	if (is_listed(allow, AF_INET6, bytes))
		return (true);
	inner = inner4(bytes);
	if (inner != NULL)
		return (is_listed(allow, AF_INET, inner) || is_public4(inner));
	return (is_public6(bytes));
}

enum status
address_list_check(const char *allow)
{
	struct network net;
	size_t n;

	for (; *allow != '\0'; allow += n) {
		allow += strspn(allow, " ");
		n = strcspn(allow, " ");
		if (n != 0 && !network_parse(allow, n, &net))
			return (STATUS_INVALID);
	}
	return (STATUS_OK);
}
