/* share.c: the share URL, taken apart and put together. */
#include "device/share.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "base64.h"
#include "mem.h"
#include "url.h"

#define MAILBOX_PATH "/v1/m/"

/* What went wrong on the way, and what now: the user's next step decides. */
#define GATEWAY_MESSAGE                                                        \
	"the '#' in front of the Secret has become '%23' on its way here "     \
	"(mail "                                                               \
	"gateways do that), so whoever opens the link sends the Secret to "    \
	"the "                                                                 \
	"relay; nothing was sent from here: put '#' in the place of '%23', "   \
	"or "                                                                  \
	"ask the sender for a new link"

/* `text` behind the scheme, or NULL for another scheme. */
static const char *
skip_scheme(const char *text, bool *plain)
{
	*plain = strncasecmp(text, "http://", 7) == 0;
	if (*plain)
		return (text + 7);
	return (strncasecmp(text, "https://", 8) == 0 ? text + 8 : NULL);
}

/*
 * Host and port, by the rules that url_check_https() has for both, minus all
 * characters in which programs are known to disagree.
 */
static bool
authority_valid(const char *text, size_t len)
{
	struct buf probe = { 0 };
	enum status status;
	size_t i;

	if (len == 0)
		return (false);
	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    strchr("-._:[]", text[i]) == NULL)
			return (false);
	buf_puts(&probe, "https://");
	buf_add(&probe, text, len);
	buf_puts(&probe, "/");
	status = url_check_https(probe.data, probe.len);
	buf_free(&probe);
	return (status == STATUS_OK);
}

/* An address or name that stays on this machine, whoever resolves it. */
static bool
host_is_loopback(const char *host)
{
	struct in_addr v4;

	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return (true);
	return (inet_pton(AF_INET, host, &v4) == 1 &&
	    ntohl(v4.s_addr) >> 24 == 127);
}

/* Fills the origin from an authority that is valid. */
static void
origin_set(struct origin *origin, const char *authority, size_t len, bool plain)
{
	char *name = mem_strndup(authority, len);
	struct buf text = { 0 };
	char *port;
	size_t i;

	for (i = 0; i < len; i++)
		name[i] = (char)tolower((unsigned char)name[i]);
	port = strrchr(name, ':');
	if (port != NULL && strchr(port, ']') != NULL)
		port = NULL; /* a colon of an IPv6 address */
	if (port != NULL)
		*port++ = '\0';
	buf_puts(&text, plain ? "http://" : "https://");
	buf_puts(&text, name);
	if (port != NULL && *port != '\0' &&
	    strcmp(port, plain ? "80" : "443") != 0)
		buf_printf(&text, ":%s", port);
	*origin = (struct origin){ text.data, plain, host_is_loopback(name) };
	free(name);
}

enum exit_code
origin_read(struct origin *origin, const char *text, struct outcome *outcome)
{
	const char *authority;
	bool plain;
	size_t len;

	*origin = (struct origin){ 0 };
	authority = skip_scheme(text, &plain);
	if (authority == NULL || strlen(text) > SHARE_URL_MAX)
		return (outcome_fail(
		    outcome, EXIT_USAGE, "the relay must be an https:// URL"));
	len = strcspn(authority, "/");
	if ((authority[len] != '\0' && authority[len + 1] != '\0') ||
	    !authority_valid(authority, len))
		return (outcome_fail(outcome, EXIT_USAGE,
		    "the relay's URL "
		    "must be a scheme, a host and perhaps a port, no more"));
	origin_set(origin, authority, len, plain);
	return (EXIT_DONE);
}

enum exit_code
origin_allow(
    const struct origin *origin, bool insecure_http, struct outcome *outcome)
{
	if (!origin->plain || origin->loopback || insecure_http)
		return (EXIT_DONE);
	return (outcome_fail(outcome, EXIT_USAGE,
	    "over http:// anyone on "
	    "the way can take the mailbox over; --insecure-http allows it"));
}

void
origin_free(struct origin *origin)
{
	free(origin->text);
	*origin = (struct origin){ 0 };
}

bool
share_vertical_valid(const char *vertical, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!islower((unsigned char)vertical[i]) &&
		    !isdigit((unsigned char)vertical[i]))
			return (false);
	return (len >= 1 && len <= SHARE_VERTICAL_MAX);
}

