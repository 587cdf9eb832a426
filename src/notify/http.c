/* http.c: many pushes at once, over connections that are kept. */
#include "notify/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "log.h"
#include "mem.h"
#include "notify/address.h"

/*
 * Of an answer's body so much is kept; one that is longer than BODY_MOST ends
 * its push.
 */
enum { BODY_KEPT = 4096, BODY_MOST = 65536, CONNECT_TIMEOUT_MS = 3000 };

struct transfer {
	TAILQ_ENTRY(transfer) link;
	CURL *curl; /* kept for the next push */
	struct curl_slist *headers;
	struct push push;
	struct push_answer answer;
	void *who;
	size_t body_len; /* as it came, more than what is kept */
	bool refused;	 /* an address was */
	bool connected;	 /* another one was not */
};

TAILQ_HEAD(transfers, transfer);

struct http_pushes {
	CURLM *multi;
	struct transfer *all; /* owned */
	unsigned n_all;
	unsigned room;
	struct transfers idle, running, finished;
};

/* Out of memory, or a libcurl that is broken: nothing goes on from there. */
static void
must(bool fine)
{
	if (!fine)
		abort();
}

struct http_pushes *
http_pushes_open(unsigned in_flight)
{
	struct http_pushes *p = mem_alloc(sizeof(*p));
	unsigned i;

	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	p->multi = curl_multi_init();
	must(p->multi != NULL);
	p->all = mem_alloc(in_flight * sizeof(p->all[0]));
	p->n_all = p->room = in_flight;
	TAILQ_INIT(&p->idle);
	TAILQ_INIT(&p->running);
	TAILQ_INIT(&p->finished);
	for (i = 0; i < in_flight; i++) {
		p->all[i].curl = curl_easy_init();
		must(p->all[i].curl != NULL);
		TAILQ_INSERT_TAIL(&p->idle, &p->all[i], link);
	}
	return (p);
}

/* Releases what belongs to one push; the handle is ready for another. */
static void
transfer_clear(struct transfer *t)
{
	curl_easy_reset(t->curl);
	curl_slist_free_all(t->headers);
	push_end(&t->push);
	push_answer_end(&t->answer);
	*t = (struct transfer){ .curl = t->curl, .link = t->link };
}

void
http_pushes_close(struct http_pushes *p)
{
	struct transfer *t;
	unsigned i;

	if (p == NULL)
		return;
	TAILQ_FOREACH(t, &p->running, link)
	(void)curl_multi_remove_handle(p->multi, t->curl);
	for (i = 0; i < p->n_all; i++) {
		transfer_clear(&p->all[i]);
		curl_easy_cleanup(p->all[i].curl);
	}
	(void)curl_multi_cleanup(p->multi);
	curl_global_cleanup();
	free(p->all);
	free(p);
}

unsigned
http_pushes_room(const struct http_pushes *p)
{
	return (p->room);
}

/* Any name may stand for any address: here is the one that it stands for. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = arg;

	(void)purpose;
	if (!address_allowed(&address->addr, t->push.allow)) {
		t->refused = true;
		return (CURL_SOCKET_BAD);
	}
	t->connected = true;
	return (socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol));
}

/*
 * The connection may have been made for another push, which was allowed more.
 * libcurl tells by the text of its address.
 */
static int
check_connection(
    void *arg, char *remote, char *local, int remote_port, int local_port)
{
	struct transfer *t = arg;
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	const struct sockaddr *address = (const struct sockaddr *)&four;

	(void)local;
	(void)remote_port;
	(void)local_port;
	if (inet_pton(AF_INET, remote, &four.sin_addr) != 1) {
		address = (const struct sockaddr *)&six;
		if (inet_pton(AF_INET6, remote, &six.sin6_addr) != 1)
			address = NULL;
	}
	if (address != NULL && address_allowed(address, t->push.allow))
		return (CURL_PREREQFUNC_OK);
	t->refused = true;
	t->connected = false;
	return (CURL_PREREQFUNC_ABORT);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	struct buf *body = &t->answer.body;
	size_t room = BODY_KEPT - body->len;

	size *= count;
	t->body_len += size;
	if (t->body_len > BODY_MOST)
		return (CURL_WRITEFUNC_ERROR);
	buf_add(body, bytes, size < room ? size : room);
	return (size);
}

/* `text` has a line for each header. */
static struct curl_slist *
make_headers(const struct buf *text)
{
	struct curl_slist *list = NULL, *longer;
	const char *p = text->len == 0 ? "" : text->data, *end;
	char *line;

	for (; *p != '\0'; p = *end == '\n' ? end + 1 : end) {
		end = strchr(p, '\n');
		if (end == NULL)
			end = p + strlen(p);
		line = mem_strndup(p, (size_t)(end - p));
		longer = curl_slist_append(list, line);
		must(longer != NULL);
		explicit_bzero(line, (size_t)(end - p)); /* credentials */
		free(line);
		list = longer;
	}
	/* A name alone takes out what libcurl would send by itself. */
	longer = curl_slist_append(list, "Expect:");
	must(longer != NULL);
	return (longer);
}

