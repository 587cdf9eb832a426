/* fuzz_html: others' text on a page; alone, and in all places of the page. */
#include "buf.h"
#include "fuzz.h"
#include "html.h"
#include "preview.h"
#include "utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD"

static const struct {
	const char *reference, *stands_for;
} references[] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
	{ "&quot;", "\"" }, { "&#39;", "'" } };

/* What html.h lets through of a text. */
static void
let_through(const char *p, size_t len, struct buf *out)
{
	const char *end = p + len, *at;
	uint32_t cp;

	while ((at = p) < end) {
		if (utf8_next(&p, end, &cp) != STATUS_OK) {
			p++;
			buf_puts(out, REPLACEMENT);
		} else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
		    (cp >= 0x202a && cp <= 0x202e) ||
		    (cp >= 0x2066 && cp <= 0x2069)) {
			continue;
		} else if ((cp >= 0xfdd0 && cp <= 0xfdef) ||
		    (cp & 0xfffe) == 0xfffe) {
			buf_puts(out, REPLACEMENT);
		} else {
			buf_add(out, at, (size_t)(p - at));
		}
	}
}

static void
unescape(const struct buf *in, struct buf *out)
{
	size_t at = 0, i, n;

	while (at < in->len) {
		HOLD(strchr("<>\"'", in->data[at]) == NULL);
		if (in->data[at] != '&') {
			buf_add(out, in->data + at++, 1);
			continue;
		}
		for (i = 0; i < 5; i++) {
			n = strlen(references[i].reference);
			if (strncmp(
				in->data + at, references[i].reference, n) == 0)
				break;
		}
		HOLD(i < 5);
		buf_puts(out, references[i].stands_for);
		at += n;
	}
}

static void
check_escape(const char *text, size_t len)
{
	struct buf escaped = { 0 }, back = { 0 }, expected = { 0 };
	size_t n;

	html_escape(&escaped, text, len);
	let_through(text, len, &expected);
	unescape(&escaped, &back);
	HOLD(back.len == expected.len);
	HOLD(back.len == 0 || memcmp(back.data, expected.data, back.len) == 0);
	HOLD(escaped.len == 0 ||
	    utf8_count(escaped.data, escaped.len, &n) == STATUS_OK);
	buf_free(&escaped);
	buf_free(&back);
	buf_free(&expected);
}

/* The page's tags with their attributes, but for these' values. */
static char *
skeleton(const char *title, const char *description, const char *image)
{
	const struct preview preview = { .title = title,
		.description = description,
		.image_url = image,
		.link = "https://relay.example/v1/m/x",
		.expires_at = 0 };
	struct buf page = { 0 }, bones = { 0 };
	bool in_tag = false, in_value = false;
	size_t i;

	preview_page(&page, &preview);
	for (i = 0; i < page.len; i++) {
		char c = page.data[i];

		if (!in_tag && c == '<')
			in_tag = true;
		if (in_tag && c == '"')
			in_value = !in_value;
		if (in_tag && !in_value)
			buf_add(&bones, &c, 1);
		if (in_tag && !in_value && c == '>')
			in_tag = false;
	}
	HOLD(!in_tag && bones.len > 100);
	buf_free(&page);
	return (bones.data);
}

/* Whatever the texts are, the page is built as it is of harmless ones. */
static void
check_page(const char *bytes, size_t size)
{
	static const char *const images[] = { NULL, "https://a.example/b" };
	static const char *const texts[] = { "", "d" };
	static char *plain[4]; /* as many as there are sorts of pages */
	char *parts[3], *found;
	bool same = false;
	size_t i;

	for (i = 0; i < 3; i++) {
		parts[i] = fuzz_string(bytes, size);
		if (strlen(parts[i]) < size) {
			bytes += strlen(parts[i]) + 1;
			size -= strlen(parts[i]) + 1;
		} else {
			size = 0;
			bytes = "";
		}
	}
	found = skeleton(parts[0], parts[1], parts[2]);
	for (i = 0; i < 4 && !same; i++) {
		if (plain[i] == NULL)
			plain[i] = skeleton("t", texts[i & 1], images[i >> 1]);
		same = strcmp(plain[i], found) == 0;
	}
	HOLD(same);
	free(found);
	for (i = 0; i < 3; i++)
		free(parts[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_escape((const char *)data, size);
	check_page((const char *)data, size);
	return (0);
}
