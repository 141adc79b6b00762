/* scrypt by OpenSSL. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "daemon/base/log.h"
#include "daemon/base/password.h"
#include "daemon/base/util.h"

#define SALT 16
#define HASH 32

static void
stretch(char out[HASH * 2 + 1], const char *password, const char *salt)
{
	unsigned char hash[HASH];

	if (EVP_PBE_scrypt(password, strlen(password), (const unsigned char *)salt, SALT * 2, 1 << 15, 8, 1, 64 << 20,
	    hash, HASH) != 1)
		fatal("scrypt is not available");
	hex(out, hash, HASH);
	OPENSSL_cleanse(hash, HASH);
}

void
password_hash(char out[PASSWORD_HASH], const char *password)
{
	unsigned char random[SALT];
	char salt[SALT * 2 + 1], hash[HASH * 2 + 1];

	if (getrandom(random, SALT, 0) != SALT)
		fatal("the kernel gives no random bytes");
	hex(salt, random, SALT);
	stretch(hash, password, salt);
	snprintf(out, PASSWORD_HASH, "scrypt$%s$%s", salt, hash);
}

bool
password_right(const char *password, const char *kept)
{
	char salt[SALT * 2 + 1] = "00000000000000000000000000000000", expected[HASH * 2 + 1] = "", hash[HASH * 2 + 1];
	bool known = kept != NULL && sscanf(kept, "scrypt$%32[0-9a-f]$%64[0-9a-f]", salt, expected) == 2;

	stretch(hash, password, salt);
	return known && CRYPTO_memcmp(hash, expected, HASH * 2) == 0;
}
