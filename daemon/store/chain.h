/*
 * The chain through the log: that of an event is SHA-256 of the one before it
 * (of the first: 32 zero bytes) and of the event's columns as text, one a line:
 *
 *	chain before  seq \n day \n at_ms \n boot \n mono_ms \n kind \n actor \n subject \n body
 *
 * Anybody can check it with a database shell and sha256sum.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include <stdint.h>

#define CHAIN 32

struct chained {
	int64_t		 seq;
	int		 day;
	int64_t		 at_ms, mono_ms;
	const char	*boot, *kind, *actor, *subject, *body;
};

/* From the chain of the event before to that of this one. */
void	chain_link(uint8_t chain[CHAIN], const struct chained *);

#define CHAIN_TEXT (2 * CHAIN + 1)
void	chain_text(char out[CHAIN_TEXT], const uint8_t chain[CHAIN]);

#endif
