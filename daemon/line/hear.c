/* Hearing: which bytes are a frame, who said it, and who is told. */
#include <assert.h>
#include <string.h>

#include "daemon/line/inside.h"

#define CUT_MS		150	/* a frame whose rest has not begun to come by then was cut short */
#define REPLY_AREA	(-2)	/* a keypad's newest answer replaces one not sent yet */

void
hear_from(struct line *line, int device)
{
	const struct driver *driver = driver_find(line->owner->layout->device[device].driver);

	for (int i = 0; i < line->talkers; i++)
		if (line->talker[i].driver->parse == driver->parse)
			return;
	assert(line->talkers < TALKERS_MAX);
	line->talker[line->talkers++] = (struct talker){ .device = device, .driver = driver };
}

void
hear_begin(struct line *line)
{
	memset(&line->state, 0, sizeof(line->state));
	line->in_length = 0;
	line->quiet_ms = INT64_MAX;
	for (const struct talker *t = line->talker; t < line->talker + line->talkers; t++)
		if (t->driver->begin != NULL)
			t->driver->begin(&line->state, &line->owner->layout->device[t->device]);
}

/* Who said it; a keypad that no window names is taken note of.  NULL: nobody we know. */
static struct address *
speaker(struct line *line, const struct talker *t, const struct said *said)
{
	struct address *a, *only = NULL;
	int count = 0;

	TAILQ_FOREACH(a, &line->addresses, entry) {
		if (a->driver->parse != t->driver->parse)
			continue;
		if (a->number == said->address)
			return a;
		only = a;
		count++;
	}
	if (said->kind == SAID_KEY || said->kind == SAID_RATING)
		return address_get(&line->addresses, line->owner, t->device, said->address, true);
	return count == 1 ? only : NULL;
}

/* Answer a key or rating, and tell of it unless the device only missed our answer to it. */
static void
pressed(struct line *line, struct address *a, const struct said *said)
{
	struct frame frame = { .length = said->reply_length };
	struct job job = { .priority = LINE_REPLY, .area = REPLY_AREA, .tries = 1, .frame = &frame };

	memcpy(frame.bytes, said->reply, said->reply_length);
	if (frame.length > 0)
		jobs_queue(&line->jobs, a, &job);
	if (!address_pressed(a, said))
		owner_said(line->owner, a->device, said);
}

static void
heard(struct line *line, const struct talker *t, const struct said *said)
{
	struct address *a;

	if (said->kind == SAID_NOTHING || (a = speaker(line, t, said)) == NULL)
		return;
	own_overtaken(&line->own);
	send_pause(line, send_gap_ms(line, t->driver));
	address_heard(a);
	if (said->kind == SAID_KEY || said->kind == SAID_RATING) {
		pressed(line, a, said);
		return;
	}
	if (said->kind != SAID_ACK && said->kind != SAID_NACK)
		owner_said(line->owner, a->device, said);
	if (!send_heard(line, a, said) && said->kind == SAID_NACK)
		owner_said(line->owner, a->device, said);
}

/* Take what starts at in.  As driver.parse returns. */
static int
hear_one(struct line *line, const uint8_t *in, size_t len)
{
	struct said said;
	bool more = false;
	int n;

	if ((n = own_parse(&line->own, in, len, owner_now_ms(line->owner))) != -1)
		return n;
	for (const struct talker *t = line->talker; t < line->talker + line->talkers; t++) {
		if ((n = t->driver->parse(&line->state, &said, in, len)) > 0) {
			heard(line, t, &said);
			explicit_bzero(&said.card, sizeof(said.card));
			return n;
		}
		more |= n == 0;
	}
	return more ? 0 : -1;
}

/* So many bytes need not be kept, and some must not. */
static void
used(struct line *line, size_t count)
{
	line->in_length -= count;
	memmove(line->in, line->in + count, line->in_length);
	for (const struct talker *t = line->talker; t < line->talker + line->talkers; t++)
		if (t->driver->private)
			explicit_bzero(line->in + line->in_length, INPUT_MAX - line->in_length);
}

/* Take all frames there are, and leave the begun one. */
static void
hear_frames(struct line *line)
{
	size_t at = 0;

	while (at < line->in_length) {
		int n = hear_one(line, line->in + at, line->in_length - at);

		if (n == 0 && (at > 0 || line->in_length < INPUT_MAX))
			break;
		at += n > 0 ? n : 1;		/* noise: skip a byte */
	}
	used(line, at);
}

void
hear_input(struct line *line)
{
	int64_t now_ms = owner_now_ms(line->owner), cut_ms = now_ms + CUT_MS;

	hear_frames(line);
	line->quiet_ms = INT64_MAX;
	if (line->in_length > 0)
		line->quiet_ms = cut_ms > own_until_ms(&line->own) ? cut_ms : own_until_ms(&line->own);
	for (const struct talker *t = line->talker; t < line->talker + line->talkers; t++)
		if (t->driver->ended != NULL)
			line->quiet_ms = now_ms + t->driver->ended_ms;
}

/* No rest of the begun frame comes: it was none, or a damaged one that said it were longer, and has others in it. */
static void
give_up(struct line *line)
{
	while (line->in_length > 0) {
		used(line, 1);
		hear_frames(line);
	}
}

void
hear_ended(struct line *line)
{
	struct said said;
	int n;

	line->quiet_ms = INT64_MAX;
	for (const struct talker *t = line->talker; t < line->talker + line->talkers; t++) {
		if (t->driver->ended == NULL)
			continue;
		while ((n = t->driver->ended(&line->state, &said, line->in, line->in_length)) > 0) {
			heard(line, t, &said);
			used(line, n);
		}
	}
	give_up(line);
}
