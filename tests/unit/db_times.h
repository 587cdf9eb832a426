/* db_times.h: times and their eight bytes in PostgreSQL's binary form. */
#ifndef DB_TIMES_H
#define DB_TIMES_H

#include <stdint.h>

/*
 * Microseconds since 2000-01-01; by Python, for the Unix time s:
 * struct.pack(">q", (s - 946684800) * 1000000)
 */
static const struct {
	const char *when;
	int64_t unix_seconds;
	char wire[9];
} times[] = {
	{ "2000-01-01T00:00:00Z", 946684800, "\0\0\0\0\0\0\0\0" },
	{ "2000-01-01T00:00:01Z", 946684801, "\0\0\0\0\0\x0f\x42\x40" },
	{ "1999-12-31T23:59:59Z", 946684799,
	    "\xff\xff\xff\xff\xff\xf0\xbd\xc0" },
	{ "1970-01-01T00:00:00Z", 0, "\xff\xfc\xa2\xfe\xc4\xc8\x20\x00" },
	{ "2026-11-24T00:00:00Z", 1795478400,
	    "\x00\x03\x03\xf9\x29\x04\x00\x00" },
	{ "9999-12-31T23:59:59Z", INT64_C(253402300799),
	    "\x03\x80\xe7\x0b\x91\x2c\x3d\xc0" },
};

#endif
