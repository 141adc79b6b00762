/* What endpoints can be told. */
#include <stddef.h>

#include "daemon/core/push_kinds.h"

_Static_assert(PUSH_STATES + RECORD_FACTS <= 64, "a kind is a bit, and records are not pushed");

int
push_kind(int fact_kind)
{
	int place = PUSH_STATES;

	for (int i = 0; i < fact_kind; i++)
		place += kinds[i].audience == TO_PUBLIC;
	return kinds[fact_kind].audience == TO_PUBLIC ? place : -1;
}

const char *const *
push_kinds(void)
{
	static const char *names[PUSH_STATES + FACT_KINDS + 1] = { "queue.snapshot", "queue.tickets" };

	for (int i = 0; i < FACT_KINDS; i++)
		if (push_kind(i) != -1)
			names[push_kind(i)] = kinds[i].name;
	return names;
}
