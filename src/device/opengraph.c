/* opengraph.c: the Open Graph properties of a preview page. */
#include "device/opengraph.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "mem.h"

/* A stretch of the page that is still to be read. */
struct cursor {
	const char *at;
	const char *end;
};

struct piece {
	const char *text;
	size_t len;
};

static bool
is_space(char c)
{
	return (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f');
}

static bool
starts_with(const struct cursor *c, const char *word)
{
	size_t len = strlen(word);

	return ((size_t)(c->end - c->at) >= len &&
	    strncasecmp(c->at, word, len) == 0);
}

static void
skip_space(struct cursor *c)
{
	while (c->at < c->end && (is_space(*c->at) || *c->at == '/'))
		c->at++;
}

static struct piece
take_value(struct cursor *c)
{
	struct piece value = { c->at, 0 };
	char quote;

	if (c->at < c->end && (*c->at == '"' || *c->at == '\'')) {
		quote = *c->at++;
		value.text = c->at;
		while (c->at < c->end && *c->at != quote)
			c->at++;
		value.len = (size_t)(c->at - value.text);
		if (c->at < c->end)
			c->at++;
		return (value);
	}
	while (c->at < c->end && !is_space(*c->at) && *c->at != '>')
		c->at++;
	value.len = (size_t)(c->at - value.text);
	return (value);
}

/* The next attribute of a tag; false: the tag has ended. */
static bool
take_attribute(struct cursor *c, struct piece *name, struct piece *value)
{
	skip_space(c);
	if (c->at >= c->end || *c->at == '>')
		return (false);
	*name = (struct piece){ c->at, 0 };
	*value = (struct piece){ 0 };
	while (c->at < c->end && !is_space(*c->at) && *c->at != '/' &&
	    *c->at != '>' && (*c->at != '=' || name->text == c->at))
		c->at++;
	name->len = (size_t)(c->at - name->text);
	skip_space(c);
	if (c->at < c->end && *c->at == '=') {
		c->at++;
		while (c->at < c->end && is_space(*c->at))
			c->at++;
		*value = take_value(c);
	}
	return (true);
}

static bool
piece_is(const struct piece *piece, const char *word)
{
	return (piece->len == strlen(word) &&
	    strncasecmp(piece->text, word, piece->len) == 0);
}

static void
add_code_point(struct buf *out, unsigned long cp)
{
	char b[4];

	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	if (cp < 0x80) {
		b[0] = (char)cp;
		buf_add(out, b, 1);
		return;
	}
	b[3] = (char)(0x80 | (cp & 0x3f));
	b[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	b[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	if (cp < 0x800) {
		b[2] = (char)(0xc0 | cp >> 6);
		buf_add(out, b + 2, 2);
	} else if (cp < 0x10000) {
		b[1] = (char)(0xe0 | cp >> 12);
		buf_add(out, b + 1, 3);
	} else {
		b[0] = (char)(0xf0 | cp >> 18);
		buf_add(out, b, 4);
	}
}

/* "#39", "#x27"; false: no number. */
static bool
add_numeric(struct buf *out, const char *name)
{
	bool hex = name[1] == 'x' || name[1] == 'X';
	const char *digits = name + (hex ? 2 : 1);
	char *end;
	unsigned long cp;

	if (strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") !=
		strlen(digits) ||
	    *digits == '\0')
		return (false);
	cp = strtoul(digits, &end, hex ? 16 : 10);
	add_code_point(out, cp);
	return (true);
}

/* A character reference without & and ;.  false: not one that is known. */
static bool
add_reference(struct buf *out, const char *name)
{
	static const struct {
		const char *name;
		const char *text;
	} known[] = {
		{ "amp", "&" },
		{ "lt", "<" },
		{ "gt", ">" },
		{ "quot", "\"" },
		{ "apos", "'" },
		{ "nbsp", "\xc2\xa0" },
	};
	size_t i;

	if (name[0] == '#')
		return (add_numeric(out, name));
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0) {
			buf_puts(out, known[i].text);
			return (true);
		}
	return (false);
}

/* The text of an attribute with its references decoded; owned. */
static char *
decode(const struct piece *piece)
{
	const char *at = piece->text, *end = piece->text + piece->len, *stop;
	struct buf out = { 0 };
	char name[12];
	size_t len;

	buf_puts(&out, "");
	while (at < end) {
		stop = *at != '&' ? NULL : memchr(at, ';', (size_t)(end - at));
		len = stop == NULL ? 0 : (size_t)(stop - at) - 1;
		if (len > 0 && len < sizeof(name)) {
			memcpy(name, at + 1, len);
			name[len] = '\0';
			if (add_reference(&out, name)) {
				at = stop + 1;
				continue;
			}
		}
		buf_add(&out, at++, 1);
	}
	return (out.data);
}

/* The content of one <meta ...> if it is about the property; owned. */
static char *
read_meta(struct cursor *c, const char *property)
{
	struct piece name, value, content = { 0 };
	bool wanted = false;

	while (take_attribute(c, &name, &value)) {
		if (piece_is(&name, "property"))
			wanted = piece_is(&value, property);
		else if (piece_is(&name, "content"))
			content = value;
	}
	return (wanted && content.text != NULL ? decode(&content) : NULL);
}

char *
opengraph_find(const char *html, size_t len, const char *property)
{
	struct cursor c = { html, html + len };
	char *found = NULL;

	while (c.at < c.end && found == NULL) {
		if (starts_with(&c, "<!--")) {
			c.at += 4;
			while (c.at < c.end && !starts_with(&c, "-->"))
				c.at++;
		} else if (starts_with(&c, "<meta") && c.end - c.at > 5 &&
		    (is_space(c.at[5]) || c.at[5] == '/')) {
			c.at += 5;
			found = read_meta(&c, property);
		} else {
			c.at++;
		}
	}
	return (found);
}