static void
set_rules(struct transfer *t)
{
	CURL *c = t->curl;

	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
	    t->push.plain_allowed ? "http,https" : "https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)HTTP_TIMEOUT_MS);
	curl_easy_setopt(
	    c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Who waits for a name must not hold up the others when it gives up. */
	curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
#endif
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, check_connection);
	curl_easy_setopt(c, CURLOPT_PREREQDATA, t);
	if (*t->push.ca_file != '\0') {
		curl_easy_setopt(c, CURLOPT_CAINFO, t->push.ca_file);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	/*
	 * Over TLS both sides agree on it at once; then the pushes share a
	 * connection, and wait for the word.  In the clear they would wait
	 * for the first answer.
	 */
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(c, CURLOPT_PIPEWAIT,
	    strncmp(t->push.url.data, "https:", 6) == 0 ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "credrelay/" PACKAGE_VERSION);
}

void
http_push_start(struct http_pushes *p, struct push *push, void *who)
{
	struct transfer *t = TAILQ_FIRST(&p->idle);

	must(t != NULL);
	TAILQ_REMOVE(&p->idle, t, link);
	TAILQ_INSERT_TAIL(&p->running, t, link);
	p->room--;
	t->push = *push;
	*push = (struct push){ 0 };
	t->who = who;
	t->answer = (struct push_answer){ .retry_after = -1 };
	set_rules(t);
	t->headers = make_headers(&t->push.headers);
	curl_easy_setopt(t->curl, CURLOPT_URL, t->push.url.data);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(
	    t->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->push.body.len);
	curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS,
	    t->push.body.len == 0 ? "" : t->push.body.data);
	curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_PRIVATE, t);
	must(curl_multi_add_handle(p->multi, t->curl) == CURLM_OK);
}

/* Not before an answer: libcurl takes HTTP/1.1 where that is all there is. */
static bool
is_version_wrong(const struct transfer *t)
{
	long version = 0;

	(void)curl_easy_getinfo(t->curl, CURLINFO_HTTP_VERSION, &version);
	return (t->push.http2 && version != CURL_HTTP_VERSION_2_0);
}

/* Whatever ended it, a final status that has come is what the gateway says. */
static void
transfer_end(struct transfer *t, CURLcode result)
{
	struct push_answer *answer = &t->answer;
	curl_off_t after = 0;
	long status = 0;

	(void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &after);
	if (status >= 200 && is_version_wrong(t))
		log_debug("an answer that is not HTTP/2 is none");
	else if (status >= 200)
		answer->status = status;
	/* A day stands for everything longer. */
	if (after > 0)
		answer->retry_after = after > 86400 ? 86400 : (long)after;
	answer->goaway = answer->status == 0 &&
	    (result == CURLE_HTTP2 || result == CURLE_HTTP2_STREAM);
	answer->refused = answer->status == 0 && t->refused && !t->connected;
	if (result != CURLE_OK)
		log_debug(
		    "a push has no answer: %s", curl_easy_strerror(result));
}

/* Moves all on, and takes those out that have ended. */
static void
drive(struct http_pushes *p)
{
	struct transfer *t;
	CURLMsg *message;
	int n;

	must(curl_multi_perform(p->multi, &n) == CURLM_OK);
	while ((message = curl_multi_info_read(p->multi, &n)) != NULL) {
		CURLcode result = message->data.result;
		CURL *curl = message->easy_handle;

		if (message->msg != CURLMSG_DONE)
			continue;
		must(curl_easy_getinfo(curl, CURLINFO_PRIVATE, &t) == CURLE_OK);
		transfer_end(t, result);
		(void)curl_multi_remove_handle(p->multi, curl);
		TAILQ_REMOVE(&p->running, t, link);
		TAILQ_INSERT_TAIL(&p->finished, t, link);
	}
}

void
http_pushes_wait(
    struct http_pushes *p, struct pollfd *fds, unsigned n, int64_t ms)
{
	struct curl_waitfd extra[4];
	unsigned i;
	int moved;

	must(n <= sizeof(extra) / sizeof(extra[0]));
	for (i = 0; i < n; i++)
		extra[i] = (struct curl_waitfd){ .fd = fds[i].fd,
			.events = fds[i].events };
	if (ms > INT32_MAX)
		ms = INT32_MAX;
	(void)curl_multi_poll(p->multi, extra, n, ms < 0 ? 0 : (int)ms, &moved);
	for (i = 0; i < n; i++)
		fds[i].revents = extra[i].revents;
	drive(p);
}

bool
http_push_finished(
    struct http_pushes *p, void **who, struct push_answer *answer)
{
	struct transfer *t = TAILQ_FIRST(&p->finished);

	if (t == NULL)
		return (false);
	TAILQ_REMOVE(&p->finished, t, link);
	*who = t->who;
	*answer = t->answer;
	t->answer = (struct push_answer){ 0 };
	transfer_clear(t);
	TAILQ_INSERT_HEAD(&p->idle, t, link);
	p->room++;
	return (true);
}
