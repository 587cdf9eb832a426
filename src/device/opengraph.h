/* opengraph.h: the Open Graph properties of a preview page. */
#ifndef CREDRELAY_DEVICE_OPENGRAPH_H
#define CREDRELAY_DEVICE_OPENGRAPH_H

#include <stddef.h>

/*
 * The content of the first <meta property="og:..."> with that property, its
 * character references decoded; owned by the caller, NULL: there is none.
 * Reads tags as browsers do in the main: comments are skipped, attributes come
 * in any order, in either quote or in none.
 */
char *opengraph_find(const char *html, size_t len, const char *property);

#endif
