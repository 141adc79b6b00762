/*
 * A ticket's token: a character for the day on which it was drawn, then 96
 * random bits.  It tells a holder who comes on another day from one who guesses,
 * without the tickets of all days at hand; one character, since each more makes
 * the QR code on paper larger.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>

/* Write a token of this day, 20261124, in front of `chance`, random characters. */
void	token_make(char *out, int day, const char *chance);

/* Can it be a token, but none of this day?  The same character comes again after two months. */
bool	token_of_another_day(const char *token, int day);

#endif
