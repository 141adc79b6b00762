/*
 * A ticket as paper: contract "What people see", pure.
 *
 * From the top: hall, number, service, place and windows, how many are ahead, the wait,
 * what to bring, class unless it is the ordinary one, time of issue, with a
 * public_url a QR code of the ticket's page and its caption, what happens to who
 * is absent, that it is for today, and above all else that it is a reprint.  For a ticket in English each line has its
 * English below it.
 *
 * One whose day has ended with another time instead is a slip: hall, that it is
 * one, the code, date and time, service and place, and the number that it was.
 *
 * A character of height 1 is 24 dots, at 8 dots a millimetre 3 mm: the number,
 * 4 times as high, is 12 mm, and 24 mm in big type.
 */
#ifndef PAPER_H
#define PAPER_H

#include "daemon/core/hall.h"
#include "display/band.h"
#include "display/texts.h"
#include "protocols/device.h"

#define PAPER_MM	120	/* from cut to cut */
#define PAPER_HEAD_MM	15	/* of these, from the head to the cutter: blank, above the first line */
#define PAPER_NUMBER	4	/* times the normal height: 12 mm */
#define PAPER_BIG	2	/* number and service of a ticket in big type: so many times as high and wide */

/*
 * Lay out a ticket of the hall as shown for this printer's paper; wait NULL: there is no basis for one.  What would
 * make it longer than PAPER_MM is left out, English of small print first.
 * Returns how many millimetres it takes from cut to cut.
 */
int	paper_ticket(struct paper *, const struct hall *, const struct layout *, const struct texts *,
	    const struct ticket *, const struct device *, const struct band *wait, const struct instant *now);

/* A slip that shows that a printer prints: which it is and when, in all languages.  It is no ticket and looks like none. */
void	paper_test(struct paper *, const struct layout *, const struct texts *, const char *device, int64_t wall_ms);

#endif
