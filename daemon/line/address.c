/* Addresses and how they are. */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/line/address.h"

static int64_t
now_ms(const struct address *a)
{
	return owner_now_ms(a->owner);
}

struct address *
address_find(const struct addresses *all, int device, int number)
{
	struct address *a;

	TAILQ_FOREACH(a, all, entry)
		if (a->device == device && a->number == number)
			return a;
	return NULL;
}

struct address *
address_get(struct addresses *all, const struct owner *owner, int device, int number, bool open)
{
	const struct device *d = &owner->layout->device[device];
	struct address *a = address_find(all, device, number);

	if (a != NULL)
		return a;
	a = xcalloc(1, sizeof(*a));
	a->owner = owner;
	a->device = device;
	a->number = number;
	a->driver = driver_find(d->driver);
	a->answer_ms = d->answer_ms != 0 ? d->answer_ms : a->driver->answer_ms;
	a->health.state = open ? LINE_TRYING : LINE_GONE;
	a->health.reason = open ? "not heard yet" : "not opened yet";
	TAILQ_INSERT_TAIL(all, a, entry);
	return a;
}

void
addresses_free(struct addresses *all)
{
	struct address *a;

	while ((a = TAILQ_FIRST(all)) != NULL) {
		TAILQ_REMOVE(all, a, entry);
		free(a);
	}
}

static void
set(struct address *a, enum line_state state, const char *reason)
{
	a->health.reason = reason;
	if (a->health.state == state)
		return;
	a->health.state = state;
	a->health.since_ms = now_ms(a);
	owner_health(a->owner, a->device, a->number, &a->health);
}

void
address_opened(struct address *a, const char *trouble)
{
	a->health.trouble = trouble;
	a->silent = 0;
	a->probe_ms = 0;
	if (a->driver->probe != NULL)
		set(a, LINE_TRYING, "not heard yet");
	else
		set(a, LINE_OK, "port is open");
}

void
address_gone(struct address *a, const char *why)
{
	a->health.trouble = NULL;
	set(a, LINE_GONE, why);
}

void
address_sent(struct address *a)
{
	if (a->driver->probe != NULL)
		return;
	a->silent = 0;
	if (a->health.state != LINE_OK)
		set(a, LINE_OK, "port is open");
}

void
address_silent(struct address *a)
{
	if (++a->silent < LINE_TRIES)
		return;
	a->probe_ms = now_ms(a) + LINE_PROBE_MS;
	set(a, LINE_DEGRADED, "no answer");
}

void
address_heard(struct address *a)
{
	a->health.heard_ms = now_ms(a);
	a->silent = 0;
	set(a, LINE_OK, "answers");
}

/* What waits for no answer is not said again for the lack of one. */
static bool
is_repeat(const struct address *a, const struct said *said)
{
	const struct said *last = &a->pressed;

	return said->reply_length > 0 && last->kind == said->kind && last->reply_length == said->reply_length &&
	    memcmp(last->reply, said->reply, said->reply_length) == 0 &&
	    now_ms(a) - a->pressed_ms < LINE_REPEAT_MS;
}

bool
address_pressed(struct address *a, const struct said *said)
{
	bool repeat = is_repeat(a, said);

	a->pressed = *said;
	a->pressed_ms = now_ms(a);
	return repeat;
}

bool
address_takes(const struct address *a)
{
	if (a->health.state != LINE_DEGRADED)
		return true;
	return a->driver->probe == NULL && now_ms(a) >= a->probe_ms;
}

int64_t
address_probe_ms(const struct address *a)
{
	int64_t quiet_ms = a->health.heard_ms + LINE_PROBE_MS;

	if (a->driver->probe == NULL || a->health.state == LINE_GONE)
		return INT64_MAX;
	/* Signs and printers are told or asked something twice a minute; a voice that nobody needs could be dead for hours. */
	if (a->health.state == LINE_OK)
		return a->driver->kind != DRIVER_VOICE ? INT64_MAX : quiet_ms > a->probe_ms ? quiet_ms : a->probe_ms;
	return a->probe_ms;
}

int
address_probe(struct address *a, struct frame *frame)
{
	if (now_ms(a) < address_probe_ms(a))
		return -1;
	a->probe_ms = now_ms(a) + LINE_PROBE_MS;
	return a->driver->probe(frame, a->number);
}
