/* What is drawn by lot, and what only who has this database's keys can tell. */
#include <stdio.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/core/number/token.h"
#include "daemon/store/ledger/inside.h"

void
ledger_draw_token(const struct ledger *l, char out[TOKEN_MAX])
{
	int day = ledger_now(l).day;
	char chance[TOKEN_CHARS + 1];

	random_token(chance, TOKEN_CHARS);
	token_make(out, day > l->next->day ? day : l->next->day, chance);
}

/* 40 bits in letters and digits that are not taken for one another. */
#define CODE_CHARS 8
void
ledger_draw_code(const struct ledger *l, char out[CODE_MAX])
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

	do {
		random_token(out, CODE_CHARS);
		for (char *c = out; *c != '\0'; c++)
			*c = letters[(strchr(base64, *c) - base64) % 32];
	} while (hall_code(l->next, out) != NULL);
}

/* The first 8 bytes of HMAC-SHA256. */
static uint64_t
keyed(const char *key, const void *bytes, size_t len)
{
	uint8_t sum[KEYED_DIGEST];
	uint64_t hash;

	keyed_digest(sum, key, strlen(key), bytes, len);
	memcpy(&hash, sum, sizeof hash);
	return hash;
}

int64_t
ledger_person(const struct ledger *l, const char *id_number)
{
	int64_t hash = keyed(l->person_key, id_number, strlen(id_number));

	return hash == 0 ? 1 : hash;
}

void
ledger_board_code(const struct ledger *l, int64_t wall_ms, char out[BOARD_CODE])
{
	int64_t minute = wall_ms / BOARD_CODE_MS;

	snprintf(out, BOARD_CODE, "%04d", (int)(keyed(l->board_key, &minute, sizeof minute) % 10000));
}

bool
ledger_board_code_right(const struct ledger *l, int64_t wall_ms, const char *code)
{
	char right[BOARD_CODE];

	for (int before = 0; before <= 1; before++) {
		ledger_board_code(l, wall_ms - before * BOARD_CODE_MS, right);
		if (strcmp(right, code) == 0)
			return true;
	}
	return false;
}
