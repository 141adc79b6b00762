/*
 * Records of hall management as JSON, for those who may see them.
 */
#ifndef API_RECORDS_H
#define API_RECORDS_H

#include "daemon/core/hall.h"

/* With the names of what it names: person_name, item_name, ... (new). */
json_t	*json_record(const struct hall *, const struct record *, bool private);

/* Of somebody who left, or a leave that was approved: the duties that it leaves open (staff.c). */
void	set_open(json_t *object, const struct hall *, const struct record *, int day);

#endif
