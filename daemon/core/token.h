/*
 * A ticket's token: the day on which it was drawn in three characters, then 96
 * random bits.  The day tells a holder who comes too late from one who guesses,
 * without the tickets of all days at hand.
 */
#ifndef TOKEN_H
#define TOKEN_H

/* Write a token of this day, 20261124, in front of `chance`, random characters. */
void	token_make(char *out, int day, const char *chance);

/* The day that a token speaks of; 0: it has none. */
int	token_day(const char *token);

#endif
