/* preview: the page behind a link, for messengers and for people. */
#include "preview.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "html.h"
#include "preview_style.h"
#include "seal.h"
#include "timestamp.h"

#define POLICY_BEFORE "default-src 'none'; style-src 'sha256-"
#define POLICY_BEHIND                                                          \
	"'; base-uri 'none'; form-action 'none'; "                             \
	"frame-ancestors 'none'"

/* For a title that html_escape() leaves nothing of: HTML wants one. */
#define TITLE_STAND_IN "A shared key"

#define KEY_EMBLEM                                                             \
	"<svg class=\"emblem\" viewBox=\"0 0 48 48\" width=\"56\" "            \
	"height=\"56\" aria-hidden=\"true\">"                                  \
	"<rect width=\"48\" height=\"48\" rx=\"13\"/>"                         \
	"<path d=\"M30.5 10.5a7 7 0 1 0 .01 0zM25.5 22.5 11.5 36.5"            \
	"M15 33l4.5 4.5M19.5 28.5l3.5 3.5\"/></svg>\n"

static const char page_start[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\" prefix=\"og: https://ogp.me/ns#\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"robots\" content=\"noindex\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta property=\"og:type\" content=\"website\">\n";

static const char page_style[] = "<style>" PREVIEW_STYLE "</style>\n";

static const char page_body[] = "</head>\n"
				"<body>\n"
				"<main>\n";

static const char page_advice[] =
    "<section aria-labelledby=\"accept\">\n"
    "<h2 id=\"accept\">How to accept it</h2>\n"
    "<ol>\n"
    "<li><p><strong>Use your phone.</strong> Open this link on the phone "
    "that has your wallet app.</p></li>\n"
    "<li><p><strong>Let the wallet take over.</strong> It shows you what "
    "is shared and asks before it adds anything.</p></li>\n"
    "<li><p><strong>Keep the link to yourself.</strong> Only the first "
    "device that opens it in a wallet gets the key.</p></li>\n"
    "</ol>\n"
    "</section>\n"
    "<section aria-labelledby=\"safe\">\n"
    "<h2 id=\"safe\">Is this safe?</h2>\n"
    "<ul>\n"
    "<li><p>The key is encrypted from device to device. The relay that "
    "shows you this page cannot read it.</p></li>\n"
    "<li><p>Looking at this page changes nothing. It will never ask you "
    "for a password, a code or a payment.</p></li>\n"
    "<li><p>If you did not expect this, ignore it. It ends by itself."
    "</p></li>\n"
    "</ul>\n"
    "</section>\n"
    "</article>\n"
    "<footer><p>The name and the description were written by whoever sent "
    "you the link. The relay has not checked them.</p></footer>\n"
    "</main>\n"
    "</body>\n"
    "</html>\n";

static const char page_ended[] =
    "<article class=\"ended\">\n" KEY_EMBLEM
    "<p class=\"from\">Nothing to accept here</p>\n"
    "<h1>This share has ended</h1>\n"
    "<p class=\"about\">It was picked up, its time ran out, its sender "
    "took it back, or the link is not complete.</p>\n"
    "<section aria-labelledby=\"next\">\n"
    "<h2 id=\"next\">What you can do</h2>\n"
    "<ul>\n"
    "<li><p>If it is in your wallet already, all is well.</p></li>\n"
    "<li><p>If not, check that you opened the whole link, to its last "
    "character.</p></li>\n"
    "<li><p>Or ask the person who sent it to share the key again."
    "</p></li>\n"
    "</ul>\n"
    "</section>\n"
    "</article>\n"
    "<footer><p>This relay passes keys from one device to another. It "
    "cannot read them and keeps none of them.</p></footer>\n"
    "</main>\n"
    "</body>\n"
    "</html>\n";

/* Most pages take less, and so grow once. */
enum { PAGE_ROOM = 8 * 1024 - 1 };

static char
    policy[sizeof(POLICY_BEFORE) + SEAL_DIGEST_BASE64 + sizeof(POLICY_BEHIND)];

const char *
preview_csp(void)
{
	char digest[SEAL_DIGEST_BASE64 + 1];

	if (policy[0] == '\0') {
		seal_digest_base64(
		    PREVIEW_STYLE, sizeof(PREVIEW_STYLE) - 1, digest);
		(void)snprintf(policy, sizeof(policy), "%s%s%s", POLICY_BEFORE,
		    digest, POLICY_BEHIND);
	}
	return (policy);
}

void
preview_init(void)
{
	(void)preview_csp();
}

static void
preview_escape(struct buf *out, const char *text)
{
	html_escape(out, text, strlen(text));
}

/* <meta NAME_KIND="NAME" content="TEXT">; text may be escaped already. */
static void
preview_meta(
    struct buf *out, const char *kind, const char *name, const char *escaped)
{
	buf_join(out, "<meta ", kind, "=\"", name, "\" content=\"", escaped,
	    "\">\n");
}

/* The title as it can stand in the page. out is empty before. */
static void
preview_title(struct buf *out, const char *title)
{
	preview_escape(out, title);
	if (out->len == 0 || strspn(out->data, " ") == out->len) {
		buf_clear(out);
		buf_puts(out, TITLE_STAND_IN);
	}
}

/* The seconds are dropped: so the page never promises too much. */
static void
preview_time(struct buf *out, int64_t unix_seconds)
{
	static const char *const months[] = { "January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December" };
	char text[TIMESTAMP_TEXT_LEN + 1];
	int day, month;

	timestamp_format(unix_seconds, text);
	month = (text[5] - '0') * 10 + (text[6] - '0');
	day = (text[8] - '0') * 10 + (text[9] - '0');
	buf_printf(out,
	    "<time datetime=\"%s\"><span>%d %s %.4s,</span> "
	    "<span>%.5s UTC</span></time>",
	    text, day, months[month - 1], text, text + 11);
}

static void
preview_head(struct buf *out, const struct preview *preview, const char *title,
    const char *description)
{
	struct buf url = { 0 };

	buf_puts(out, page_start);
	preview_meta(out, "property", "og:title", title);
	preview_meta(out, "property", "og:description", description);
	if (preview->image_url != NULL && preview->image_url[0] != '\0') {
		preview_escape(&url, preview->image_url);
		preview_meta(out, "property", "og:image", url.data);
		buf_clear(&url);
	}
	buf_puts(&url, "");
	preview_escape(&url, preview->link);
	preview_meta(out, "property", "og:url", url.data);
	preview_meta(out, "name", "description", description);
	buf_join(out, "<title>", title, "</title>\n");
	buf_puts(out, page_style);
	buf_free(&url);
}

void
preview_page(struct buf *out, const struct preview *preview)
{
	struct buf title = { 0 }, description = { 0 };

	buf_reserve(out, PAGE_ROOM);
	preview_title(&title, preview->title);
	buf_puts(&description, "");
	preview_escape(&description, preview->description);
	preview_head(out, preview, title.data, description.data);
	buf_puts(out, page_body);
	buf_puts(out, "<article>\n" KEY_EMBLEM);
	buf_puts(out, "<p class=\"from\">Someone shared this with you</p>\n");
	buf_join(out, "<h1 dir=\"auto\">", title.data, "</h1>\n",
	    "<p class=\"about\" dir=\"auto\">", description.data, "</p>\n");
	buf_puts(out, "<p class=\"until\"><span>Can be accepted until</span> ");
	preview_time(out, preview->expires_at);
	buf_puts(out, "</p>\n");
	buf_puts(out, page_advice);
	buf_free(&title);
	buf_free(&description);
}

void
preview_ended(struct buf *out)
{
	static const char title[] = "This share has ended";
	static const char description[] =
	    "There is nothing to accept behind this link.";

	buf_puts(out, page_start);
	preview_meta(out, "property", "og:title", title);
	preview_meta(out, "property", "og:description", description);
	preview_meta(out, "name", "description", description);
	buf_join(out, "<title>", title, "</title>\n");
	buf_puts(out, page_style);
	buf_puts(out, page_body);
	buf_puts(out, page_ended);
}
