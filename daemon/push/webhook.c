/* Signatures of Standard Webhooks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "daemon/base/util.h"
#include "daemon/push/webhook.h"

#define PREFIX		"whsec_"
#define KEY_LEAST	24

int
webhook_key(struct webhook_key *key, const char *secret)
{
	const char *text = secret + strlen(PREFIX);
	uint8_t bytes[WEBHOOK_KEY_MAX + 3];
	int len, padding = 0;

	if (strncmp(secret, PREFIX, strlen(PREFIX)) != 0 || strlen(text) > (WEBHOOK_KEY_MAX + 2) / 3 * 4 || strlen(text) % 4 != 0)
		return -1;
	if ((len = EVP_DecodeBlock(bytes, (const uint8_t *)text, (int)strlen(text))) == -1)
		return -1;
	for (const char *end = text + strlen(text); end > text && end[-1] == '=' && padding < 2; end--)
		padding++;
	key->len = len - padding;
	if (key->len < KEY_LEAST || key->len > WEBHOOK_KEY_MAX)
		return -1;
	memcpy(key->bytes, bytes, key->len);
	return 0;
}

static void
mac_of(const struct webhook_key *key, const char *head, const char *body, size_t len, uint8_t out[KEYED_DIGEST])
{
	size_t head_len = strlen(head);
	uint8_t *all = xcalloc(1, head_len + len + 1);

	memcpy(all, head, head_len);
	memcpy(all + head_len, body, len);
	keyed_digest(out, key->bytes, key->len, all, head_len + len);
	free(all);
}

void
webhook_sign(char out[WEBHOOK_SIGNATURE_MAX], const struct webhook_key key[], int keys, const char *id, int64_t seconds,
    const char *body, size_t len)
{
	char head[160];
	uint8_t mac[KEYED_DIGEST], text[48];
	size_t used = 0;

	snprintf(head, sizeof head, "%s.%lld.", id, (long long)seconds);
	out[0] = '\0';
	for (int i = 0; i < keys; i++) {
		mac_of(&key[i], head, body, len, mac);
		EVP_EncodeBlock(text, mac, sizeof mac);
		used += snprintf(out + used, WEBHOOK_SIGNATURE_MAX - used, "%sv1,%s", i == 0 ? "" : " ", (char *)text);
	}
}
