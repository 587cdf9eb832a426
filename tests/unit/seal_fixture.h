/* seal_fixture.h: a mailbox of the tests of seal.h, and another. */
#ifndef CREDRELAY_SEAL_FIXTURE_H
#define CREDRELAY_SEAL_FIXTURE_H

#include <check.h>
#include <string.h>

#include "seal.h"

#define ID "01234567-89ab-4def-8123-456789abcdef"
#define OTHER_ID "01234567-89ab-4def-8123-456789abcdee"
#define CLAIM "aaaaaaaa-bbbb-4ccc-9ddd-eeeeeeeeeeee"

/* What is derived of ID, and of it and CLAIM; test_seal_derived tells how. */
#define ROW_KEY "9da87292-ed37-9f04-f2a1-c12c1cfe9a35"
#define CLAIM_HASH "ef53c06c-6e36-22d2-78ea-de9c5eb3cc75"

static inline struct uuid
id(const char *text)
{
	struct uuid uuid;

	ck_assert(uuid_parse(text, strlen(text), &uuid) == STATUS_OK);
	return (uuid);
}

static inline struct seal
start(const char *identifier)
{
	struct seal seal;
	struct uuid uuid = id(identifier);

	seal_start(&seal, &uuid);
	return (seal);
}

#endif
