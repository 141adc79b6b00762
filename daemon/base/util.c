/* Memory, hexadecimal, digests, chance. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"

void *
xcalloc(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		fatal("no memory for %zu bytes", count * size);
	return p;
}

void *
xrealloc(void *old, size_t count, size_t size)
{
	void *p = reallocarray(old, count, size);

	if (p == NULL)
		fatal("no memory for %zu bytes", count * size);
	return p;
}

char *
xstrdup(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		fatal("no memory for %zu bytes", strlen(s) + 1);
	return p;
}

void
hex(char *out, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = bytes;

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[b[i] >> 4];
		*out++ = digits[b[i] & 15];
	}
	*out = '\0';
}

void
digest(char out[DIGEST_MAX], const void *bytes, size_t len)
{
	uint8_t sum[EVP_MAX_MD_SIZE];

	if (EVP_Digest(bytes, len, sum, NULL, EVP_sha256(), NULL) != 1)
		fatal("SHA-256 is not available");
	hex(out, sum, 32);
}

void
keyed_digest(uint8_t out[KEYED_DIGEST], const void *key, size_t key_len, const void *bytes, size_t len)
{
	if (HMAC(EVP_sha256(), key, (int)key_len, bytes, len, out, NULL) == NULL)
		fatal("HMAC-SHA256 is not available");
}

void
random_token(char *out, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t byte[64];

	for (size_t i = 0; i < len; i++) {
		if (i % sizeof byte == 0 && getrandom(byte, sizeof byte, 0) != sizeof byte)
			fatal("the kernel gives no random bytes");
		out[i] = digits[byte[i % sizeof byte] & 63];
	}
	out[len] = '\0';
}
