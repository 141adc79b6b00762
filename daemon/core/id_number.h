/*
 * Citizen identification numbers (GB 11643-1999): 17 digits, a date of birth
 * among them, and a check digit by ISO 7064 MOD 11-2, X for ten.
 */
#ifndef ID_NUMBER_H
#define ID_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#define ID_NUMBER_MAX	19	/* bytes with its NUL */
#define ID_LAST_MAX	5	/* its last four characters with their NUL */

/* Is it one?  An x is made X, as it stands on cards. */
bool	id_number_right(char number[ID_NUMBER_MAX]);

/* Who takes a ticket, as far as the hall is to know. */
struct person {
	int64_t		hash;			/* of the ID number, with the hall's key; 0: nobody is known */
	char		last[ID_LAST_MAX];	/* of the number */
};

#endif
