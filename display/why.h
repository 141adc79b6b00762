/*
 * Why a ticket was called and no other, in a sentence.
 */
#ifndef WHY_H
#define WHY_H

#include "daemon/core/fact.h"
#include "display/texts.h"

#define WHY_MAX 400	/* bytes of the sentence with its NUL */

/* Its key is why. and the rule's name; where the score is but the wait, why.longest. */
void	why_sentence(char out[WHY_MAX], const struct texts *, enum language, const char *number, const struct why *);

#endif
