/*
 * What people see, hear and press: the edge between facts and lines.
 *
 * Each fact on disk is shown on the window's sign, spoken in its zone, printed
 * and counted on keypads; each key becomes a command; each address that stops
 * answering, and each printer that cannot print, becomes a fact.  What should
 * be shown is worked out in display/, from the hall as shown; what was decided
 * but is not on disk is never seen.
 *
 * A file each: signs.c, voices.c, printers.c, keypads.c, raters.c, buttons.c,
 * scanners.c, cards.c, health.c, trials.c.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/line/line.h"
#include "daemon/store/ledger/ledger.h"
#include "daemon/wait/waits.h"
#include "display/texts.h"
#include "display/voice.h"

struct show;

/*
 * Open the lines of the ledger's layout and bring everything on them up to
 * date.  Call it before the event loop runs.  New; all three are
 * borrowed.  A device that is not there is a state, not an error.
 */
struct show	*show_open(struct ledger *, const struct texts *, const struct waits *);

/*
 * Before the layout is replaced where it stands, and with it devices or seats:
 * nothing points into it any more; and after: all lines are opened anew, as at
 * a start.  Both in one turn of the loop, when the ledger is idle.
 */
void		 show_close_lines(struct show *);
void		 show_open_lines(struct show *);

/* The daemon ends: answer who waits for a device.  Before ledger_close. */
void		 show_ending(struct show *);

/*
 * Close the lines.  After ledger_close, since until then the ledger tells it
 * facts, and before the loop runs again.
 */
void		 show_close(struct show *);

/* How an address is, in one word. */
enum show_health {
	HEALTH_OK,
	HEALTH_DEGRADED,	/* it answered before, and does not any more: left alone but for a probe a minute */
	HEALTH_SILENT,		/* its port is open, and it never said anything; well so far if it speaks only by itself */
	HEALTH_UNPLUGGED,	/* its port is not open */
	HEALTH_FAULT,		/* it is there, but cannot do its work */
	HEALTHS
};
const char	*show_health_name(enum show_health);

/* An address of a device, for people.  Times are steady (struct instant), 0: never. */
struct show_device {
	const struct device	 *device;	/* of the layout */
	const struct driver	 *driver;
	int			  address;	/* 0 where a device has its line for itself */
	enum show_health	  state;
	bool			  well;		/* nothing is known to be wrong: ok, or nobody pressed yet */
	const char		 *reason;	/* of the state, in words; this and health are borrowed until the loop runs again */
	int64_t			  since_ms;	/* it is so */
	const struct line_health *health;
	unsigned		  printer;	/* enum printer_flag; 0 for other kinds */
};

/* The i-th address, from 0, in the order of the layout.  False: there are no more. */
bool		 show_device(const struct show *, int i, struct show_device *);

/* What came of testing an address. */
struct show_result {
	const struct device	*device;	/* of the layout */
	int			 address;
	int			 window;	/* whose it is; 0: no window's */
	enum line_outcome	 outcome;
	const char		*why;		/* in words; done: what was awaited and came, or ""; borrowed until done returns */
};

#define SHOW_HEAR_S	30

/*
 * Test a device: a printer prints a slip, a voice says a sentence, a sign shows
 * its window's number and a keypad beeps and shows 888 888, for so many seconds.
 * Of all else something is awaited for SHOW_HEAR_S: a key, a rating, a code, a
 * card, which then is nothing but a test.
 * Address -1: all of the device's; device -1: all signs and keypads there are,
 * and nothing is awaited.
 * 0, and done is called from the loop, once, at the latest by show_close; or
 * -1: nothing in the layout names this address.
 */
int		 show_test(struct show *, int device, int address, int seconds,
		    void (*done)(void *arg, const struct show_result *, int count), void *arg);

/* An address that no window names, where a key was pressed or a rating given. */
struct show_stranger {
	const struct device	*device;	/* of the layout */
	int			 address;
	bool			 rates;		/* it is a rater: press.key is the place of its key, 0 is left */
	struct key_press	 press;		/* the last one */
	int64_t			 pressed_ms;	/* steady time of it */
	int			 count;		/* of keys */
};

/* A key in words, "6 0F". */
#define SHOW_KEY_TEXT	8
void		 show_key_text(char out[SHOW_KEY_TEXT], const struct key_press *);

/* The i-th, from 0; the newest are kept.  False: there are no more. */
bool		 show_stranger(const struct show *, int i, struct show_stranger *);

#define SHOW_LEARN_S	60

/*
 * Learn where a keypad is: done is called from the loop, once, at the latest by
 * show_close, with the next address that no window names where a key is pressed, not a rating given;
 * device NULL: there was none for SHOW_LEARN_S.  0, or -1: somebody else learns.
 */
int		 show_learn(struct show *, void (*done)(void *arg, const struct device *, int address), void *arg);

/* Why a printer cannot print now, or that it soon will not. */
struct show_printer {
	bool		ready;		/* a ticket taken now would be printed, as far as is known, if need be by its stand-in */
	bool		answers;	/* its state is known; false: it never said anything, or not any more */
	unsigned	flags;		/* enum printer_flag (protocols/device.h) */
	int		queued;		/* tickets that wait for their turn */
};

/* 0, or -1: no printer of this id. */
int		 show_printer_state(const struct show *, const char *id, struct show_printer *);

/* How far the last call or recall of the ticket at a window has come in its zone; names are in voice.h. */
enum announced	 show_announced(const struct show *, int window);

/* How the sign over a window is: seen by nobody, as far as is known, when it is dead. */
enum show_sign { SHOW_SIGN_NONE, SHOW_SIGN_OK, SHOW_SIGN_DEAD };
enum show_sign	 show_sign(const struct show *, int window);

/* What was held before a kiosk's scanner last. */
struct show_scan {
	uint64_t	count;		/* of scans since halld was started */
	uint32_t	ticket, booking;	/* ids; 0: a code that is none's, or it is some time ago */
	bool		holder;		/* by its token; else by its number, which everybody may know */
};

/* 0, or -1: the kiosk has no scanner. */
int		 show_scan(const struct show *, const char *kiosk, struct show_scan *);

/* A kiosk's reader of ID cards. */
enum show_card {
	SHOW_CARD_NONE,		/* there is no reader */
	SHOW_CARD_SILENT,	/* it does not answer, or its port is not open */
	SHOW_CARD_IDLE,
	SHOW_CARD_WAITING,	/* a card is looked for */
	SHOW_CARD_READ,
	SHOW_CARD_FAILED	/* it could not be read, and is looked for again */
};
enum show_card	 show_card(const struct show *, const char *kiosk);

/* Look for a card for a minute; what was read before is forgotten.  Returns the state then. */
enum show_card	 show_card_ask(struct show *, const char *kiosk);

/* The date of birth on the card that was read within the last minute, as 19500131; 0: there is none. */
int		 show_card_birth(const struct show *, const char *kiosk);

/* Look for none any more, and forget what was read. */
void		 show_card_forget(struct show *, const char *kiosk);
/* Whose card it is; nobody's, with a hash of 0, when there is none. */
void		 show_card_person(const struct show *, const char *kiosk, struct person *);


/* Rises with every change of what the functions above tell. */
uint64_t	 show_revision(const struct show *);

#endif
