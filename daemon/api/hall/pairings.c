/* A few requests of devices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "daemon/api/hall/pairings.h"
#include "daemon/base/util.h"

#define PAIRINGS_MAX	64
#define LIVES_MS	(10 * 60 * INT64_C(1000))

struct pairings { struct pairing pairing[PAIRINGS_MAX]; };

struct pairings *
pairings_open(void)
{
	return xcalloc(1, sizeof (struct pairings));
}

void
pairings_close(struct pairings *p)
{
	free(p);
}

static struct pairing *
find(struct pairings *p, const char *secret, const char *code, int64_t steady_ms)
{
	for (struct pairing *at = p->pairing; at < p->pairing + PAIRINGS_MAX; at++)
		if (at->secret[0] != '\0' && at->ends_ms > steady_ms && (secret == NULL || strcmp(at->secret, secret) == 0) &&
		    (code == NULL || strcmp(at->code, code) == 0))
			return at;
	return NULL;
}

struct pairing *
pairings_secret(struct pairings *p, const char *secret, int64_t steady_ms)
{
	return find(p, secret, NULL, steady_ms);
}

struct pairing *
pairings_code(struct pairings *p, const char *code, int64_t steady_ms)
{
	return find(p, NULL, code, steady_ms);
}

static void
draw_code(char code[PAIRING_CODE])
{
	uint32_t number;

	if (getrandom(&number, sizeof number, 0) != sizeof number)
		number = 0;
	snprintf(code, PAIRING_CODE, "%06u", number % 1000000);
}

struct pairing *
pairings_add(struct pairings *p, int64_t steady_ms)
{
	for (struct pairing *at = p->pairing; at < p->pairing + PAIRINGS_MAX; at++) {
		char code[PAIRING_CODE];

		if (at->secret[0] != '\0' && at->ends_ms > steady_ms)
			continue;
		do
			draw_code(code);
		while (pairings_code(p, code, steady_ms) != NULL);
		*at = (struct pairing){ .ends_ms = steady_ms + LIVES_MS };
		strcpy(at->code, code);
		random_token(at->secret, PAIRING_SECRET - 1);
		return at;
	}
	return NULL;
}
