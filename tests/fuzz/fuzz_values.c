/* fuzz_values: UUIDs, times, rights and UTF-8; the first byte says which. */
#include <iconv.h>
#include <time.h>

#include "fuzz.h"
#include "rights.h"
#include "timestamp.h"
#include "utf8.h"
#include "uuid.h"

static void
uuid(const char *text, size_t len)
{
	char written[UUID_TEXT_LEN + 1];
	struct uuid id, again;
	size_t i;

	if (uuid_parse(text, len, &id) != STATUS_OK)
		return;
	HOLD(len == UUID_TEXT_LEN);
	uuid_format(&id, written);
	for (i = 0; i < len; i++)
		HOLD(written[i] == text[i] ||
		    (text[i] >= 'A' && text[i] <= 'F' &&
			written[i] == text[i] + ('a' - 'A')));
	HOLD(written[len] == '\0');
	HOLD(uuid_parse(written, len, &again) == STATUS_OK);
	HOLD(uuid_compare(&id, &again) == 0);
	HOLD(!uuid_is_v4(&id) || uuid_is_plain(&id));
	HOLD(uuid_is_v4(&id) ==
	    (written[14] == '4' && strchr("89ab", written[19]) != NULL));
}

/* By the C library's calendar, which knows every year. */
static void
timestamp(const char *text, size_t len)
{
	char written[TIMESTAMP_TEXT_LEN + 1];
	int64_t when = 0, again;
	struct tm tm = { 0 };

	if (timestamp_parse(text, len, &when) != STATUS_OK)
		return;
	HOLD(len >= TIMESTAMP_TEXT_LEN && len != TIMESTAMP_TEXT_LEN + 1);
	HOLD(when >= TIMESTAMP_MIN && when <= TIMESTAMP_MAX);
	timestamp_format(when, written);
	HOLD(memcmp(written, text, TIMESTAMP_TEXT_LEN - 1) == 0);
	HOLD(written[TIMESTAMP_TEXT_LEN - 1] == 'Z' && text[len - 1] == 'Z');
	HOLD(strptime(written, "%Y-%m-%dT%H:%M:%SZ", &tm) != NULL);
	HOLD(timegm(&tm) == when);
	HOLD(timestamp_parse(written, TIMESTAMP_TEXT_LEN, &again) == STATUS_OK);
	HOLD(again == when);
}

/* Any second at all can be written, and is read again. */
static void
second(const char *bytes, size_t len)
{
	char written[TIMESTAMP_TEXT_LEN + 1];
	int64_t when = 0, again;

	memcpy(&when, bytes, len < sizeof(when) ? len : sizeof(when));
	timestamp_format(when, written);
	HOLD(timestamp_parse(written, strlen(written), &again) == STATUS_OK);
	if (when < TIMESTAMP_MIN)
		when = TIMESTAMP_MIN;
	HOLD(again == (when > TIMESTAMP_MAX ? TIMESTAMP_MAX : when));
}

static void
rights(const char *text, size_t len)
{
	unsigned expected = 0, found = 0, bit;
	bool valid = len > 0;
	size_t i;

	for (i = 0; i < len; i++) {
		bit = text[i] == 'R' ? 1u :
		    text[i] == 'W'   ? 2u :
		    text[i] == 'D'   ? 4u :
				       0;
		valid = valid && bit != 0 && (expected & bit) == 0;
		expected |= bit;
	}
	HOLD((rights_parse(text, len, &found) == STATUS_OK) == valid);
	HOLD(found == (valid ? expected : 0));
}

/* Against the C library's converter. */
static void
utf8(const char *text, size_t len)
{
	static iconv_t converter = (iconv_t)-1;
	uint32_t expected[256], cp;
	size_t in_len = len < 256 ? len : 256, left = in_len;
	size_t to_len = sizeof(expected), n = 0, count;
	char *in = mem_alloc(in_len + 1), *from = in, *to = (char *)expected;
	const char *p = text, *end = text + in_len;
	char bytes[4];
	bool valid;

	if (converter == (iconv_t)-1)
		converter = iconv_open("UTF-32LE", "UTF-8");
	HOLD(converter != (iconv_t)-1);
	memcpy(in, text, in_len);
	(void)iconv(converter, NULL, NULL, NULL, NULL);
	valid = iconv(converter, &from, &left, &to, &to_len) != (size_t)-1;
	HOLD((utf8_count(text, in_len, &count) == STATUS_OK) == valid);
	while (utf8_next(&p, end, &cp) == STATUS_OK) {
		HOLD((char *)&expected[n] < to && expected[n] == cp);
		n++;
		HOLD(memcmp(bytes, p - utf8_put(bytes, cp),
			 utf8_put(bytes, cp)) == 0);
	}
	HOLD((char *)&expected[n] == to);
	HOLD(!valid || (count == n && p == end));
	HOLD(valid || p - text == from - in);
	free(in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(
	    const char *, size_t) = { uuid, timestamp, second, rights, utf8 };

	if (size > 0)
		checks[data[0] % 5]((const char *)data + 1, size - 1);
	return (0);
}
