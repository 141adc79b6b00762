/* Testing devices, and finding out which is which. */
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/show/show.h"

#define TEST_S		5	/* a sign or keypad shows that it is tested */
#define IDENTIFY_S	10	/* time to walk past them */

static const char *
outcome_name(enum line_outcome outcome)
{
	static const char *const names[] = {
		[LINE_DONE] = "done", [LINE_REFUSED] = "refused", [LINE_SILENT] = "silent", [LINE_LOST] = "gone",
		[LINE_REPLACED] = "replaced",
	};

	return names[outcome];
}

static void
tested(void *arg, const struct show_result *result, int count)
{
	json_t *list = json_array();

	for (const struct show_result *r = result; r < result + count; r++)
		json_array_append_new(list, json_pack("{s:s, s:i, s:o, s:s, s:s}", "device", r->device->id, "address", r->address,
		    "window", r->window == 0 ? json_null() : json_integer(r->window), "outcome", outcome_name(r->outcome),
		    "reason", r->why));
	request_json(arg, 200, json_pack("{s:o}", "results", list));
}

/* The answer waits for what the line says. */
enum refusal
post_device_test(struct request *rq)
{
	static const char *const members[] = { "address", NULL };
	int device = layout_device(ledger_layout(rq->server->ledger), rq->word[0]), address = -1;
	enum refusal refusal;

	if (device == -1)
		return NOT_FOUND;
	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_int(rq, "address", false, 0, 65535, &address)) != OK)
		return refusal;
	if (show_test(rq->server->show, device, address, TEST_S, tested, rq) == -1)
		return body_wrong(rq, "address", "an address of this device that a window or a button names");
	return OK;
}

enum refusal
post_identify(struct request *rq)
{
	static const char *const members[] = { NULL };
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) == OK)
		show_test(rq->server->show, -1, -1, IDENTIFY_S, tested, rq);
	return refusal;
}

/* What a window has to say in hall.json to have this keypad. */
static json_t *
seat_json(const struct device *d, int address)
{
	return json_pack("{s:s, s:i}", "device", d->id, "address", address);
}

static void
learned(void *arg, const struct device *device, int address)
{
	struct request *rq = arg;
	const struct layout *l = ledger_layout(rq->server->ledger);
	char pointer[32];
	int i = 0;

	while (l->window[i].no != rq->window)
		i++;
	snprintf(pointer, sizeof pointer, "/windows/%d/keypad", i);
	request_json(rq, 200, json_pack("{s:i, s:s, s:o}", "window", rq->window, "pointer", pointer,
	    "keypad", device == NULL ? json_null() : seat_json(device, address)));
}

/* The answer waits for a key, SHOW_LEARN_S at most. */
enum refusal
post_learn(struct request *rq)
{
	static const char *const members[] = { "window", NULL };
	enum refusal refusal;

	if ((refusal = body_only(rq, members)) != OK ||
	    (refusal = body_int(rq, "window", true, 1, WINDOW_NO_MAX, &rq->window)) != OK)
		return refusal;
	if (layout_window(ledger_layout(rq->server->ledger), rq->window) == NULL)
		return UNKNOWN_WINDOW;
	if (show_learn(rq->server->show, learned, rq) == -1) {
		rq->change.detail.retry_s = SHOW_LEARN_S;
		return TOO_SOON;
	}
	return OK;
}

json_t *
json_strangers(const struct show *s, const struct instant *now)
{
	json_t *list = json_array();
	struct show_stranger st;
	char key[SHOW_KEY_TEXT];

	for (int i = 0; show_stranger(s, i, &st); i++) {
		show_key_text(key, &st.press);
		json_array_append_new(list, json_pack("{s:s, s:i, s:s, s:o, s:i, s:o}", "device", st.device->id,
		    "address", st.address, "key", key, "at", json_steady(now, st.pressed_ms), "count", st.count,
		    st.rates ? "rater" : "keypad", seat_json(st.device, st.address)));
	}
	return list;
}
