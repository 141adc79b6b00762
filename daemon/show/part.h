/*
 * The parts of show, seen by each other: a kind of device each, and the health
 * of all.  A part keeps what it remembers in a struct of its own.
 */
#ifndef PART_H
#define PART_H

#include "daemon/show/show.h"

struct show {
	struct ledger		*ledger;
	struct clock		*clock;
	const struct layout	*layout;
	const struct texts	*texts;
	struct lines		*lines;
	struct timer		*wake;		/* of the lines */
	uint64_t		 revision;

	struct signs		*signs;
	struct voices		*voices;
	struct printers		*printers;
	struct keypads		*keypads;
	struct health		*health;
};

/*
 * Row of the table in show.c; a NULL function means that the part does not
 * need to know.  None of them may submit a command from see: it runs while the
 * ledger is still telling what it wrote.
 */
struct part {
	void	(*open)(struct show *);		/* lines are there, nothing was sent */
	void	(*close)(struct show *);	/* the ledger and the lines are not there any more */
	void	(*see)(struct show *, const struct fact *);
	void	(*said)(struct show *, int device, const struct said *);
	void	(*health)(struct show *, int device, int address, const struct line_health *);
};

extern const struct part signs_part, voices_part, printers_part, keypads_part, health_part;

/* Steady time. */
int64_t			 show_now_ms(const struct show *);

const struct driver	*show_driver(const struct show *, int device);

/* Tell a device what it has to be told once, before all else. */
void			 show_greet(struct show *, int device, int address);

/* printers.c: enum printer_flag of a printer. */
unsigned		 printers_flags(const struct show *, int device);

/* health.c: why a printer with these flags cannot print; "": it can. */
const char		*printer_reason(unsigned flags);

/* health.c: a device may have got better or worse. */
void			 health_look(struct show *, int device, int address);

#endif
