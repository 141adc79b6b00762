/*
 * What was learnt, as JSON: by the ids of services, classes, staff and windows,
 * so that it fits another layout too.
 */
#ifndef KEPT_H
#define KEPT_H

#include <jansson.h>

#include "daemon/wait/estimate.h"

/* New. */
json_t	*kept_json(const struct learnt *, const struct judgement *, const struct hall *);

/*
 * Into what has learnt nothing yet.  What the hall does not know is left out.
 * NULL, or what is wrong with it; then nothing was taken.
 */
const char *kept_take(const json_t *, struct learnt *, struct judgement *, const struct hall *);

#endif
