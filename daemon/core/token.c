/* Tokens of tickets. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/fact.h"
#include "daemon/core/token.h"

#define FIRST_YEAR	2000	/* to 2063 */
#define DAY_CHARS	3

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
token_make(char *out, int day, const char *chance)
{
	int year = day / 10000 - FIRST_YEAR;

	snprintf(out, TOKEN_MAX, "%c%c%c%.*s", digits[year & 63], digits[day / 100 % 100 & 63], digits[day % 100 & 63],
	    TOKEN_CHARS, chance);
}

int
token_day(const char *token)
{
	int value[DAY_CHARS];

	if (strlen(token) != DAY_CHARS + TOKEN_CHARS)
		return 0;
	for (int i = 0; i < DAY_CHARS; i++) {
		const char *digit = strchr(digits, token[i]);

		if (digit == NULL)
			return 0;
		value[i] = digit - digits;
	}
	return (FIRST_YEAR + value[0]) * 10000 + value[1] * 100 + value[2];
}
