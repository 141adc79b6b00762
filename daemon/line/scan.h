/*
 * Who is on a port, and at which speed: each driver's probe is sent at each
 * speed to each address, and what is heard is read as each driver reads it.
 *
 * Printers, voices, scanner modules and readers of cards are asked first, since
 * they have a line for themselves: where one answers, nothing else is sent.  A
 * printer that is asked at a wrong speed, or by a probe of signs, may print some
 * of it.  Keypads cannot be asked: they are found by a key that is pressed
 * meanwhile.
 *
 * It waits, so it is for a program of its own and not for the daemon, whose
 * ports nobody else can open.
 */
#ifndef SCAN_H
#define SCAN_H

#include "daemon/line/driver.h"

#define SCAN_NAMES	64

struct scan {
	const char	*port;		/* as in hall.json */
	int		 baud;		/* 0: the usual ones, until somebody is found */
	int		 first, last;	/* addresses of signs */

	/* Somebody is there.  names: of the drivers that speak so, "bx or bx6k". */
	void		(*found)(void *arg, const struct driver *, const char *names, int baud, int address);

	/* Bytes were heard at this speed that nobody understands.  next: to be tried, 0: none. */
	void		(*noise)(void *arg, int baud, int next);
	void		*arg;
};

/* The number found; or -1: the port cannot be opened, and why. */
int	scan_port(const struct scan *, const char **why);

#endif
