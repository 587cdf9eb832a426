/* test_device_message: bodies, answers and problems. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "buf.h"
#include "base64.h"
#include "device/message.h"
#include "strict_json.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const char *
member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	ck_assert(json_object_object_get_ex(object, name, &value));
	return (json_object_get_string(value));
}

static char name[17]; /* of a content */

START_TEST(create_says_what_the_sender_wants)
{
	struct message_terms terms = { "T \"1\" / \xc3\xbc", "D",
		"https://x.example/i", "RW", "2026-11-25T08:00:00Z",
		"2bba630e-519b-41ec-bf63-0242ac130002", NULL };
	struct json_object *display, *conf;
	struct strict_json *json;
	struct secret secret;
	struct buf text = { 0 };

	crypto_secret_draw(&secret, 32);
	message_create(&terms, &secret, "abc", 3, &text, name);
	ck_assert_int_eq(
	    strict_json_read(text.data, text.len, &json), STATUS_OK);
	display = strict_json_member(json, "displayInformation");
	conf = strict_json_member(json, "mailboxConfiguration");
	ck_assert_str_eq(member(display, "title"), terms.title);
	ck_assert_str_eq(member(display, "description"), "D");
	ck_assert_str_eq(member(display, "imageURL"), terms.image);
	ck_assert_str_eq(member(conf, "accessRights"), "RW");
	ck_assert_str_eq(member(conf, "expiration"), terms.expiration);
	ck_assert_str_eq(json_object_get_string(
			     strict_json_member(json, "mailboxIdentifier")),
	    terms.mailbox);
	strict_json_free(json);
	buf_free(&text);
}
END_TEST

START_TEST(create_leaves_out_what_is_not_wanted)
{
	struct message_terms terms = { 0 };
	struct strict_json *json;
	struct secret secret;
	struct buf text = { 0 };

	crypto_secret_draw(&secret, 16);
	message_create(&terms, &secret, "", 0, &text, name);
	ck_assert_int_eq(
	    strict_json_read(text.data, text.len, &json), STATUS_OK);
	ck_assert_ptr_nonnull(strict_json_member(json, "payload"));
	ck_assert_ptr_null(strstr(text.data, "displayInformation"));
	ck_assert_ptr_null(strstr(text.data, "mailbox"));
	strict_json_free(json);
	buf_free(&text);
}
END_TEST

/* What one side writes, the other opens: through the very JSON. */
START_TEST(update_is_opened_by_the_other_side)
{
	struct outcome outcome = { 0 };
	struct message_content content = { 0 };
	struct buf text = { 0 }, plain = { 0 };
	struct strict_json *json;
	struct json_object *payload;
	struct secret secret, other;

	crypto_secret_draw(&secret, _i == 0 ? 16 : 32);
	crypto_secret_draw(&other, _i == 0 ? 16 : 32);
	message_update(&secret, "a\0b", 3, NULL, &text, name);
	ck_assert_ptr_null(strstr(text.data, "a\\u0000b"));
	ck_assert_int_eq(
	    strict_json_read(text.data, text.len, &json), STATUS_OK);
	payload = strict_json_member(json, "payload");
	content.type = strdup(member(payload, "type"));
	content.data = strdup(member(payload, "data"));
	ck_assert_str_eq(
	    content.type, _i == 0 ? "AEAD_AES_128_GCM" : "AEAD_AES_256_GCM");
	ck_assert_int_eq(
	    message_open(&content, &other, &plain, &outcome), EXIT_UNREADABLE);
	ck_assert_uint_eq(plain.len, 0);
	ck_assert_int_eq(
	    message_open(&content, &secret, &plain, &outcome), EXIT_DONE);
	ck_assert_uint_eq(plain.len, 3);
	ck_assert_int_eq(memcmp(plain.data, "a\0b", 3), 0);
	/* The Secret's length and the type must agree. */
	crypto_secret_draw(&other, _i == 0 ? 32 : 16);
	ck_assert_int_eq(
	    message_open(&content, &other, &plain, &outcome), EXIT_UNREADABLE);
	content.data[3] = '!';
	ck_assert_int_eq(
	    message_open(&content, &secret, &plain, &outcome), EXIT_UNREADABLE);
	message_content_free(&content);
	strict_json_free(json);
	outcome_free(&outcome);
	buf_free(&text);
	buf_free(&plain);
}
END_TEST

