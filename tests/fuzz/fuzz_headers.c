/*
 * fuzz_headers: entity tags, Prefer, and the URL of an image; the first byte
 * says which.
 */
#include <curl/curl.h>

#include "buf.h"
#include "etag.h"
#include "fuzz.h"
#include "prefer.h"
#include "url.h"

/* Strong tags are a part of the weak list; those of both are found. */
static void
etag(const char *field)
{
	struct etag_list strong = { 0 }, weak = { 0 }, again = { 0 };
	char text[ETAG_TEXT_LEN + 1];
	struct buf list = { 0 };
	size_t i, j = 0;

	etag_list_add(&strong, field, false);
	etag_list_add(&weak, field, true);
	HOLD(strong.given && weak.given && strong.any == weak.any);
	HOLD(strong.n <= weak.n && strong.n <= strlen(field) / ETAG_TEXT_LEN);
	for (i = 0; i < weak.n; i++) {
		HOLD(weak.versions[i] >= 0);
		if (j < strong.n && strong.versions[j] == weak.versions[i])
			j++;
		etag_format(weak.versions[i], text);
		HOLD(strlen(text) == ETAG_TEXT_LEN);
		HOLD(strstr(field, text) != NULL);
		HOLD(etag_list_has(&weak, weak.versions[i]));
		buf_printf(&list, "%s%s", i > 0 ? " , W/" : "", text);
	}
	HOLD(j == strong.n);
	if (list.len > 0)
		etag_list_add(&again, list.data, true);
	HOLD(again.n == weak.n);
	for (i = 0; i < weak.n; i++)
		HOLD(again.versions[i] == weak.versions[i]);
	etag_list_free(&strong);
	etag_list_free(&weak);
	etag_list_free(&again);
	buf_free(&list);
}

/* The first wait preference counts, whatever comes behind it. */
static void
prefer(const char *field)
{
	struct prefer once = { 0 }, twice, written = { 0 };
	struct buf text = { 0 };

	prefer_add(&once, field);
	HOLD(once.seen || !once.waits);
	HOLD(once.waits || once.seconds == 0);
	twice = once;
	prefer_add(&twice, "wait=7");
	HOLD(twice.seen);
	if (once.seen)
		HOLD(
		    twice.waits == once.waits && twice.seconds == once.seconds);
	else
		HOLD(twice.waits && twice.seconds == 7);
	if (once.waits) {
		buf_printf(
		    &text, "a;b=\",wait=1\", WAIT = \"%u\" ; c", once.seconds);
		prefer_add(&written, text.data);
		HOLD(written.waits && written.seconds == once.seconds);
	}
	buf_free(&text);
}

/* Where libcurl takes the URL too, it finds the same host, and no user. */
static void
url(const char *text)
{
	static const CURLUPart parts[] = { CURLUPART_USER, CURLUPART_PASSWORD };
	CURLU *curl;
	char *part;
	size_t i, len = strlen(text), n;

	if (url_check_https(text, len) != STATUS_OK)
		return;
	HOLD(len <= URL_MAX && len > 8);
	for (i = 0; i < len; i++)
		HOLD((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
	curl = curl_url();
	HOLD(curl != NULL);
	if (curl_url_set(curl, CURLUPART_URL, text, 0) == CURLUE_OK) {
		for (i = 0; i < 2; i++)
			HOLD(curl_url_get(curl, parts[i], &part, 0) !=
			    CURLUE_OK);
		HOLD(curl_url_get(curl, CURLUPART_SCHEME, &part, 0) ==
		    CURLUE_OK);
		HOLD(strcmp(part, "https") == 0);
		curl_free(part);
		HOLD(curl_url_get(curl, CURLUPART_HOST, &part, 0) == CURLUE_OK);
		n = strlen(part);
		HOLD(n > 0);
		/* libcurl decodes a name, and writes addresses its own way. */
		if (strchr(text + 8, '%') == NULL && part[0] != '[' &&
		    (part[0] < '0' || part[0] > '9')) {
			HOLD(strncasecmp(text + 8, part, n) == 0);
			HOLD(strchr(":/?#\\", text[8 + n]) != NULL);
		}
		curl_free(part);
	}
	curl_url_cleanup(curl);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(const char *) = { etag, prefer, url };
	char *text;

	if (size == 0)
		return (0);
	text = fuzz_string(data + 1, size - 1);
	checks[data[0] % 3](text);
	free(text);
	return (0);
}
