/* test_body_bounds: how long the members of a body may be, to the byte. */
#include <check.h>
#include <string.h>

#include "body.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

typedef enum status reader(const struct request *, struct body *);

#define PAYLOAD "\"payload\":{\"type\":\"t\",\"data\":\"d\"}"
#define TITLE "{" PAYLOAD ",\"displayInformation\":{\"title\":\""
#define BEHIND_TITLE "\",\"description\":\"\",\"imageURL\":\"https://a/\"}}"
#define DESCRIPTION TITLE "t\",\"description\":\""
#define BEHIND_DESCRIPTION "\",\"imageURL\":\"https://a/\"}}"
#define URL TITLE "t\",\"description\":\"\",\"imageURL\":\"https://a/"
#define TOKEN                                                                  \
	"{" PAYLOAD ",\"notificationToken\":"                                  \
	"{\"type\":\"t\",\"tokenData\":\""

/* "https://a/" and the token around its tokenData count as well. */
enum { URL_HEAD = 10, TOKEN_FRAME = 27 };

#define E_ACUTE "\xc3\xa9"	    /* 2 bytes */
#define EURO "\xe2\x82\xac"	    /* 3 bytes */
#define KEY_SIGN "\xf0\x9f\x94\x91" /* 4 bytes */

/* The text is `before`, `n` times `filler`, `after`. */
static const struct {
	const char *what;
	reader *read;
	const char *before, *filler, *after;
	size_t n;
	enum status status;
} bounds[] = {
	{ "type of 64 bytes", body_read_create, "{\"payload\":{\"type\":\"",
	    "t", "\",\"data\":\"d\"}}", 64, STATUS_OK },
	{ "type of 65 bytes", body_read_create, "{\"payload\":{\"type\":\"",
	    "t", "\",\"data\":\"d\"}}", 65, STATUS_INVALID },
	{ "type of 64 bytes, two a character", body_read_create,
	    "{\"payload\":{\"type\":\"", E_ACUTE, "\",\"data\":\"d\"}}", 32,
	    STATUS_OK },
	{ "type of 66 bytes, two a character", body_read_create,
	    "{\"payload\":{\"type\":\"", E_ACUTE, "\",\"data\":\"d\"}}", 33,
	    STATUS_INVALID },
	{ "type of 64 bytes, as escapes", body_read_create,
	    "{\"payload\":{\"type\":\"", "\\u0074", "\",\"data\":\"d\"}}", 64,
	    STATUS_OK },
	{ "type of 66 bytes, as escapes", body_read_create,
	    "{\"payload\":{\"type\":\"", "\\u00e9", "\",\"data\":\"d\"}}", 33,
	    STATUS_INVALID },
	{ "type of 64 bytes in an update", body_read_update,
	    "{\"payload\":{\"type\":\"", "t", "\",\"data\":\"d\"}}", 64,
	    STATUS_OK },
	{ "type of 65 bytes in an update", body_read_update,
	    "{\"payload\":{\"type\":\"", "t", "\",\"data\":\"d\"}}", 65,
	    STATUS_INVALID },
	{ "data has no bound of its own", body_read_create,
	    "{\"payload\":{\"type\":\"t\",\"data\":\"", "d", "\"}}", 1000000,
	    STATUS_OK },

	{ "title of 1 character", body_read_create, TITLE, KEY_SIGN,
	    BEHIND_TITLE, 1, STATUS_OK },
	{ "title of 128 characters", body_read_create, TITLE, "a", BEHIND_TITLE,
	    128, STATUS_OK },
	{ "title of 129 characters", body_read_create, TITLE, "a", BEHIND_TITLE,
	    129, STATUS_INVALID },
	{ "title of 128 characters, two bytes each", body_read_create, TITLE,
	    E_ACUTE, BEHIND_TITLE, 128, STATUS_OK },
	{ "title of 129 characters, two bytes each", body_read_create, TITLE,
	    E_ACUTE, BEHIND_TITLE, 129, STATUS_INVALID },
	{ "title of 128 characters, four bytes each", body_read_create, TITLE,
	    KEY_SIGN, BEHIND_TITLE, 128, STATUS_OK },
	{ "title of 129 characters, four bytes each", body_read_create, TITLE,
	    KEY_SIGN, BEHIND_TITLE, 129, STATUS_INVALID },
	{ "title of 128 characters, as pairs of escapes", body_read_create,
	    TITLE, "\\ud83d\\udd11", BEHIND_TITLE, 128, STATUS_OK },
	{ "title of 129 characters, as pairs of escapes", body_read_create,
	    TITLE, "\\ud83d\\udd11", BEHIND_TITLE, 129, STATUS_INVALID },

	{ "description of 512 characters", body_read_create, DESCRIPTION, "a",
	    BEHIND_DESCRIPTION, 512, STATUS_OK },
	{ "description of 513 characters", body_read_create, DESCRIPTION, "a",
	    BEHIND_DESCRIPTION, 513, STATUS_INVALID },
	{ "description of 512 characters, three bytes each", body_read_create,
	    DESCRIPTION, EURO, BEHIND_DESCRIPTION, 512, STATUS_OK },
	{ "description of 513 characters, three bytes each", body_read_create,
	    DESCRIPTION, EURO, BEHIND_DESCRIPTION, 513, STATUS_INVALID },
	{ "description of 512 escapes of two bytes", body_read_create,
	    DESCRIPTION, "\\n", BEHIND_DESCRIPTION, 512, STATUS_OK },

	{ "imageURL of 2,048 bytes", body_read_create, URL, "a", "\"}}",
	    2048 - URL_HEAD, STATUS_OK },
	{ "imageURL of 2,049 bytes", body_read_create, URL, "a", "\"}}",
	    2049 - URL_HEAD, STATUS_INVALID },
	{ "imageURL of 2,048 bytes, two a character", body_read_create, URL,
	    E_ACUTE, "\"}}", (2048 - URL_HEAD) / 2, STATUS_OK },
	{ "imageURL of 2,050 bytes, two a character", body_read_create, URL,
	    E_ACUTE, "\"}}", (2050 - URL_HEAD) / 2, STATUS_INVALID },

	{ "token of 4,096 bytes in a create", body_read_create, TOKEN, "d",
	    "\"}}", 4096 - TOKEN_FRAME, STATUS_OK },
	{ "token of 4,097 bytes in a create", body_read_create, TOKEN, "d",
	    "\"}}", 4097 - TOKEN_FRAME, STATUS_INVALID },
	{ "token of 4,096 bytes in an update", body_read_update, TOKEN, "d",
	    "\"}}", 4096 - TOKEN_FRAME, STATUS_OK },
	{ "token of 4,097 bytes in an update", body_read_update, TOKEN, "d",
	    "\"}}", 4097 - TOKEN_FRAME, STATUS_INVALID },
	{ "token of 4,096 bytes in a read", body_read_read, TOKEN, "d", "\"}}",
	    4096 - TOKEN_FRAME, STATUS_OK },
	{ "token of 4,097 bytes in a read", body_read_read, TOKEN, "d", "\"}}",
	    4097 - TOKEN_FRAME, STATUS_INVALID },
	/* As written: an escape counts by its six bytes, not by its one. */
	{ "token of 4,095 bytes as written", body_read_read, TOKEN, "\\u0064",
	    "\"}}", (4096 - TOKEN_FRAME) / 6, STATUS_OK },
	{ "token of 4,101 bytes as written", body_read_read, TOKEN, "\\u0064",
	    "\"}}", (4096 - TOKEN_FRAME) / 6 + 1, STATUS_INVALID },
	/* White space inside is part of it. */
	{ "token of 4,096 bytes, blanks among them", body_read_update,
	    TOKEN "d\"", " ", "}}", 4096 - TOKEN_FRAME - 1, STATUS_OK },
	{ "token of 4,097 bytes, blanks among them", body_read_update,
	    TOKEN "d\"", " ", "}}", 4097 - TOKEN_FRAME - 1, STATUS_INVALID },
	{ "white space behind it is not", body_read_update, TOKEN "d\"}", " ",
	    "}", 5000, STATUS_OK },
};

START_TEST(bound)
{
	struct buf text = { 0 };
	struct request request;
	struct body body;
	size_t i;

	buf_puts(&text, bounds[_i].before);
	for (i = 0; i < bounds[_i].n; i++)
		buf_puts(&text, bounds[_i].filler);
	buf_puts(&text, bounds[_i].after);
	request = (struct request){ .body = text.data, .body_len = text.len };
	ck_assert_msg(bounds[_i].read(&request, &body) == bounds[_i].status,
	    "%s", bounds[_i].what);
	body_end(&body);
	buf_free(&text);
}
END_TEST

/* The frame that the rows above count on. */
START_TEST(token_frame)
{
	static const char text[] = TOKEN "d\"}}";
	const struct request request = { .body = text,
		.body_len = strlen(text) };
	struct body body;

	ck_assert(body_read_read(&request, &body) == STATUS_OK);
	ck_assert_uint_eq(body.token.len, TOKEN_FRAME + 1);
	body_end(&body);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("body_bounds");
	TCase *tc = tcase_create("bounds");

	tcase_add_loop_test(tc, bound, 0, LEN(bounds));
	tcase_add_test(tc, token_frame);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
