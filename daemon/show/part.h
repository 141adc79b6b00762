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
	const struct waits	*waits;
	struct lines		*lines;
	struct timer		*wake;		/* of the lines */
	uint64_t		 revision;

	struct signs		*signs;
	struct voices		*voices;
	struct printers		*printers;
	struct keypads		*keypads;
	struct raters		*raters;
	struct buttons		*buttons;
	struct scanners		*scanners;
	struct cards		*cards;
	struct health		*health;
	struct trials		*trials;
};

/* Testing one thing at one address: trials.c. */
struct trial;
struct test;
struct attempt {
	struct trial	*trial;
	struct show	*show;
	const struct test *test;	/* of the table in trials.c */
	int		 device, address;
	int		 window;	/* whose it is; 0: no window's */
	int64_t		 until_ms;	/* what it shows is shown so long */
	int64_t		 hear_ms;	/* what only speaks is waited for so long; 0: not at all */
	bool		 listens;	/* it is being waited for */
	char		 heard[32];	/* what came, in words */
	int		 part;		/* voice: being said */
	int		 speech_ms;	/* voice: that takes so long, and */
	bool		 more;		/* there is another */
	struct timer	*timer;		/* or NULL; until the next part, or hear_ms */
};

/*
 * Row of the table in show.c; a NULL function means that the part does not
 * need to know.  None of them may submit a command from see: it runs while the
 * ledger is still telling what it wrote.
 */
struct part {
	void	(*open)(struct show *);		/* lines are there, nothing was sent */
	void	(*ending)(struct show *);	/* the daemon ends: answer who waits */
	void	(*close)(struct show *);	/* the ledger and the lines are not there any more */
	void	(*see)(struct show *, const struct fact *);
	void	(*said)(struct show *, int device, const struct said *);
	void	(*health)(struct show *, int device, int address, const struct line_health *);
};

extern const struct part signs_part, voices_part, printers_part, keypads_part, raters_part, buttons_part,
    scanners_part, cards_part, health_part, trials_part;

/* Steady time. */
int64_t			 show_now_ms(const struct show *);

const struct driver	*show_driver(const struct show *, int device);

/* Tell a device what it has to be told once, before all else. */
void			 show_greet(struct show *, int device, int address);

/* Make it seen, heard or felt, or somebody use it.  Ends by attempt_end, at once or from the loop. */
void			 signs_test(struct attempt *);
void			 keypads_test(struct attempt *);
void			 voices_test(struct attempt *);
void			 printers_test(struct attempt *);
void			 raters_test(struct attempt *);
void			 buttons_test(struct attempt *);
void			 cards_test(struct attempt *);

/* trials.c: the test ends with what somebody does there. */
void			 attempt_listen(struct attempt *);

/* trials.c: it came in a test, and is nobody else's. */
bool			 trials_heard(struct show *, int device, const struct said *);

/* trials.c: what came of it, once; why is borrowed for ever.  attempt_told is the same as a job's done. */
void			 attempt_end(struct attempt *, enum line_outcome, const char *why);
void			 attempt_told(void *attempt, enum line_outcome, const struct said *);

/* printers.c: what was sent and did not come out is not to be printed later. */
void			 printers_forget(struct show *, int device);

/* printers.c: enum printer_flag of a printer. */
unsigned		 printers_flags(const struct show *, int device);

/* health.c: why a printer with these flags cannot print; "": it can. */
const char		*printer_reason(unsigned flags);

/* keypads.c: is this press what the binding says? */
bool			 key_fits(const struct key_binding *, const struct key_press *);

/* buttons.c: is there a box of buttons at this address? */
bool			 buttons_at(const struct show *, int device, int address);

/* health.c: a device may have got better or worse. */
void			 health_look(struct show *, int device, int address);

#endif
