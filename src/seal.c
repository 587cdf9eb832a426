/* seal.c: what makes the store blind. */
#include "seal.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "seal_aead.h"

enum { DIGEST_LEN = 32 };

static const char *const column_names[] = {
	[SEAL_PAYLOAD] = "payload",
	[SEAL_DISPLAY] = "display",
	[SEAL_TOKEN] = "token",
};

static const char *const request_labels[] = {
	[SEAL_REQUEST] = "request",
	[SEAL_CREATE_MADE] = "create made",
	[SEAL_CREATE_DRAWN] = "create drawn",
};

/* The first 128 bits of SHA-256(label ‖ a ‖ b ‖ c); b and c may be NULL. */
static void
hash_uuids(const char *label, const struct uuid *a, const struct uuid *b,
    const struct uuid *c, struct uuid *out)
{
	unsigned char digest[DIGEST_LEN];
	static EVP_MD_CTX *ctx;

	if (ctx == NULL)
		ctx = EVP_MD_CTX_new();
	aead_must(ctx != NULL);
	aead_must(EVP_DigestInit_ex2(ctx, aead_sha256(), NULL) == 1);
	aead_must(EVP_DigestUpdate(ctx, label, strlen(label)) == 1);
	aead_must(EVP_DigestUpdate(ctx, a->b, sizeof(a->b)) == 1);
	if (b != NULL)
		aead_must(EVP_DigestUpdate(ctx, b->b, sizeof(b->b)) == 1);
	if (c != NULL)
		aead_must(EVP_DigestUpdate(ctx, c->b, sizeof(c->b)) == 1);
	aead_must(EVP_DigestFinal_ex(ctx, digest, NULL) == 1);
	memcpy(out->b, digest, sizeof(out->b));
	OPENSSL_cleanse(digest, sizeof(digest));
}

void
seal_make_identifier(const struct seal_key *key, const struct uuid *claim,
    const struct uuid *request_id, struct uuid *identifier)
{
	unsigned char text[2 * sizeof(claim->b)], mac[AEAD_KEY_LEN];

	memcpy(text, claim->b, sizeof(claim->b));
	memcpy(text + sizeof(claim->b), request_id->b, sizeof(request_id->b));
	aead_mac(key->b, text, sizeof(text), mac);
	memcpy(identifier->b, mac, sizeof(identifier->b));
	identifier->b[6] = (unsigned char)((identifier->b[6] & 0x0f) | 0x40);
	identifier->b[8] = (unsigned char)((identifier->b[8] & 0x3f) | 0x80);
	OPENSSL_cleanse(text, sizeof(text));
	OPENSSL_cleanse(mac, sizeof(mac));
}

void
seal_start(struct seal *s, const struct uuid *identifier)
{
	s->identifier = *identifier;
	s->keyed = 0;
	s->token_keyed = 0;
	hash_uuids("row", identifier, NULL, NULL, &s->row_key);
}

void
seal_end(struct seal *s)
{
	if (s->keyed || s->token_keyed)
		aead_forget();
	OPENSSL_cleanse(s, sizeof(*s));
}

void
seal_claim(const struct seal *s, const struct uuid *claim, struct uuid *hash)
{
	hash_uuids("claim", &s->identifier, claim, NULL, hash);
}

void
seal_request_id(const struct seal *s, enum seal_request what,
    const struct uuid *claim, const struct uuid *request_id, struct uuid *hash)
{
	hash_uuids(
	    request_labels[what], &s->identifier, claim, request_id, hash);
}

/* Each is derived at first use. */
static const unsigned char *
key_of(struct seal *s, enum seal_column column)
{
	const struct uuid *id = &s->identifier;

	if (column == SEAL_TOKEN) {
		if (!s->token_keyed)
			aead_derive(
			    id->b, sizeof(id->b), "token", s->token_key);
		s->token_keyed = 1;
		return (s->token_key);
	}
	if (!s->keyed)
		aead_derive(id->b, sizeof(id->b), "seal", s->key);
	s->keyed = 1;
	return (s->key);
}

/* What binds a value to its place. */
static struct aead_about
about(enum seal_column column, const struct uuid *row_key,
    const struct uuid *owner)
{
	const char *name = column_names[column];

	return ((struct aead_about){
	    .parts = {
		{ name, strlen(name) },
		{ row_key->b, sizeof(row_key->b) },
		{ owner, owner == NULL ? 0 : sizeof(owner->b) },
	    } });
}

