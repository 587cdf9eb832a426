/* url: is a text an https URL that a page may name? */
#include "url.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

#define URL_SCHEME "https://"
#define URL_SCHEME_LEN (sizeof(URL_SCHEME) - 1)
#define URL_PORT_MAX 65535u

/* Unicode's White_Space beyond the controls, and the byte-order mark. */
static bool
url_is_space(uint32_t cp)
{
	return (cp == ' ' || cp == 0xA0 || cp == 0x1680 ||
	    (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 ||
	    cp == 0x202F || cp == 0x205F || cp == 0x3000 || cp == 0xFEFF);
}

static bool
url_is_control(uint32_t cp)
{
	return (cp < 0x20 || (cp >= 0x7F && cp <= 0x9F));
}

/*
 * UTF-8 without controls, and no white space behind. (White space in front
 * fails as a scheme.)
 */
static bool
url_text_valid(const char *p, const char *end)
{
	uint32_t cp = ' ';

	while (p < end)
		if (utf8_next(&p, end, &cp) != STATUS_OK || url_is_control(cp))
			return (false);
	return (!url_is_space(cp));
}

/* Empty, or digits that make at most 65535, with any number of zeros. */
static bool
url_port_valid(const char *p, const char *end)
{
	unsigned port = 0;

	for (; p < end; p++) {
		if (*p < '0' || *p > '9')
			return (false);
		port = port * 10 + (unsigned)(*p - '0');
		if (port > URL_PORT_MAX)
			return (false);
	}
	return (true);
}

/* An IPv6 address, without its brackets and without a zone. */
static bool
url_ipv6_valid(const char *p, const char *end)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;
	size_t len = (size_t)(end - p);

	if (len >= sizeof(text))
		return (false);
	memcpy(text, p, len);
	text[len] = '\0';
	return (inet_pton(AF_INET6, text, &address) == 1);
}

static bool
url_is_hex(char c)
{
	return ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F'));
}

/* The ASCII that RFC 3986 allows in a reg-name, the percent sign aside. */
static bool
url_is_host_ascii(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') ||
	    (c != '\0' && strchr("-._~!$&'()*+,;=", c) != NULL);
}

/* RFC 3986's reg-name, not empty, and letters beyond ASCII (RFC 3987). */
static bool
url_name_valid(const char *p, const char *end)
{
	uint32_t cp;

	if (p == end)
		return (false);
	while (p < end) {
		if (*p == '%') {
			if (end - p < 3 || !url_is_hex(p[1]) ||
			    !url_is_hex(p[2]))
				return (false);
			p += 3;
			continue;
		}
		if (utf8_next(&p, end, &cp) != STATUS_OK || url_is_space(cp) ||
		    (cp < 0x80 && !url_is_host_ascii((char)cp)))
			return (false);
	}
	return (true);
}

/* Host and port. No part of it can hold an '@'. */
static bool
url_authority_valid(const char *p, const char *end)
{
	const char *host_end;

	if (p < end && *p == '[') {
		host_end = memchr(p, ']', (size_t)(end - p));
		if (host_end == NULL || !url_ipv6_valid(p + 1, host_end))
			return (false);
		host_end++;
	} else {
		host_end = memchr(p, ':', (size_t)(end - p));
		if (host_end == NULL)
			host_end = end;
		if (!url_name_valid(p, host_end))
			return (false);
	}
	if (host_end == end)
		return (true);
	return (*host_end == ':' && url_port_valid(host_end + 1, end));
}

enum status
url_check_https(const char *text, size_t len)
{
	const char *end, *p, *stop;

	if (len <= URL_SCHEME_LEN || len > URL_MAX ||
	    strncasecmp(text, URL_SCHEME, URL_SCHEME_LEN) != 0)
		return (STATUS_INVALID);
	end = text + len;
	if (!url_text_valid(text, end))
		return (STATUS_INVALID);
	text += URL_SCHEME_LEN;
	stop = NULL; /* the first backslash of the authority */
	for (p = text; p < end && strchr("/?#", *p) == NULL; p++) {
		if (*p == '@')
			return (STATUS_INVALID);
		if (*p == '\\' && stop == NULL)
			stop = p;
	}
	if (!url_authority_valid(text, stop != NULL ? stop : p))
		return (STATUS_INVALID);
	return (STATUS_OK);
}
