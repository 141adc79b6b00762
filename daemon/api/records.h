/*
 * Records of hall management as JSON, for those who may see them.
 */
#ifndef API_RECORDS_H
#define API_RECORDS_H

#include "daemon/core/hall.h"

struct request;

/* With the names of what it names: person_name, item_name, ... (new). */
json_t	*json_record(const struct hall *, const struct record *, bool private);

/* equipment.c: how the device of a thing, or of a repair, is now: `live`, null when it is none of the layout's. */
void	json_set_live(json_t *, const struct request *, const struct hall *, const struct record *);

/* stock.c: of an item what there is, how much of it is used, and how long it lasts. */
void	json_set_stock(json_t *, const struct request *, const struct hall *, const struct record *item);

#endif
