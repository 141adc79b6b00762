/* Things that the hall has, beside what their devices say of themselves. */
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/office/records.h"
#include "daemon/api/render.h"
#include "daemon/show/show.h"

static bool
is_its(const struct show_device *d, const struct record *r)
{
	return strcmp(d->device->id, record_text(r, "device")) == 0 && d->address == record_value(r, "address");
}

void
json_set_live(json_t *object, const struct request *rq, const struct hall *h, const struct record *r)
{
	struct show_device d;
	int i = 0;

	(void)h;
	while (show_device(rq->server->show, i, &d) && !is_its(&d, r))
		i++;
	if (!show_device(rq->server->show, i, &d))
		json_object_set_new(object, "live", json_null());
	else
		json_object_set_new(object, "live", json_pack("{s:s, s:b, s:s, s:o, s:o}", "state", show_health_name(d.state), "well", d.well,
		    "reason", d.reason, "since", json_steady(&rq->now, d.since_ms), "seen", json_steady(&rq->now, d.health->heard_ms)));
}
