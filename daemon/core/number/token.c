/* Tokens of tickets. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/fact.h"
#include "daemon/core/number/token.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char
mark(int day)
{
	return digits[day % 100 + day / 100 % 2 * 32];
}

void
token_make(char *out, int day, const char *chance)
{
	snprintf(out, TOKEN_MAX, "%c%.*s", mark(day), TOKEN_CHARS, chance);
}

bool
token_of_another_day(const char *token, int day)
{
	return strlen(token) == 1 + TOKEN_CHARS && strspn(token, digits) == 1 + TOKEN_CHARS && token[0] != mark(day);
}
