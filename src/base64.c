/* base64.c: RFC 4648, both alphabets. */
#include "base64.h"

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const char alphabet[] = LETTERS "+/";
static const char alphabet_url[] = LETTERS "-_";

static void
encode(struct buf *out, const char *letters, const unsigned char *in,
    size_t len, bool pad)
{
	char quad[4];
	uint32_t bits;
	size_t n, i;

	while (len > 0) {
		n = len < 3 ? len : 3;
		bits = (uint32_t)in[0] << 16;
		if (n > 1)
			bits |= (uint32_t)in[1] << 8;
		if (n > 2)
			bits |= in[2];
		for (i = 0; i < 4; i++)
			quad[i] =
			    i <= n ? letters[(bits >> (18 - 6 * i)) & 63] : '=';
		buf_add(out, quad, pad ? 4 : n + 1);
		in += n;
		len -= n;
	}
}

void
base64_encode(struct buf *out, const void *bytes, size_t len)
{
	encode(out, alphabet, bytes, len, true);
}

void
base64_encode_url(struct buf *out, const void *bytes, size_t len)
{
	encode(out, alphabet_url, bytes, len, false);
}

/* The value of a digit, or 64; *plain and *url note which alphabet it needs. */
static uint32_t
digit_value(char c, bool *plain, bool *url)
{
	if (c >= 'A' && c <= 'Z')
		return ((uint32_t)(c - 'A'));
	if (c >= 'a' && c <= 'z')
		return ((uint32_t)(c - 'a') + 26);
	if (c >= '0' && c <= '9')
		return ((uint32_t)(c - '0') + 52);
	if (c == '+' || c == '/') {
		*plain = true;
		return (c == '+' ? 62 : 63);
	}
	if (c == '-' || c == '_') {
		*url = true;
		return (c == '-' ? 62 : 63);
	}
	return (64);
}

/* Takes off the padding. STATUS_INVALID: it does not fit the length. */
static enum status
strip_padding(const char *text, size_t *len)
{
	size_t n = *len, pad = 0;

	while (pad < 2 && n > pad && text[n - 1 - pad] == '=')
		pad++;
	if (pad != 0 && n % 4 != 0)
		return (STATUS_INVALID);
	*len = n - pad;
	return (*len % 4 == 1 ? STATUS_INVALID : STATUS_OK);
}

enum status
base64_decode(const char *text, size_t len, struct buf *out)
{
	bool plain = false, url = false;
	size_t start = out->len, i;
	uint32_t bits = 0, value;
	enum status status = STATUS_INVALID;
	unsigned held = 0;
	char byte;

	if (strip_padding(text, &len) != STATUS_OK)
		return (STATUS_INVALID);
	buf_reserve(out, len / 4 * 3 + 2);
	for (i = 0; i < len; i++) {
		value = digit_value(text[i], &plain, &url);
		if (value == 64 || (plain && url))
			goto out;
		bits = (bits << 6 | value) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			byte = (char)(bits >> held & 0xff);
			buf_add(out, &byte, 1);
		}
	}
	if ((bits & ((1u << held) - 1)) != 0)
		goto out;
	status = STATUS_OK;
out:
	if (status != STATUS_OK) {
		out->len = start;
		out->data[start] = '\0';
	}
	return (status);
}
