/* Ticket numbers. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/number.h"

int
number_counter(const struct hall *h, const char *prefix)
{
	for (int i = 0; i < h->counter_count; i++)
		if (strcmp(h->counter[i].prefix, prefix) == 0)
			return i;
	return -1;
}

static void
number_text(char number[NUMBER_MAX], const struct service *s, int value)
{
	snprintf(number, NUMBER_MAX, "%s%0*d", s->prefix, s->width, value);
}

/* Newest first, since a number is most likely to be met again soon. */
static bool
in_use(const struct hall *h, const char *number)
{
	for (uint32_t i = h->ticket_count; i-- > 0; )
		if (strcmp(h->ticket[i].number, number) == 0 && leg_live(h->leg[h->ticket[i].leg].state))
			return true;
	return false;
}

int
number_next(const struct hall *h, const struct service *s, int day, char number[NUMBER_MAX])
{
	int at = number_counter(h, s->prefix);
	int last = at != -1 && h->counter[at].day == day ? h->counter[at].last : 0;
	int value = last;

	for (int tried = s->first; tried <= s->last && last <= s->last; tried++) {
		value = value < s->first || value >= s->last ? s->first : value + 1;
		number_text(number, s, value);
		if (!in_use(h, number))
			return value;
	}
	/* All in use, or already above the range today: go on there. */
	value = last > s->last ? last : s->last;
	do
		number_text(number, s, ++value);
	while (in_use(h, number));
	return value;
}
