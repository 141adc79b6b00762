/* The owner of the lines: what it gave to lines_open, and calls to it. */
#ifndef OWNER_H
#define OWNER_H

#include "daemon/line/line.h"

struct owner {
	struct event_base	*base;
	const struct layout	*layout;
	const struct line_owner	*calls;
	void			*arg;
};

int64_t	owner_now_ms(const struct owner *);
void	owner_wake_at(const struct owner *, int64_t at_ms);
void	owner_said(const struct owner *, int device, const struct said *);
void	owner_health(const struct owner *, int device, int address, const struct line_health *);

#endif
