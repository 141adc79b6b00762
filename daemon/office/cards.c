/* Cards: what somebody has to look at. */
#include "daemon/office/inside.h"

struct record
card_of(const char *kind, int64_t about, const char *device)
{
	struct record card = record_new(SUBJECT_CARD);

	record_choose(&card, "kind", kind);
	record_set(&card, "about", about);
	record_set_text(&card, "device", device);
	return card;
}

static const struct record *
lit_alike(const struct hall *h, const struct record *card)
{
	for (const struct record *r = NULL; (r = record_next(h, SUBJECT_CARD, r)) != NULL; )
		if (record_in(r, "lit") && record_value(r, "kind") == record_value(card, "kind") && record_value(r, "about") == record_value(card, "about"))
			return r;
	return NULL;
}

void
card_light(struct desk *d, struct record card)
{
	if (lit_alike(d->hall, &card) != NULL || !office_room(d, 1))
		return;
	record_set(&card, "since", d->now.wall_ms);
	record_write(d, &card);
}

void
card_end(struct desk *d, const struct record *card)
{
	const struct record *lit = lit_alike(d->hall, card);

	if (lit == NULL || !office_room(d, 1))
		return;
	struct record over = *lit;
	record_enter(&over, "cleared");
	record_set(&over, "day", d->now.day);
	record_write(d, &over);
}

/* One that was put out is known until its day is closed. */
enum refusal
may_step_card(struct desk *d, const struct record *before, struct record *after)
{
	(void)before;
	record_set(after, "day", d->now.day);
	return OK;
}