/* The writer knows its content again when it reads it. */
START_TEST(content_has_the_name_that_its_writer_knows)
{
	struct message_content content;
	struct buf text = { 0 };
	struct secret secret;
	char first[17];

	crypto_secret_draw(&secret, 32);
	message_update(&secret, "a", 1, NULL, &text, first);
	ck_assert_ptr_null(strstr(text.data, "notificationToken"));
	/* An update with its brace open is most of a reading. */
	text.len--;
	buf_puts(&text, ",\"expiration\":\"2026-11-25T08:00:00Z\"}");
	ck_assert_int_eq(
	    message_read_content(text.data, text.len, &content), STATUS_OK);
	ck_assert_str_eq(content.name, first);
	message_update(&secret, "a", 1, NULL, &text, name);
	ck_assert_str_ne(name, first);
	message_content_free(&content);
	buf_free(&text);
}
END_TEST

#define TOKEN "{\"type\":\"t\",\n \"tokenData\":\"d\",\"n\":1.50e99999}"

/* Byte by byte, wherever it goes. */
START_TEST(a_token_is_left_as_it_was_written)
{
	struct message_terms terms = { .token = TOKEN };
	struct secret secret;
	struct buf text = { 0 };

	crypto_secret_draw(&secret, 16);
	message_leave(TOKEN, &text);
	ck_assert_str_eq(text.data, "{\"notificationToken\":" TOKEN "}");
	buf_clear(&text);
	message_leave("null", &text);
	ck_assert_str_eq(text.data, "{\"notificationToken\":null}");
	buf_clear(&text);
	message_create(&terms, &secret, "", 0, &text, name);
	ck_assert_ptr_nonnull(
	    strstr(text.data, ",\"notificationToken\":" TOKEN "}"));
	buf_clear(&text);
	message_update(&secret, "", 0, TOKEN, &text, name);
	ck_assert_ptr_nonnull(
	    strstr(text.data, ",\"notificationToken\":" TOKEN "}"));
	buf_free(&text);
}
END_TEST

static const struct push {
	const char *json;
	bool push;
} pushes[] = {
	{ "{\"isPushNotificationSupported\":true}", true },
	{ "{\"isPushNotificationSupported\":false}", false },
	{ "{\"isPushNotificationSupported\":null}", false },
	{ "{\"isPushNotificationSupported\":\"false\"}", false },
	{ "{\"isPushNotificationSupported\":1}", false },
	{ "{}", false },
	{ "true", false },
	{ "", false },
};

START_TEST(push_is_read)
{
	const struct push *p = &pushes[_i];

	ck_assert_int_eq(message_read_push(p->json, strlen(p->json)), p->push);
}
END_TEST

#define E "\"expiration\":\"2026-11-25T08:00:00Z\""
#define P "\"payload\":{\"type\":\"t\",\"data\":\"d\"}"

static const struct answer {
	const char *json;
	bool good;
} contents[] = {
	{ "{" P "," E "}", true },
	{ "{" P "," E ",\"displayInformation\":{\"title\":\"T\","
	  "\"description\":\"D\",\"imageURL\":\"I\"},\"new\":1}",
	    true },
	{ "{" P "," E ",\"displayInformation\":7}", true },
	{ "", false },
	{ "{}", false },
	{ "{" P "}", false },
	{ "{" E "}", false },
	{ "{" P "," E, false },
	{ "{" P ",\"expiration\":\"tomorrow\"}", false },
	{ "{" P ",\"expiration\":17}", false },
	{ "{\"payload\":\"d\"," E "}", false },
	{ "{\"payload\":null," E "}", false },
	{ "{\"payload\":{\"type\":\"t\"}," E "}", false },
	{ "{\"payload\":{\"type\":1,\"data\":\"d\"}," E "}", false },
	{ "{" P "," P "," E "}", false },
};