/* Takes the vertical out of the query; other parameters do not matter. */
static enum status
read_query(struct share *share, const char *query, size_t len)
{
	const char *at = query, *end = query + len;
	size_t n;

	for (; at < end; at += n + 1) {
		n = strcspn(at, "&");
		if (n > (size_t)(end - at))
			n = (size_t)(end - at);
		if (n < 2 || strncmp(at, "v=", 2) != 0)
			continue;
		if (!share_vertical_valid(at + 2, n - 2))
			return (STATUS_INVALID);
		memcpy(share->vertical, at + 2, n - 2);
		share->vertical[n - 2] = '\0';
	}
	return (STATUS_OK);
}

static enum status
read_secret(struct share *share, const char *text)
{
	struct buf bytes = { 0 };
	enum status status;

	if (*text == '\0')
		return (STATUS_OK);
	status = base64_decode(text, strlen(text), &bytes);
	if (status == STATUS_OK)
		status =
		    crypto_secret_set(&share->secret, bytes.data, bytes.len);
	if (bytes.data != NULL)
		crypto_wipe(bytes.data, bytes.cap);
	buf_free(&bytes);
	return (status);
}

/* What stands before the fragment: origin, path, identifier, query. */
static enum status
read_link(struct share *share, const char *text, size_t len)
{
	const size_t path_len = sizeof(MAILBOX_PATH) - 1;
	const char *authority, *path, *end = text + len;
	struct uuid id;
	size_t n;
	bool plain;

	authority = skip_scheme(text, &plain);
	if (authority == NULL || authority > end)
		return (STATUS_INVALID);
	n = strcspn(authority, "/?#");
	path = authority + n;
	if (!authority_valid(authority, n) ||
	    (size_t)(end - path) < path_len + UUID_TEXT_LEN ||
	    strncmp(path, MAILBOX_PATH, path_len) != 0 ||
	    uuid_parse(path + path_len, UUID_TEXT_LEN, &id) != STATUS_OK)
		return (STATUS_INVALID);
	path += path_len + UUID_TEXT_LEN;
	if (path < end &&
	    (*path != '?' ||
		read_query(share, path + 1, (size_t)(end - path) - 1) !=
		    STATUS_OK))
		return (STATUS_INVALID);
	uuid_format(&id, share->mailbox);
	origin_set(&share->origin, authority, n, plain);
	return (STATUS_OK);
}

enum exit_code
share_read(struct share *share, const char *text, struct outcome *outcome)
{
	size_t link_len = strcspn(text, "#");
	enum exit_code code;

	*share = (struct share){ 0 };
	if (strlen(text) > SHARE_URL_MAX)
		code = outcome_fail(outcome, EXIT_USAGE, "the URL is too long");
	else if (strstr(text, "%23") != NULL)
		code = outcome_fail(outcome, EXIT_USAGE, "%s", GATEWAY_MESSAGE);
	else if (read_link(share, text, link_len) != STATUS_OK)
		code = outcome_fail(outcome, EXIT_USAGE,
		    "this is no share "
		    "URL: it should look like "
		    "https://relay.example.com/v1/m/<identifier>#<Secret>");
	else if (text[link_len] != '\0' &&
	    read_secret(share, text + link_len + 1) != STATUS_OK)
		code = outcome_fail(outcome, EXIT_USAGE,
		    "what follows the "
		    "'#' is no Secret: 16 or 32 bytes in base64; was the link "
		    "cut or altered on its way?");
	else
		return (EXIT_DONE);
	share_free(share);
	return (code);
}

enum exit_code
share_need_secret(const struct share *share, struct outcome *outcome)
{
	if (share->secret.len != 0)
		return (EXIT_DONE);
	return (outcome_fail(outcome, EXIT_USAGE,
	    "the URL has no Secret: "
	    "the part from the '#' on is missing"));
}

void
share_link(const struct share *share, struct buf *out)
{
	buf_printf(
	    out, "%s%s%s", share->origin.text, MAILBOX_PATH, share->mailbox);
}

void
share_url(const struct share *share, struct buf *out)
{
	share_link(share, out);
	if (share->vertical[0] != '\0')
		buf_printf(out, "?v=%s", share->vertical);
	if (share->secret.len != 0) {
		buf_puts(out, "#");
		base64_encode_url(out, share->secret.bytes, share->secret.len);
	}
}

void
share_free(struct share *share)
{
	origin_free(&share->origin);
	crypto_wipe(&share->secret, sizeof(share->secret));
	*share = (struct share){ 0 };
}
