/* etag.c: entity tags and the conditions made of them. */
#include "etag.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const char digits[] = "0123456789abcdef";

void
etag_format(int64_t version, char out[ETAG_TEXT_LEN + 1])
{
	uint64_t n = (uint64_t)version;
	size_t i;

	for (i = ETAG_TEXT_LEN - 2; i > 0; i--, n >>= 4)
		out[i] = digits[n & 0xf];
	out[0] = out[ETAG_TEXT_LEN - 1] = '"';
	out[ETAG_TEXT_LEN] = '\0';
}

/* The 16 digits between the quotes; false when the tag is none of ours. */
static bool
read_version(const char *text, size_t len, int64_t *version)
{
	uint64_t n = 0;
	const char *digit;
	size_t i;

	if (len != ETAG_TEXT_LEN - 2)
		return (false);
	for (i = 0; i < len; i++) {
		digit = memchr(digits, text[i], sizeof(digits) - 1);
		if (digit == NULL)
			return (false);
		n = n << 4 | (uint64_t)(digit - digits);
	}
	if (n > INT64_MAX)
		return (false);
	*version = (int64_t)n;
	return (true);
}

/* Grows one by one: a condition names one tag or two, a header has an end. */
static void
add_version(struct etag_list *list, int64_t version)
{
	list->versions =
	    mem_grow(list->versions, (list->n + 1) * sizeof(list->versions[0]));
	list->versions[list->n++] = version;
}

void
etag_list_free(struct etag_list *list)
{
	free(list->versions);
	*list = (struct etag_list){ 0 };
}

void
etag_list_add(struct etag_list *list, const char *field, bool weak)
{
	const char *end;
	int64_t version;
	bool is_weak;

	list->given = true;
	for (;;) {
		field += strspn(field, " \t,");
		if (*field == '*') {
			list->any = true;
			field++;
			continue;
		}
		is_weak = strncmp(field, "W/", 2) == 0;
		if (is_weak)
			field += 2;
		if (*field != '"' || (end = strchr(field + 1, '"')) == NULL)
			return; /* the end, or no tag: the rest is noise */
		if ((weak || !is_weak) &&
		    read_version(
			field + 1, (size_t)(end - field - 1), &version))
			add_version(list, version);
		field = end + 1;
	}
}

bool
etag_list_has(const struct etag_list *list, int64_t version)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (list->versions[i] == version)
			return (true);
	}
	return (list->any);
}
