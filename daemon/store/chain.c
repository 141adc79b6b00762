/* SHA-256 from event to event. */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "daemon/base/log.h"
#include "daemon/store/chain.h"

static void
add(EVP_MD_CTX *sum, const char *text, const char *end)
{
	EVP_DigestUpdate(sum, text, strlen(text));
	EVP_DigestUpdate(sum, end, strlen(end));
}

static void
add_number(EVP_MD_CTX *sum, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)n);
	add(sum, text, "\n");
}

void
chain_link(uint8_t chain[CHAIN], const struct chained *e)
{
	EVP_MD_CTX *sum = EVP_MD_CTX_new();

	if (sum == NULL || EVP_DigestInit_ex(sum, EVP_sha256(), NULL) != 1)
		fatal("SHA-256 is not available");
	EVP_DigestUpdate(sum, chain, CHAIN);
	add_number(sum, e->seq);
	add_number(sum, e->day);
	add_number(sum, e->at_ms);
	add(sum, e->boot, "\n");
	add_number(sum, e->mono_ms);
	add(sum, e->kind, "\n");
	add(sum, e->actor, "\n");
	add(sum, e->subject, "\n");
	add(sum, e->body, "");
	EVP_DigestFinal_ex(sum, chain, NULL);
	EVP_MD_CTX_free(sum);
}

void
chain_text(char out[CHAIN_TEXT], const uint8_t chain[CHAIN])
{
	for (int i = 0; i < CHAIN; i++)
		snprintf(out + 2 * i, 3, "%02x", chain[i]);
}
