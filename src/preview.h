/*
 * preview: the page behind a link, for messengers and for people.
 *
 * It runs no script, asks for nothing and loads nothing: its one style is
 * inside, and the Content-Security-Policy names it by its hash.
 * credrelay-api(7), PREVIEW PAGE.
 */
#ifndef CREDRELAY_PREVIEW_H
#define CREDRELAY_PREVIEW_H

#include <stdint.h>

struct buf;

/* What is shown of one mailbox. All texts are UTF-8, end with a NUL, are
 * written by others and not trusted, and are borrowed for the call. */
struct preview {
	const char *title;
	const char *description;
	const char *image_url;	/* NULL or empty: no og:image */
	const char *link;	/* the mailbox's URL, without a fragment */
	int64_t expires_at;	/* seconds since 1970 */
};

/*
 * The value of the Content-Security-Policy that every page here needs.
 * Borrowed for good. Made at the first call (preview_init() is that call,
 * for a program that wants it made before it forks).
 */
const char *preview_csp(void);
void preview_init(void);

/*
 * Append the page of a living mailbox to out: text/html in UTF-8, status 200.
 * The texts are escaped and stripped of control and bidirectional characters
 * (html.h); a title of which nothing visible is left gets a stand-in.
 */
void preview_page(struct buf *out, const struct preview *preview);

/*
 * Append the page that says that the share has ended or never was (status
 * 404). The same bytes for every path.
 */
void preview_ended(struct buf *out);

#endif
