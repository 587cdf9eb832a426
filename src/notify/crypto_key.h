/* crypto_key.h: what the two halves of crypto share; for nobody else. */
#ifndef CREDRELAY_NOTIFY_CRYPTO_KEY_H
#define CREDRELAY_NOTIFY_CRYPTO_KEY_H

#include <openssl/evp.h>

#include "notify/crypto.h"

struct crypto_key {
	EVP_PKEY	*pkey;
	bool		 p256;		/* else RSA */
};

/* Ends the process unless OpenSSL did as it was told. */
void	crypto_must(int ok);

#endif
