/* test_mailbox_call: requests to calls. */
#include "mailbox_fixture.h"
#include "tap.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

#define CREATE_ALL                                                             \
	"{\"payload\":" PAYLOAD ",\"displayInformation\":" DISPLAY ","         \
	"\"notificationToken\":" TOKEN ",\"mailboxConfiguration\":"            \
	"{\"accessRights\":\"RWD\",\"expiration\":"                            \
	"\"2026-11-25T08:00:00Z\"},\"mailboxIdentifier\":\"" ID "\"}"

/* GATEWAY: one serves the token that is left. */
enum { CONDITIONAL = 1, GATEWAY = 2, ON_DELETE = 4 };

/* The operations' calls, each with all that is optional and with nothing. */
static const struct {
	const char *what;
	operation_call *make;
	enum db_statement statement;
	const char *body;
	unsigned with;
	const char *nulls; /* of the parameters: '-' null, 'x' a value */
} calls[] = {
	{ "create, bare", mailbox_create_call, DB_CREATE,
	    "{\"payload\":" PAYLOAD "}", GATEWAY, "xxxx-xxxx--" },
	{ "create, all", mailbox_create_call, DB_CREATE, CREATE_ALL,
	    GATEWAY | CONDITIONAL, "xxxxxxxxxxx" },
	{ "create, all, no gateway", mailbox_create_call, DB_CREATE, CREATE_ALL,
	    CONDITIONAL, "xxxxxxxxxx-" },
	{ "create, no token", mailbox_create_call, DB_CREATE,
	    "{\"payload\":" PAYLOAD ",\"notificationToken\":null}", GATEWAY,
	    "xxxx-xxxx--" },
	{ "read, bare", mailbox_read_call, DB_READ, "", GATEWAY, "xxx-" },
	{ "read, a token", mailbox_read_call, DB_READ,
	    "{\"notificationToken\":" TOKEN "}", GATEWAY, "xxxx" },
	{ "read, a token, no gateway", mailbox_read_call, DB_READ,
	    "{\"notificationToken\":" TOKEN "}", 0, "xxx-" },
	{ "read, no token", mailbox_read_call, DB_READ,
	    "{\"notificationToken\":null}", GATEWAY, "xxx-" },
	{ "update, bare", mailbox_update_call, DB_UPDATE,
	    "{\"payload\":" PAYLOAD "}", GATEWAY, "xxx-xx-x" },
	{ "update, bare, no gateway", mailbox_update_call, DB_UPDATE,
	    "{\"payload\":" PAYLOAD "}", ON_DELETE, "xxx-xx--" },
	{ "update, all", mailbox_update_call, DB_UPDATE,
	    "{\"payload\":" PAYLOAD ",\"notificationToken\":" TOKEN "}",
	    GATEWAY | CONDITIONAL, "xxxxxxxx" },
	{ "update, all, no gateway", mailbox_update_call, DB_UPDATE,
	    "{\"payload\":" PAYLOAD ",\"notificationToken\":" TOKEN "}",
	    CONDITIONAL, "xxxxxx--" },
	{ "relinquish, bare", mailbox_relinquish_call, DB_RELINQUISH, "",
	    GATEWAY | ON_DELETE, "xxx-" },
	{ "relinquish, all", mailbox_relinquish_call, DB_RELINQUISH, "",
	    CONDITIONAL, "xxxx" },
	{ "delete, bare", mailbox_delete_call, DB_DELETE, "", 0, "xx--" },
	{ "delete, all", mailbox_delete_call, DB_DELETE, "",
	    GATEWAY | ON_DELETE | CONDITIONAL, "xxxx" },
	{ "delete, in silence", mailbox_delete_call, DB_DELETE, "",
	    GATEWAY | CONDITIONAL, "xxx-" },
	{ "delete, no gateway", mailbox_delete_call, DB_DELETE, "",
	    ON_DELETE | CONDITIONAL, "xxx-" },
	{ "preview", mailbox_preview_call, DB_PREVIEW, "", GATEWAY, "x" },
};

START_TEST(parameters)
{
	const char *nulls = calls[_i].nulls;
	struct uuid row;
	int i, n;

	set_body(calls[_i].body);
	conf.webhook.on = (calls[_i].with & GATEWAY) != 0;
	conf.notify_on_delete = (calls[_i].with & ON_DELETE) != 0;
	if (calls[_i].with & CONDITIONAL)
		etag_list_add(&request.if_match, "\"0000000000000007\"", false);
	make_call(calls[_i].make);
	ck_assert_int_eq(call.statement, calls[_i].statement);
	(void)db_statement_types(call.statement, &n);
	ck_assert_int_eq(call.n_params, n);
	ck_assert_uint_eq(strlen(nulls), (size_t)n);
	for (i = 0; i < n; i++)
		ck_assert_msg((call.lengths[i] == -1) == (nulls[i] == '-'),
		    "%s: parameter %d", calls[_i].what, i + 1);
	/* The first is the row's key, which orders a batch, too. */
	row = exchange.seal.row_key;
	ck_assert_int_eq(uuid_compare(&call.key, &row), 0);
	ck_assert_int_eq(call.lengths[0], 16);
	ck_assert_mem_eq(call.bytes.data + call.offsets[0], row.b, 16);
	/* Nothing goes in clear. */
	ck_assert_ptr_null(memmem(
	    call.bytes.data, call.bytes.len, exchange.seal.identifier.b, 16));
	ck_assert_ptr_null(
	    memmem(call.bytes.data, call.bytes.len, request.claim.b, 16));
	ck_assert_ptr_null(
	    memmem(call.bytes.data, call.bytes.len, request.request_id.b, 16));
	ck_assert_ptr_null(
	    memmem(call.bytes.data, call.bytes.len, "\"type\"", 6));
}
END_TEST

/* "*" on a mailbox that is there is no condition; a list of none is one. */
START_TEST(if_match)
{
	static const struct {
		const char *field;
		int length;
	} rows[] = { { "*", -1 }, { "", 12 }, { "W/\"0000000000000001\"", 12 },
		{ "\"0000000000000001\"", 32 },
		{ "\"0000000000000001\", \"0000000000000002\"", 44 } };

	etag_list_add(&request.if_match, rows[_i].field, false);
	make_call(mailbox_delete_call);
	ck_assert_int_eq(call.lengths[2], rows[_i].length);
}
END_TEST

/* The same request gives the same row, another request another one. */
START_TEST(made_identifier)
{
	struct uuid first;
	char link[128];

	set_body("{\"payload\":" PAYLOAD "}");
	make_call(mailbox_create_call);
	first = call.key;
	ck_assert(uuid_is_v4(&exchange.seal.identifier));
	uuid_format(&exchange.seal.identifier, link);
	ck_assert_str_ne(link, ID);
	make_call(mailbox_create_call);
	ck_assert_int_eq(uuid_compare(&first, &call.key), 0);
	request.request_id.b[15] = 1;
	make_call(mailbox_create_call);
	ck_assert_int_ne(uuid_compare(&first, &call.key), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mailbox_call");
	TCase *tc = tcase_create("mailbox_call");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, parameters, 0, LEN(calls));
	tcase_add_loop_test(tc, if_match, 0, 5);
	tcase_add_test(tc, made_identifier);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