START_TEST(content_is_read)
{
	const struct answer *a = &contents[_i];
	struct message_content content;

	ck_assert_int_eq(
	    message_read_content(a->json, strlen(a->json), &content),
	    a->good ? STATUS_OK : STATUS_INVALID);
	if (a->good) {
		ck_assert_str_eq(content.type, "t");
		ck_assert_str_eq(content.data, "d");
		ck_assert_str_eq(content.expiration, "2026-11-25T08:00:00Z");
	} else {
		ck_assert_ptr_null(content.type);
	}
	message_content_free(&content);
}
END_TEST

static const struct answer createds[] = {
	{ "{\"urlLink\":\"L\"," E "}", true },
	{ "{\"urlLink\":\"L\",\"isPushNotificationSupported\":false," E "}",
	    true },
	{ "{\"urlLink\":\"L\"}", false },
	{ "{" E "}", false },
	{ "{\"urlLink\":5," E "}", false },
	{ "{\"urlLink\":null," E "}", false },
	{ "<html>", false },
};

START_TEST(created_is_read)
{
	const struct answer *a = &createds[_i];
	struct message_created created;

	ck_assert_int_eq(
	    message_read_created(a->json, strlen(a->json), &created),
	    a->good ? STATUS_OK : STATUS_INVALID);
	if (a->good)
		ck_assert_str_eq(created.link, "L");
	message_created_free(&created);
}
END_TEST

static const struct problem {
	const char *json, *code, *detail;
} problems[] = {
	{ "{\"code\":\"right_missing\",\"detail\":\"No.\",\"title\":\"T\"}",
	    "right_missing", "No." },
	{ "{\"title\":\"T\"}", "", "T" },
	{ "{\"code\":\"a b\",\"detail\":\"x\\u001b[2J\\ny\"}", "", "x [2J y" },
	{ "{\"code\":7,\"detail\":7}", "", "" },
	{ "not json", "", "" },
	{ "", "", "" },
};

START_TEST(problem_is_read)
{
	const struct problem *p = &problems[_i];
	char code[OUTCOME_CODE_MAX + 1], detail[MESSAGE_DETAIL_MAX + 1];

	message_problem(p->json, strlen(p->json), code, detail);
	ck_assert_str_eq(code, p->code);
	ck_assert_str_eq(detail, p->detail);
}
END_TEST

START_TEST(problem_too_long_is_dropped)
{
	char code[OUTCOME_CODE_MAX + 1], detail[MESSAGE_DETAIL_MAX + 1];
	struct buf json = { 0 };

	buf_printf(&json, "{\"code\":\"%0*d\",\"detail\":\"%0*d\"}",
	    OUTCOME_CODE_MAX + 1, 0, MESSAGE_DETAIL_MAX + 1, 0);
	message_problem(json.data, json.len, code, detail);
	ck_assert_str_eq(code, "");
	ck_assert_str_eq(detail, "");
	buf_free(&json);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_message");
	TCase *tc = tcase_create("device_message");

	tcase_add_test(tc, create_says_what_the_sender_wants);
	tcase_add_test(tc, create_leaves_out_what_is_not_wanted);
	tcase_add_loop_test(tc, update_is_opened_by_the_other_side, 0, 2);
	tcase_add_test(tc, content_has_the_name_that_its_writer_knows);
	tcase_add_test(tc, a_token_is_left_as_it_was_written);
	tcase_add_loop_test(tc, push_is_read, 0, LEN(pushes));
	tcase_add_loop_test(tc, content_is_read, 0, LEN(contents));
	tcase_add_loop_test(tc, created_is_read, 0, LEN(createds));
	tcase_add_loop_test(tc, problem_is_read, 0, LEN(problems));
	tcase_add_test(tc, problem_too_long_is_dropped);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
