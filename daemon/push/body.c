/* What endpoints are told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/push/body.h"
#include "daemon/api/render.h"
#include "daemon/base/util.h"

#define ENDED_MS (30 * 60000)	/* a ticket is told for so long after its end */

char *
push_envelope(const char *hall, const char *id, const char *type, int64_t seq, int64_t wall_ms, json_t *data)
{
	char source[64], kind[64];
	json_t *v;
	char *text;

	snprintf(source, sizeof source, "urn:halld:hall:%s", hall);
	snprintf(kind, sizeof kind, PUSH_TYPE "%s", type);
	v = json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o}", "specversion", "1.0", "id", id, "source", source, "type", kind,
	    "time", json_time(wall_ms), "datacontenttype", "application/json", "sequence", json_sprintf("%016lld", (long long)seq),
	    "data", data);
	text = json_dumps(v, JSON_COMPACT);
	json_decref(v);
	return text;
}

json_t *
push_snapshot(const struct hall *h, const struct layout *l, const struct waits *waits, const struct instant *now, int64_t epoch)
{
	json_t *status = json_status(h, l, waits, now, epoch), *menu = json_services(h, l, waits, now);

	json_object_set(status, "services", json_object_get(menu, "services"));
	json_object_set(status, "classes", json_object_get(menu, "classes"));
	json_decref(menu);
	return status;
}

/* Does its holder still want to know? */
static bool
is_told(const struct hall *h, const struct ticket *t, int64_t steady_ms)
{
	const struct leg *leg = hall_leg(h, t);

	return t->day == h->day && !t->rehearsal && t->number[0] != '\0' && (leg->ended_ms == 0 || steady_ms - leg->ended_ms < ENDED_MS);
}

json_t *
push_tickets(const struct hall *h, const struct layout *l, const struct waits *waits, const struct instant *now, int64_t epoch)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < h->ticket_count; i++) {
		const struct ticket *t = &h->ticket[i];
		char hash[DIGEST_MAX];
		json_t *row;

		if (!is_told(h, t, now->steady_ms))
			continue;
		row = json_ticket(h, l, waits, t, now);
		json_object_del(row, "token");
		digest(hash, t->token, strlen(t->token));
		json_object_set_new(row, "hash", json_string(hash));
		json_array_append_new(list, row);
	}
	return json_pack("{s:i, s:s, s:I, s:I, s:o, s:o}", "schema", 1, "hall", l->id, "epoch", (json_int_t)epoch,
	    "seq", (json_int_t)h->seq, "as_of", json_time(now->wall_ms), "tickets", list);
}
