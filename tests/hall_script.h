/*
 * The hall's rules as small scripts: what is done, and what comes of it.
 *
 *	issue SERVICE[+SERVICE...] [CLASS] [ID] -> NUMBER	a ticket is taken; ID: id7, whose it is
 *	rehearse SERVICE[+SERVICE...] [CLASS] -> NUMBER	nobody's
 *	names SERVICE				asks whose
 *	remotes SERVICE SECONDS [QUOTA [HH:MM]]	has tickets from afar, which wait so long for a check-in
 *	remote SERVICE [EARLIER] [ID] -> NUMBER	one is taken; EARLIER: by who has that ticket
 *	slot SERVICE HH:MM HH:MM LIMIT		can be booked
 *	segment SERVICE HH:MM HH:MM LIMIT	so many tickets from then to then
 *	slips					it ends, and who waits has a time on another day
 *	close					the business day is closed
 *	book SERVICE HH:MM HH:MM [+DAYS|CLASS|ID...] -> #BOOKING
 *	#BOOKING checkin -> NUMBER, #BOOKING cancel
 *	at HH:MM				the clocks go on until then
 *	WINDOW VERB -> NUMBER			a command, and the ticket then at the window (unnumbered: it has none), or nobody
 *	WINDOW pause [SECONDS]			back in so many
 *	WINDOW lend SERVICE+... SECONDS, lend nothing	it calls these first for so long, or no more
 *	WINDOW pick NUMBER, hold [MINUTES], unhold [NUMBER], serve [SERVICE]
 *	WINDOW transfer SERVICE|WINDOW [anew]	anew: it waits from then on
 *	WINDOW finish|legs SERVICE+...|nothing	and what it still needs
 *	NUMBER class CLASS, service SERVICE, needs NEED+...|nothing, link NUMBER	by the guide
 *	due					what is due by itself happens
 *	NUMBER VERB [COUNT] [staff] -> NUMBER	by the holder, or by staff; COUNT: places, or the grade
 *	... -> CODE [SECONDS|WINDOW]		it is refused, to be tried again after so long, or because of that window
 *	+SECONDS				the clocks go on
 *	wall SECONDS, steady SECONDS		one clock steps, maybe back
 *	day DATE				as the clock says
 *	restart					the hall is what its facts make it
 *	policy NAME VALUE, auto WINDOW
 *	hall suspend|evacuate|drill|resume
 *	answer WINDOW NAME, end WINDOW		an alarm
 *	add NAME, in NAME [WINDOW [WHERE]], out NAME [WHERE]	staff; a new account, sign in, sign out; move NAME WINDOW: leaving another
 *	add NAME window, token NAME, password NAME	an account of a device, a device at window 1, a new password
 *
 *	NUMBER is STATE				a ticket's leg
 *	#BOOKING is STATE
 *	NUMBER booked HH:MM [+DAYS]		it has that time instead; or nothing
 *	NUMBER legs STATE ...			all of them
 *	NUMBER ahead COUNT			so many go before it
 *	WINDOW is STATE [then pause|close]	and what is to happen when its ticket leaves
 *	WINDOW by NAME				who is signed in, or nobody
 *	WINDOW lent SERVICE+...|nothing		as it is
 *	WINDOW back HH:MM			when somebody means to be back, or never
 *	SERVICE waits COUNT			likewise all that a WINDOW serves
 *	why RULE [SECONDS]		the last command called for this rule, after so long a wait
 *	served SECONDS				so long was the ticket of the last command
 *	works COUNT				so many windows are open
 *	totals ISSUED SERVED ABANDONED		of the day
 *	facts [KIND ...]			of the last command
 *	in SECONDS, in never			something will be due by itself
 *	calls [NUMBER@WINDOW[!] ...]		as boards list them, newest first; ! is a recall
 *	last SERVICE NUMBER			called last, or nobody
 *	rates WINDOW NUMBER			who may be asked there for a rating, or nobody
 *	stood SECONDS				so long the hall stood still until now
 *	helps WINDOW NAME			who comes to a window that called for help, or nobody yet, or none
 *	keep, as kept				all is as it was then, but for seq, the time, and what can be undone
 *
 * A command without -> is carried out.  Each refusal is checked to leave the hall
 * as it was, byte for byte, and each change to be wholly told by its facts
 * (fixture_do).  Statements end in a semicolon.
 */
#ifndef TESTS_HALL_SCRIPT_H
#define TESTS_HALL_SCRIPT_H

#include "tests/hall_fixture.h"

/* The hall of the scripts; fixture_open() makes it new. */
extern struct fixture f;

/* Go on in that hall.  Fails the test at the first statement that is not so. */
void	run(const char *what, const char *script);

#endif
