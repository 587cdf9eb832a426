/* html: text of others made safe for a page. */
#ifndef CREDRELAY_HTML_H
#define CREDRELAY_HTML_H

#include <stddef.h>

struct buf;

/*
 * Append text to out so that it stands for itself as element content and
 * inside a quoted attribute: & < > " and ' become character references.
 * Control characters (C0, DEL, C1) and those that override or isolate the
 * direction of writing (U+202A-202E, U+2066-2069) are dropped; joiners stay.
 * A byte that is no UTF-8, and a code point that HTML forbids (the
 * noncharacters), becomes U+FFFD, so that the page stays valid whatever comes.
 * text is borrowed for the call. credrelay-api(7), PREVIEW PAGE.
 */
void html_escape(struct buf *out, const char *text, size_t len);

#endif
