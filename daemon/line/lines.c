/* All lines: what their owner calls (line.h). */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/line/inside.h"

struct lines {
	struct owner		 owner;
	int64_t			 wake_ms;	/* as last wished */
	struct line		*of_device[DEVICES_MAX];
	TAILQ_HEAD(, line)	 all;
};

void
lines_wish(struct lines *l)
{
	int64_t due_ms = INT64_MAX;
	struct line *line;

	TAILQ_FOREACH(line, &l->all, entry) {
		int64_t line_ms = line_due_ms(line);

		if (line_ms < due_ms)
			due_ms = line_ms;
	}
	if (due_ms == l->wake_ms)
		return;
	l->wake_ms = due_ms;
	owner_wake_at(&l->owner, due_ms);
}

/* The line of a port, made if it is new. */
static struct line *
line_get(struct lines *l, const struct device *d)
{
	struct line *line;

	TAILQ_FOREACH(line, &l->all, entry)
		if (strcmp(line->device->port, d->port) == 0)
			return line;
	line = line_new(l, &l->owner, d);
	TAILQ_INSERT_TAIL(&l->all, line, entry);
	return line;
}

/* Find, or add as a new one. */
static struct address *
address_of(const struct lines *l, int device, int number)
{
	struct line *line = l->of_device[device];

	return address_get(&line->addresses, &l->owner, device, number, line->port.fd != -1);
}

static void
add_device(struct lines *l, int device)
{
	const struct device *d = &l->owner.layout->device[device];
	const struct driver *driver = driver_find(d->driver);

	l->of_device[device] = line_get(l, d);
	hear_from(l->of_device[device], device);
	if (!driver_addressed(driver->kind))
		address_of(l, device, 0);
	for (int i = 0; i < d->button_count; i++)
		address_of(l, device, d->buttons[i].address);
}

static void
add_seat(struct lines *l, const struct seat *s)
{
	if (s->device != -1)
		address_of(l, s->device, s->address);
}

struct lines *
lines_open(struct event_base *base, const struct layout *layout, const struct line_owner *owner, void *arg)
{
	struct lines *l = xcalloc(1, sizeof(*l));
	struct line *line;

	l->owner = (struct owner){ .base = base, .layout = layout, .calls = owner, .arg = arg };
	l->wake_ms = INT64_MAX;
	TAILQ_INIT(&l->all);
	for (int i = 0; i < layout->device_count; i++)
		add_device(l, i);
	for (int i = 0; i < layout->window_count; i++) {
		add_seat(l, &layout->window[i].sign);
		add_seat(l, &layout->window[i].keypad);
		add_seat(l, &layout->window[i].rater);
	}
	TAILQ_FOREACH(line, &l->all, entry)
		event_active(line->go, EV_TIMEOUT, 0);
	return l;
}

void
lines_close(struct lines *l)
{
	struct line *line;

	if (l == NULL)
		return;
	while ((line = TAILQ_FIRST(&l->all)) != NULL) {
		TAILQ_REMOVE(&l->all, line, entry);
		line_free(line);
	}
	free(l);
}

void
lines_run(struct lines *l)
{
	struct line *line;

	l->wake_ms = INT64_MIN;		/* that wish is used up */
	TAILQ_FOREACH(line, &l->all, entry)
		if (line_due_ms(line) <= owner_now_ms(&l->owner))
			line_go(line);
	lines_wish(l);
}

void
line_send(struct lines *l, const struct job *job)
{
	struct line *line = l->of_device[job->device];

	jobs_send(&line->jobs, address_of(l, job->device, job->address), job);
	event_active(line->go, EV_TIMEOUT, 0);
}

const struct line_health *
line_health(const struct lines *l, int device, int address)
{
	const struct address *a = address_find(&l->of_device[device]->addresses, device, address);

	return a != NULL ? &a->health : NULL;
}

const char *
line_state_name(enum line_state state)
{
	static const char *const names[LINE_STATES] = {
		[LINE_GONE] = "gone", [LINE_TRYING] = "trying", [LINE_OK] = "ok", [LINE_DEGRADED] = "degraded"
	};

	return names[state];
}
