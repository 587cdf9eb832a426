/* http.c: one HTTP request, one answer. */
#include "device/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "mem.h"

enum { CONNECT_TIMEOUT_MS = 10000 };

struct http {
	CURL *curl;
	char *ca_file; /* NULL: the system's */
	char error[CURL_ERROR_SIZE];
};

/* What the callbacks fill. */
struct reception {
	struct http_answer *answer;
	bool too_large;
};

struct http *
http_open(const char *ca_file)
{
	struct http *http = mem_alloc(sizeof(*http));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (http->curl = curl_easy_init()) == NULL)
		abort(); /* out of memory, or a libcurl that is broken */
	if (ca_file != NULL)
		http->ca_file = mem_strdup(ca_file);
	return (http);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct reception *reception = arg;
	struct buf *body = &reception->answer->body;

	size *= count;
	if (size > HTTP_ANSWER_MAX - body->len) {
		reception->too_large = true;
		return (CURL_WRITEFUNC_ERROR);
	}
	buf_add(body, bytes, size);
	return (size);
}

/* Keeps the value of a header line that has the name; bounded, printable. */
static void
keep_field(const char *line, size_t len, const char *name,
    char out[HTTP_FIELD_MAX + 1])
{
	size_t i, name_len = strlen(name);

	if (len <= name_len || line[name_len] != ':' ||
	    strncasecmp(line, name, name_len) != 0)
		return;
	line += name_len + 1;
	len -= name_len + 1;
	while (len > 0 && (line[0] == ' ' || line[0] == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
		len--;
	out[0] = '\0';
	for (i = 0; i < len; i++)
		if (line[i] < 0x21 || line[i] > 0x7e)
			return;
	if (len > HTTP_FIELD_MAX)
		return;
	memcpy(out, line, len);
	out[len] = '\0';
}

/* Does a Preference-Applied line name the wait among its preferences? */
static bool
line_names_wait(const char *line, size_t len)
{
	static const char name[] = "Preference-Applied:", wait[] = "wait=";
	const char *at, *end = line + len;

	if (len < sizeof(name) ||
	    strncasecmp(line, name, sizeof(name) - 1) != 0)
		return (false);
	at = line + sizeof(name) - 1;
	while (at < end) {
		while (at < end && strchr(" \t,", *at) != NULL)
			at++;
		if ((size_t)(end - at) >= sizeof(wait) - 1 &&
		    strncasecmp(at, wait, sizeof(wait) - 1) == 0)
			return (true);
		while (at < end && *at != ',')
			at++;
	}
	return (false);
}

static size_t
take_header(char *line, size_t size, size_t count, void *arg)
{
	struct http_answer *answer = ((struct reception *)arg)->answer;

	size *= count;
	/* Another status line: what came so far was a 1xx, or a proxy's. */
	if (size >= 5 && strncmp(line, "HTTP/", 5) == 0) {
		answer->etag[0] = answer->request_id[0] = '\0';
		answer->waited = false;
	}
	keep_field(line, size, "ETag", answer->etag);
	keep_field(line, size, "Mailbox-Request-ID", answer->request_id);
	if (line_names_wait(line, size))
		answer->waited = true;
	return (size);
}

static struct curl_slist *
add_field(struct curl_slist *list, const char *name, const char *value)
{
	struct curl_slist *longer;
	struct buf line = { 0 };

	if (value == NULL)
		return (list);
	buf_printf(&line, "%s: %s", name, value);
	longer = curl_slist_append(list, line.data);
	if (longer == NULL)
		abort();
	buf_free(&line);
	return (longer);
}

static struct curl_slist *
make_fields(const struct http_request *request)
{
	struct curl_slist *list = NULL;
	char wait[32];

	(void)snprintf(wait, sizeof(wait), "wait=%ld", request->wait_s);
	list = add_field(list, "Mailbox-Device-Claim", request->claim);
	list = add_field(list, "Mailbox-Request-ID", request->request_id);
	list = add_field(list, "If-Match", request->if_match);
	list = add_field(list, "If-None-Match", request->if_none_match);
	list = add_field(list, "Prefer", request->wait_s > 0 ? wait : NULL);
	list = add_field(list, "Content-Type",
	    request->json != NULL ? "application/json" : NULL);
	/* A name alone takes out what libcurl would send by itself. */
	if (request->json == NULL)
		list = curl_slist_append(list, "Content-Type:");
	return (curl_slist_append(list, "Expect:"));
}

static void
set_request(CURL *curl, const struct http_request *request)
{
	if (strcmp(request->method, "GET") == 0 ||
	    strcmp(request->method, "DELETE") == 0) {
		curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	} else {
		/* Without a body, "Content-Length: 0" is still sent. */
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->json_len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
		    request->json != NULL ? request->json : "");
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout_ms);
}

static void
set_rules(struct http *http, const struct http_request *request)
{
	CURL *curl = http->curl;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->error);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(
	    curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "credrelay/" PACKAGE_VERSION);
	curl_easy_setopt(
	    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)HTTP_ANSWER_MAX);
	if (http->ca_file != NULL) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, http->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	/* A proxy of the environment would read all of a plain request. */
	if (strncmp(request->url, "http://", 7) == 0)
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

static enum status
judge(CURLcode result, const struct reception *reception)
{
	switch (result) {
	case CURLE_OK:
		return (STATUS_OK);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return (STATUS_INVALID);
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
		return (STATUS_GONE);
	case CURLE_FILESIZE_EXCEEDED:
		return (STATUS_TOO_LARGE);
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_NOT_BUILT_IN:
		return (STATUS_IO);
	default:
		return (
		    reception->too_large ? STATUS_TOO_LARGE : STATUS_OUTAGE);
	}
}

enum status
http_exchange(struct http *http, const struct http_request *request,
    struct http_answer *answer)
{
	struct reception reception = { answer, false };
	struct curl_slist *fields;
	curl_off_t retry_after = 0;
	CURLcode result;

	http_answer_free(answer);
	buf_puts(&answer->body, ""); /* never NULL for who reads it */
	http->error[0] = '\0';
	curl_easy_reset(http->curl); /* keeps the connections */
	set_rules(http, request);
	set_request(http->curl, request);
	fields = make_fields(request);
	curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(http->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(http->curl, CURLOPT_WRITEDATA, &reception);
	curl_easy_setopt(http->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(http->curl, CURLOPT_HEADERDATA, &reception);
	result = curl_easy_perform(http->curl);
	if (result != CURLE_OK && http->error[0] == '\0')
		strncpy(http->error, curl_easy_strerror(result),
		    sizeof(http->error) - 1);
	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &retry_after);
	/* A day stands for everything longer. */
	answer->retry_after = retry_after > 86400 ? 86400 : (long)retry_after;
	curl_slist_free_all(fields);
	return (judge(result, &reception));
}

const char *
http_error(const struct http *http)
{
	return (http->error);
}

void
http_answer_free(struct http_answer *answer)
{
	buf_free(&answer->body);
	*answer = (struct http_answer){ 0 };
}

void
http_close(struct http *http)
{
	if (http == NULL)
		return;
	curl_easy_cleanup(http->curl);
	curl_global_cleanup();
	free(http->ca_file);
	free(http);
}
