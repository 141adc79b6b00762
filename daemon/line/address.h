/*
 * Addresses: the devices of a line, and how each is.
 *
 * What happens to an address is a function below: it alone changes the state,
 * and tells the owner of a new one.  sent_ms and the counters of health are
 * written where frames are sent: send.c, jobs.c.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <sys/queue.h>

#include "daemon/line/owner.h"

struct address {
	TAILQ_ENTRY(address)	 entry;
	const struct owner	*owner;
	int			 device, number;
	const struct driver	*driver;
	int			 answer_ms;	/* of the driver, or as hall.json has it */
	struct line_health	 health;
	int			 silent;	/* frames in a row without an answer */
	int64_t			 probe_ms;	/* not probed before */
	struct said		 pressed;	/* the last key or rating */
	int64_t			 pressed_ms;
};
TAILQ_HEAD(addresses, address);

/* The address, or NULL. */
struct address	*address_find(const struct addresses *, int device, int number);

/* Find, or add as a new one; open: the port of its line is. */
struct address	*address_get(struct addresses *, const struct owner *, int device, int number, bool open);

void		 addresses_free(struct addresses *);

/* The port was opened, trouble as there; could not be, or is gone. */
void		 address_opened(struct address *, const char *trouble);
void		 address_gone(struct address *, const char *why);

/* All of a frame was sent to which nothing is said. */
void		 address_sent(struct address *);

/* A frame was not answered, or the port did not take it. */
void		 address_silent(struct address *);

/* It said something. */
void		 address_heard(struct address *);

/* A key or rating was heard.  Is it a repeat? */
bool		 address_pressed(struct address *, const struct said *);

/* May a job be sent to it?  What cannot be probed is tried with a job now and then. */
bool		 address_takes(const struct address *);

/* When it is to be probed: when it does not answer, and a voice that was long not heard.  INT64_MAX: it need not be. */
int64_t		 address_probe_ms(const struct address *);

/* Write the probe if it is due; the next is LINE_PROBE_MS from now.  -1: there is none. */
int		 address_probe(struct address *, struct frame *);

#endif
