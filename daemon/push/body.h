/* What endpoints are told, as CloudEvents 1.0 in structured JSON (cloudevents.io). */
#ifndef BODY_H
#define BODY_H

#include <jansson.h>

#include "daemon/core/hall.h"
#include "daemon/wait/waits.h"

#define PUSH_TYPE "cn.gov.hall."

/* The envelope around data, which it takes (new). */
char	*push_envelope(const char *hall, const char *id, const char *type, int64_t seq, int64_t wall_ms, json_t *data);

/* Data of the states (new). */
json_t	*push_snapshot(const struct hall *, const struct layout *, const struct waits *, const struct instant *, int64_t epoch);
json_t	*push_tickets(const struct hall *, const struct layout *, const struct waits *, const struct instant *, int64_t epoch);

#endif
