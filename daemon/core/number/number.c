/* Ticket numbers. */
#include <stdio.h>
#include <string.h>

#include "daemon/core/number/number.h"

#define VALUE_MAX 99999999	/* what a number has room for beside the longest prefix */

int
number_counter(const struct hall *h, const char *prefix)
{
	for (int i = 0; i < h->counter_count; i++)
		if (strcmp(h->counter[i].prefix, prefix) == 0)
			return i;
	return -1;
}

/* The value of a number with this prefix; -1: it has another. */
static int
value_of(const char *number, const char *prefix)
{
	int value = 0;

	while (*prefix != '\0')
		if (*number++ != *prefix++)
			return -1;
	if (*number < '0' || *number > '9')
		return -1;
	for (; *number != '\0'; number++)
		value = value * 10 + *number - '0';
	return value;
}

/* Who gave up or did not come may come back, with the number on their paper. */
static bool
in_use(enum leg_state state)
{
	return leg_live(state) || leg_next(state, STEP_RETURN) != LEG_NONE || leg_next(state, STEP_CHECK_IN) != LEG_NONE;
}

/*
 * The first value from `from` on that no ticket on its way has, where `first`
 * follows `last`; -1: all are in use.  There are never more tickets than places
 * in `used`, so among so many values one is free.
 */
static int
first_free(const struct hall *h, const char *prefix, int from, int first, int last)
{
	bool used[TICKETS_MAX + 1] = { false };
	int values = last - first + 1;

	for (uint32_t i = 0; i < h->ticket_count; i++) {
		int value = value_of(h->ticket[i].number, prefix), place = value - from;

		if (value < first || value > last)
			continue;
		if (place < 0)
			place += values;
		if (place <= TICKETS_MAX && in_use(h->leg[h->ticket[i].leg].state))
			used[place] = true;
	}
	for (int place = 0; place <= TICKETS_MAX && place < values; place++)
		if (!used[place])
			return place <= last - from ? from + place : from + place - values;
	return -1;
}

int
number_next(const struct hall *h, const struct service *s, int day, char number[NUMBER_MAX])
{
	int at = number_counter(h, s->prefix);
	int given = at != -1 && h->counter[at].day == day ? h->counter[at].last : 0;
	int value = -1;

	if (given <= s->last)
		value = first_free(h, s->prefix, given < s->first || given == s->last ? s->first : given + 1, s->first, s->last);
	/* All in use, or already above the range today: go on there. */
	if (value == -1) {
		int above = (given > s->last ? given : s->last) + 1;

		value = first_free(h, s->prefix, above, above, VALUE_MAX);
	}
	snprintf(number, NUMBER_MAX, "%s%0*d", s->prefix, s->width, value);
	return value;
}