void
seal_shut(struct seal *s, enum seal_column column, const struct uuid *owner,
    const void *clear, size_t len, struct buf *out)
{
	struct aead_about place = about(column, &s->row_key, owner);

	aead_shut(key_of(s, column), &place, clear, len, out);
}

enum status
seal_open(struct seal *s, enum seal_column column, const struct uuid *owner,
    const void *sealed, size_t len, struct buf *out)
{
	struct aead_about place = about(column, &s->row_key, owner);

	return (aead_open(key_of(s, column), &place, sealed, len, out));
}

/* The key that the server key gives for one purpose. */
static void
server_key_for(const struct seal_key *server, const char *purpose,
    unsigned char key[AEAD_KEY_LEN])
{
	aead_derive(server->b, sizeof(server->b), purpose, key);
}

static struct aead_about
about_wrap(const struct uuid *row_key)
{
	return ((struct aead_about){ .parts = {
					 { "outbox", strlen("outbox") },
					 { row_key->b, sizeof(row_key->b) },
				     } });
}

void
seal_wrap(const struct seal_key *server, struct seal *s, struct buf *out)
{
	struct aead_about place = about_wrap(&s->row_key);
	unsigned char key[AEAD_KEY_LEN];

	server_key_for(server, "outbox", key);
	aead_shut(key, &place, key_of(s, SEAL_TOKEN), AEAD_KEY_LEN, out);
	OPENSSL_cleanse(key, sizeof(key));
}

enum status
seal_open_outbox(const struct seal_key *server, const struct uuid *row_key,
    const struct uuid *owner, const void *wrap, size_t wrap_len,
    const void *token, size_t token_len, struct buf *out)
{
	struct aead_about outer = about_wrap(row_key),
			  inner = about(SEAL_TOKEN, row_key, owner);
	unsigned char key[AEAD_KEY_LEN];
	struct buf token_key = { 0 };
	enum status status;

	server_key_for(server, "outbox", key);
	status = aead_open(key, &outer, wrap, wrap_len, &token_key);
	if (status == STATUS_OK && token_key.len != AEAD_KEY_LEN)
		status = STATUS_INVALID;
	if (status == STATUS_OK) {
		memcpy(key, token_key.data, sizeof(key));
		OPENSSL_cleanse(token_key.data, token_key.len);
		status = aead_open(key, &inner, token, token_len, out);
	}
	aead_forget();
	OPENSSL_cleanse(key, sizeof(key));
	buf_free(&token_key);
	return (status);
}

static struct aead_about
about_secret(const char *name)
{
	return ((struct aead_about){ .parts = {
					 { "credential", strlen("credential") },
					 { name, strlen(name) },
				     } });
}

void
seal_secret_shut(const struct seal_key *server, const char *name,
    const void *clear, size_t len, struct buf *out)
{
	struct aead_about place = about_secret(name);
	unsigned char key[AEAD_KEY_LEN];

	server_key_for(server, "credential", key);
	aead_shut(key, &place, clear, len, out);
	aead_forget();
	OPENSSL_cleanse(key, sizeof(key));
}

enum status
seal_secret_open(const struct seal_key *server, const char *name,
    const void *sealed, size_t len, struct buf *out)
{
	struct aead_about place = about_secret(name);
	unsigned char key[AEAD_KEY_LEN];
	enum status status;

	server_key_for(server, "credential", key);
	status = aead_open(key, &place, sealed, len, out);
	aead_forget();
	OPENSSL_cleanse(key, sizeof(key));
	return (status);
}

int64_t
seal_random_version(void)
{
	uint64_t n;

	do {
		aead_random(&n, sizeof(n));
		n >>= 2; /* room to count up from here */
	} while (n == 0);
	return ((int64_t)n);
}

void
seal_digest_base64(
    const char *text, size_t len, char out[SEAL_DIGEST_BASE64 + 1])
{
	unsigned char digest[DIGEST_LEN];

	aead_must(
	    EVP_Digest(text, len, digest, NULL, aead_sha256(), NULL) == 1);
	aead_must(EVP_EncodeBlock((unsigned char *)out, digest,
		      sizeof(digest)) == SEAL_DIGEST_BASE64);
}
