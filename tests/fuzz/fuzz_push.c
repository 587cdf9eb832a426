/*
 * fuzz_push: what strangers tell the notifier.  The first byte says whether
 * what follows is a token for one of the gateways, a Web Push subscription
 * (which is base64url within it), an address, or base64url.
 */
#include <arpa/inet.h>
#include <json-c/json.h>

#include "../unit/notify_fixture.h"
#include "base64.h"
#include "fuzz.h"
#include "notify/address.h"
#include "url.h"

static struct gateway *gateways[4];

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const enum conf_gateway kinds[] = { CONF_WEBHOOK, CONF_APNS,
		CONF_FCM, CONF_WEBPUSH };
	struct buf error = { 0 };
	struct conf kept;
	size_t i;

	(void)argc, (void)argv;
	fixture_begin();
	for (i = 0; i < 4; i++)
		HOLD(gateway_open(&conf, kinds[i], &gateways[i], &error) ==
		    STATUS_OK);
	buf_free(&error);
	/* The files are read; the gateways look at the settings still. */
	kept = conf;
	conf = (struct conf){ 0 };
	fixture_end();
	conf = kept;
	return (0);
}

/* Nothing of a token's can begin a line of its own. */
static void
check_push(const struct push *push)
{
	const char *line, *end;

	HOLD(push->url.len > 8 && strlen(push->url.data) == push->url.len);
	HOLD(strpbrk(push->url.data, "\r\n \t") == NULL);
	HOLD(strncasecmp(push->url.data, "https://", 8) == 0);
	HOLD(strlen(push->headers.data) == push->headers.len);
	for (line = push->headers.data; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		HOLD(end != NULL &&
		    memchr(line, '\r', (size_t)(end - line)) == NULL);
		HOLD(memmem(line, (size_t)(end - line), ": ", 2) != NULL);
	}
}

static void
push(unsigned which, const char *token, size_t len)
{
	struct push push = { 0 };

	if (gateway_push(gateways[which], token, len, DELIVERY, "bearer", NOW,
		LATER, &push) == STATUS_OK) {
		check_push(&push);
		if (which == 3)
			HOLD(url_check_https(push.url.data, push.url.len) ==
			    STATUS_OK);
	}
	push_end(&push);
}

static void
subscription(const char *text, size_t len)
{
	struct buf token = { 0 };

	buf_puts(&token, "{\"type\":\"webpush\",\"tokenData\":\"");
	base64_encode_url(&token, text, len);
	buf_puts(&token, "\"}");
	push(3, token.data, token.len);
	buf_free(&token);
}

static bool
allowed6(const unsigned char *bytes, const char *allow)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	memcpy(&in6.sin6_addr, bytes, sizeof(in6.sin6_addr));
	return (address_allowed((struct sockaddr *)&in6, allow));
}

/* An IPv4 address in all its forms is judged the same. */
static void
address4(const unsigned char *bytes, const char *allow)
{
	unsigned char mapped[16] = { [10] = 0xff, [11] = 0xff };
	unsigned char nat64[16] = { 0, 0x64, 0xff, 0x9b };
	unsigned char six2four[16] = { 0x20, 0x02 };
	struct sockaddr_in in = { .sin_family = AF_INET };
	bool allowed;

	memcpy(&in.sin_addr, bytes, 4);
	memcpy(mapped + 12, bytes, 4);
	memcpy(nat64 + 12, bytes, 4);
	memcpy(six2four + 2, bytes, 4);
	allowed = address_allowed((struct sockaddr *)&in, allow);
	/* A network of IPv6 may be listed that has these, but not the other. */
	HOLD(!allowed ||
	    (allowed6(mapped, allow) && allowed6(nat64, allow) &&
		allowed6(six2four, allow)));
	if (strchr(allow, ':') == NULL)
		HOLD(allowed6(mapped, allow) == allowed &&
		    allowed6(nat64, allow) == allowed &&
		    allowed6(six2four, allow) == allowed);
	HOLD(address_allowed((struct sockaddr *)&in, "0.0.0.0/0"));
	allowed = address_allowed((struct sockaddr *)&in, "");
	HOLD(!allowed || address_allowed((struct sockaddr *)&in, allow));
	if (bytes[0] == 127 || bytes[0] == 10 || bytes[0] == 0 ||
	    bytes[0] >= 224 || (bytes[0] == 192 && bytes[1] == 168) ||
	    (bytes[0] == 172 && bytes[1] >> 4 == 1) ||
	    (bytes[0] == 169 && bytes[1] == 254))
		HOLD(!allowed);
}

static void
address(const unsigned char *bytes, size_t len)
{
	char *allow;
	struct in6_addr in6;

	if (len < 16)
		return;
	memcpy(&in6, bytes, sizeof(in6));
	allow = fuzz_string(bytes + 16, len - 16);
	address4(bytes + 12, allow);
	HOLD(!allowed6(bytes, "") || allowed6(bytes, allow));
	HOLD(allowed6(bytes, "::/0"));
	if (IN6_IS_ADDR_LOOPBACK(&in6) || IN6_IS_ADDR_UNSPECIFIED(&in6) ||
	    IN6_IS_ADDR_LINKLOCAL(&in6) || IN6_IS_ADDR_SITELOCAL(&in6) ||
	    IN6_IS_ADDR_MULTICAST(&in6) || (bytes[0] & 0xfe) == 0xfc)
		HOLD(!allowed6(bytes, ""));
	if (address_list_check(allow) == STATUS_OK)
		HOLD(strspn(allow, "0123456789abcdefABCDEF.:/ ") ==
		    strlen(allow));
	free(allow);
}

static void
base64(const char *text, size_t len)
{
	struct buf bytes = { 0 }, again = { 0 }, back = { 0 };

	base64_encode_url(&again, text, len);
	HOLD(again.len == (len * 4 + 2) / 3);
	HOLD(len == 0 ||
	    base64_decode(again.data, again.len, &back) == STATUS_OK);
	HOLD(back.len == len);
	HOLD(len == 0 || memcmp(back.data, text, len) == 0);
	buf_clear(&again);
	buf_clear(&back);
	if (base64_decode(text, len, &bytes) == STATUS_OK) {
		while (len > 0 && text[len - 1] == '=')
			len--;
		base64_encode_url(&again, bytes.data, bytes.len);
		HOLD(again.len == len);
		if (memchr(text, '+', len) == NULL &&
		    memchr(text, '/', len) == NULL)
			HOLD(len == 0 || memcmp(again.data, text, len) == 0);
	}
	buf_free(&bytes);
	buf_free(&again);
	buf_free(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *rest = (const char *)data + 1;

	if (size == 0)
		return (0);
	switch (data[0] % 7) {
	case 4:
		subscription(rest, size - 1);
		break;
	case 5:
		address(data + 1, size - 1);
		break;
	case 6:
		base64(rest, size - 1);
		break;
	default:
		push(data[0] % 7, rest, size - 1);
		break;
	}
	return (0);
}
