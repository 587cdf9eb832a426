/* test_device_keyshare: the three messages of the stateful flow, and that
 * nobody between the two can change them. */
#include <check.h>
#include <string.h>

#include "buf.h"
#include "base64.h"
#include "device/keyshare.h"
#include "tap.h"

/* A whole exchange up to the import request. */
struct exchange {
	struct crypto_key *owner;
	struct keyshare_receiver receiver;
	struct buf request, signing, import;
	char name[17];
};

static void
exchange_run(struct exchange *x)
{
	*x = (struct exchange){ .owner = crypto_key_draw() };
	keyshare_request("front door", x->owner, &x->request);
	ck_assert_int_eq(
	    keyshare_answer(&x->request, &x->receiver, &x->signing), STATUS_OK);
	ck_assert_int_eq(
	    keyshare_sign(&x->signing, x->owner, x->name, &x->import),
	    STATUS_OK);
}

static void
exchange_free(struct exchange *x)
{
	crypto_key_free(x->owner);
	keyshare_receiver_free(&x->receiver);
	buf_free(&x->request);
	buf_free(&x->signing);
	buf_free(&x->import);
}

/* `message` with the value of a member replaced. */
static void
with_member(const struct buf *message, const char *name, const char *value,
    struct buf *out)
{
	struct buf start = { 0 };
	const char *at, *end;

	buf_printf(&start, "\"%s\":\"", name);
	at = strstr(message->data, start.data);
	ck_assert_ptr_nonnull(at);
	at += start.len;
	end = strchr(at, '"');
	buf_clear(out);
	buf_add(out, message->data, (size_t)(at - message->data));
	buf_puts(out, value);
	buf_puts(out, end);
	buf_free(&start);
}

START_TEST(exchange_goes_well)
{
	struct exchange x;
	char name[17];

	exchange_run(&x);
	crypto_key_name(x.receiver.key, name);
	ck_assert_str_eq(x.name, name);
	ck_assert(keyshare_is(&x.request, KEYSHARE_CREATION));
	ck_assert(keyshare_is(&x.signing, KEYSHARE_SIGNING));
	ck_assert(keyshare_is(&x.import, KEYSHARE_IMPORT));
	ck_assert(!keyshare_is(&x.import, KEYSHARE_SIGNING));
	ck_assert_int_eq(keyshare_verify(&x.import, &x.receiver), STATUS_OK);
	exchange_free(&x);
}
END_TEST

START_TEST(another_owner_cannot_sign)
{
	struct crypto_key *mallory = crypto_key_draw();
	struct buf der = { 0 }, text = { 0 }, forged = { 0 }, import = { 0 };
	struct exchange x;
	char name[17];

	exchange_run(&x);
	/* With the owner's name in the message: refused by the signer. */
	ck_assert_int_eq(
	    keyshare_sign(&x.signing, mallory, name, &import), STATUS_INVALID);
	/* With its own: signed, and refused by the receiver. */
	crypto_key_public(mallory, &der);
	base64_encode(&text, der.data, der.len);
	with_member(&x.signing, "ownerPublicKey", text.data, &forged);
	ck_assert_int_eq(
	    keyshare_sign(&forged, mallory, name, &import), STATUS_OK);
	ck_assert_int_eq(keyshare_verify(&import, &x.receiver), STATUS_INVALID);
	crypto_key_free(mallory);
	buf_free(&der);
	buf_free(&text);
	buf_free(&forged);
	buf_free(&import);
	exchange_free(&x);
}
END_TEST

START_TEST(a_signature_over_another_key_is_refused)
{
	struct exchange x, y;
	struct buf text = { 0 }, import = { 0 };

	exchange_run(&x);
	exchange_run(&y);
	/* The owner's own signature, over somebody else's transaction. */
	ck_assert_int_eq(
	    keyshare_verify(&y.import, &x.receiver), STATUS_INVALID);
	base64_encode(
	    &text, y.receiver.transaction.data, y.receiver.transaction.len);
	with_member(&x.import, "transactionInformation", text.data, &import);
	ck_assert_int_eq(keyshare_verify(&import, &x.receiver), STATUS_INVALID);
	with_member(&x.import, "signature", "AAAA", &import);
	ck_assert_int_eq(keyshare_verify(&import, &x.receiver), STATUS_INVALID);
	with_member(&x.import, "signature", "", &import);
	ck_assert_int_eq(keyshare_verify(&import, &x.receiver), STATUS_INVALID);
	/* The right one, once more: the receiver has not changed. */
	ck_assert_int_eq(keyshare_verify(&x.import, &x.receiver), STATUS_OK);
	buf_free(&text);
	buf_free(&import);
	exchange_free(&x);
	exchange_free(&y);
}
END_TEST

START_TEST(messages_out_of_form_are_refused)
{
	static const char *const texts[] = {
		"",
		"x",
		"{}",
		"{\"format\":\"example.door.key\"}",
		"{\"format\":\"example.door.key\",\"content\":{}}",
		"{\"format\":7,\"content\":{\"stage\":\"signingRequest\"}}",
		"{\"format\":\"example.door.key\",\"content\":"
		"{\"stage\":\"keyCreationRequest\",\"lock\":\"l\"}}",
		"{\"format\":\"example.door.key\",\"content\":"
		"{\"stage\":\"keyCreationRequest\",\"lock\":\"l\","
		"\"ownerPublicKey\":\"AAAA\"}}",
		"{\"format\":\"example.door.key\",\"content\":"
		"{\"stage\":\"signingRequest\",\"lock\":\"l\","
		"\"ownerPublicKey\":\"AAAA\","
		"\"transactionInformation\":\"AAAA\"}}",
	};
	struct crypto_key *owner = crypto_key_draw();
	struct keyshare_receiver receiver;
	struct buf message = { 0 }, out = { 0 };
	char name[17];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_clear(&message);
		buf_puts(&message, texts[i]);
		ck_assert_int_eq(
		    keyshare_answer(&message, &receiver, &out), STATUS_INVALID);
		keyshare_receiver_free(&receiver);
		ck_assert_int_eq(
		    keyshare_sign(&message, owner, name, &out), STATUS_INVALID);
	}
	ck_assert_uint_eq(out.len, 0);
	crypto_key_free(owner);
	buf_free(&message);
	buf_free(&out);
}
END_TEST

START_TEST(sender_looks_at_the_receivers_key)
{
	struct buf text = { 0 }, signing = { 0 }, import = { 0 };
	struct exchange x;
	char name[17];

	exchange_run(&x);
	base64_encode(&text, "{\"receiverPublicKey\":\"AAAA\"}", 28);
	with_member(&x.signing, "transactionInformation", text.data, &signing);
	ck_assert_int_eq(
	    keyshare_sign(&signing, x.owner, name, &import), STATUS_INVALID);
	ck_assert_uint_eq(import.len, 0);
	buf_free(&text);
	buf_free(&signing);
	buf_free(&import);
	exchange_free(&x);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("device_keyshare");
	TCase *tc = tcase_create("device_keyshare");

	tcase_add_test(tc, exchange_goes_well);
	tcase_add_test(tc, another_owner_cannot_sign);
	tcase_add_test(tc, a_signature_over_another_key_is_refused);
	tcase_add_test(tc, messages_out_of_form_are_refused);
	tcase_add_test(tc, sender_looks_at_the_receivers_key);
	suite_add_tcase(s, tc);
	return (s);
}

int
main(void)
{
	return (tap_run(srunner_create(suite())));
}
