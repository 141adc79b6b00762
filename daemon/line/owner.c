/* Calls to the owner of the lines; one that it does not need is not made. */
#include "daemon/line/owner.h"

int64_t
owner_now_ms(const struct owner *o)
{
	return o->calls->now_ms(o->arg);
}

void
owner_wake_at(const struct owner *o, int64_t at_ms)
{
	o->calls->wake_at(o->arg, at_ms);
}

void
owner_said(const struct owner *o, int device, const struct said *said)
{
	if (o->calls->said != NULL)
		o->calls->said(o->arg, device, said);
}

void
owner_health(const struct owner *o, int device, int address, const struct line_health *health)
{
	if (o->calls->health != NULL)
		o->calls->health(o->arg, device, address, health);
}
