/*
 * Devices that ask to be let in: each shows six digits, and who has the right
 * types them in.  Kept in memory for ten minutes; the device knows its request
 * by a secret, so the digits alone are of no use to anybody else.
 */
#ifndef PAIRINGS_H
#define PAIRINGS_H

#include <stdint.h>

#define PAIRING_CODE	7	/* six digits and a NUL */
#define PAIRING_SECRET	33
#define PAIRING_TOKEN	33

struct pairing {
	char	code[PAIRING_CODE];
	char	secret[PAIRING_SECRET];	/* empty: free */
	char	token[PAIRING_TOKEN];	/* empty: nobody has let it in yet */
	int64_t	ends_ms;		/* steady time */
};

struct pairings;

struct pairings	*pairings_open(void);		/* new */
void		 pairings_close(struct pairings *);

/* A new one; NULL when too many wait.  Borrowed, as those below. */
struct pairing	*pairings_add(struct pairings *, int64_t steady_ms);

/* NULL: there is none, or its time is over. */
struct pairing	*pairings_secret(struct pairings *, const char *secret, int64_t steady_ms);
struct pairing	*pairings_code(struct pairings *, const char *code, int64_t steady_ms);

#endif
