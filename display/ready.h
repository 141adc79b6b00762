/*
 * What the opening check found, in a sentence.
 */
#ifndef DISPLAY_READY_H
#define DISPLAY_READY_H

#include <jansson.h>
#include <stdint.h>

#include "display/texts.h"

#define READY_SAID 512	/* bytes of the sentence with its NUL */

/*
 * The text ready.OF.KEY with the values of these names; numbers of a list one
 * behind the other, times as the time of the day of now_ms (wall time) or with
 * their date.  Empty when it names what there is not.
 */
void	ready_sentence(char out[READY_SAID], const struct texts *, enum language, const char *of, const char *key, const json_t *values,
	    int64_t now_ms);

#endif
