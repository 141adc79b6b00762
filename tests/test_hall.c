/* The hall's rules, as scripts (hall_script.h) and otherwise; scenarios that others have named are in test_scenarios.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/apply/relayout.h"
#include "daemon/core/decide/opening.h"
#include "tests/hall_script.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static const struct { const char *what, *script; } scenarios[] = {
	/* Issuing. */
	{ "tickets are numbered by service and wait",
	  "issue a -> A001; issue b -> B001; issue a -> A002; facts ticket.issued;"
	  "A001 is waiting; A002 is waiting; B001 is waiting; a waits 2; b waits 1; c waits 0; totals 3 0 0" },
	{ "what the hall does not have is refused",
	  "issue z -> unknown_service; issue a nobility -> bad_request; issue a -> A001" },
	{ "numbers begin again with the business day, and totals with it",
	  "issue a -> A001; 1 next -> A001; 1 finish; issue a -> A002; 1 next -> A002; 1 finish; totals 2 2 0;"
	  "day 20261125; issue a -> A001; totals 1 0 0" },
	{ "a number still in use is skipped on the new day",
	  "issue a -> A001; day 20261125; issue a -> A002; A001 is waiting" },
	{ "the day does not go back",
	  "issue a -> A001; day 20261123; issue a -> A002; day 20261124; issue a -> A003; totals 3 0 0" },

	{ "a window counts who may be called there",
	  "issue a; issue b; issue c; 1 waits 2; 2 waits 1; 3 waits 1; 9 waits 0; 3 next -> B001; 3 pass; 1 waits 2; 1 next; 1 waits 1" },

	/* Lending a window. */
	{ "a lent window calls those first, and its own after them as before",
	  "issue a; issue b; +60; issue c; 1 waits 2; 1 lend c 1800 -> nobody; facts window.lent; 1 lent c; 1 waits 3; 1 next -> C001; +3; 1 next -> A001; +3; 1 next -> B001" },
	{ "others go on as they were", "issue a; +60; issue c; 1 lend c 1800; 2 next -> A001; 4 next -> C001" },
	{ "lent to what it serves already, that comes first", "issue a; +60; issue b; 1 lend b 1800; 1 next -> B001; +3; 1 next -> A001" },
	{ "lent to two services, both come first, by who came first",
	  "issue a; issue c; +60; issue b; 1 lend b+c 1800; 1 lent b+c; 1 next -> C001; +3; 1 next -> B001; +3; 1 next -> A001" },
	{ "the call at hand stays", "issue a; issue c; 1 next -> A001; 1 lend c 1800; 1 is calling; A001 is called; 1 start; +3; 1 next -> C001" },
	{ "it is a window of that service", "issue c; c waits 1; 1 pick C001 -> not_allowed; 1 serve c -> not_allowed; 1 lend c 60; 1 pick C001 -> C001; +3; 1 serve c -> unnumbered" },
	{ "without a number it serves what it is lent to", "1 serve; 1 lend c 60; +3; 1 finish; 1 serve -> unnumbered; facts ticket.started; 1 transfer c -> not_allowed" },
	{ "whom it calls first goes before", "1 open; 4 open; issue c; issue a; A001 ahead 0; 1 lend c 60; A001 ahead 1; 2 open; A001 ahead 1" },
	{ "who is sent here comes with them", "2 open; issue a; 1 next -> A001; +3; 1 transfer 2; issue c; 2 lend c 60; 2 next -> A001; +3; 2 next -> C001" },
	{ "over when its time is, and not before",
	  "in never; 1 lend c 1800; in 1800; +1799; due; facts; 1 lent c; +1; in 0; due; facts window.lent; 1 lent nothing; in never; issue c; 1 next -> nobody" },
	{ "by the clock on the wall", "1 lend c 1800; wall 1800; due; 1 lent nothing" },
	{ "whatever else stands still", "1 lend c 1800; hall suspend; +1800; due; facts window.lent; 1 lent nothing" },
	{ "all that are over at once", "1 lend c 60; 2 lend b+c 60; 3 lend a 90; +60; due; facts window.lent window.lent; 3 lent a; in 30" },
	{ "after a restart as before", "+0.7; 1 lend c 1800; restart; 1 lent c; +1799.3; in 0; due; 1 lent nothing; restart; 1 lent nothing; in never" },
	{ "again, to others and for another time", "1 lend c 60; 1 lend b 120; 1 lent b; +60; due; facts; 1 lent b; in 60" },
	{ "until somebody says so, and then it is not", "1 lend nothing -> not_allowed; 1 lend c 60; 1 lend nothing; facts window.lent; 1 lent nothing; in never; 1 lend nothing -> not_allowed" },
	{ "what there is not is refused", "9 lend c 60 -> unknown_window; 1 lend z 60 -> unknown_service; 1 lend a+z 60 -> unknown_service; 1 lend c 0 -> bad_request;"
	  "1 lend c -60 -> bad_request; 1 lent nothing" },
	{ "the day takes it along, also of a window that never opened",
	  "1 open; 1 lend c 86400; 2 lend c 86400; restart; close; 1 lent nothing; 2 lent nothing; in never; restart; 1 lent nothing; day 20261125; issue c; 1 next -> nobody" },
	{ "a window that calls by itself calls who waits for it", "auto 1; 1 open; issue c; in never; 1 lend c 60; in 0; due; facts ticket.called; C001 is called" },
	{ "it is no command of the window, which takes back nothing over it",
	  "issue a; 1 next; 1 lend c 60; 1 undo -> not_allowed; A001 is called; 1 start; 1 undo; 1 lent c; A001 is called" },

	/* At the guide's desk. */
	{ "of another class it goes where that goes, by its old entry",
	  "issue a; +60; issue a; A002 class elderly -> A002; facts ticket.changed; A001 ahead 1; A002 ahead 0; 1 next -> A002" },
	{ "only while it waits, and to another class",
	  "issue a; A001 class elderly; A001 class elderly -> bad_request; A001 class nobility -> bad_request; 1 next;"
	  "A001 class ordinary -> not_allowed; 1 finish; A001 class ordinary -> not_allowed" },
	{ "one that stands aside cannot be changed, one that lets others go first stays behind them",
	  "issue a; issue a; issue a; A001 defer 2; A001 class first; 1 next -> A002; +3; 1 next -> A003; +3; 1 next -> A001" },
	{ "to another service it keeps entry and number",
	  "issue a; +60; issue b; A001 service b -> A001; a waits 0; b waits 2; B001 ahead 1; 3 next -> A001" },
	{ "only to one that somebody serves, another one, and while it waits",
	  "issue a; A001 service z -> unknown_service; A001 service a -> bad_request; 1 next; A001 service b -> not_allowed" },
	{ "where it was to go later anyway it goes once",
	  "issue a+b+c; A001 service b; facts ticket.changed ticket.changed; A001 legs waiting cancelled later; 3 next; 3 start; 3 finish; 4 next -> A001" },
	{ "whom others let go first is behind nobody in another service",
	  "issue a; issue a; A001 defer 1; A001 service b; 3 next -> A001" },
	{ "who was sent to a window is sent there no more in another service",
	  "issue a; 2 open; 1 next; 1 transfer 2; A001 service b; 3 next -> A001" },
	{ "a changed ticket is not undone at its window",
	  "issue a; 1 next; 1 transfer b; A001 class elderly; 1 undo -> not_allowed; 3 next -> A001" },
	{ "a void ticket counts nowhere",
	  "issue a+b; issue a; totals 2 0 0; 1 next; 1 finish; totals 2 1 0; A001 void -> A001; facts ticket.cancelled; A001 legs done cancelled; totals 1 0 0;"
	  "A001 void -> not_allowed; b waits 0" },
	{ "void in any live state, also at its window, which is free then",
	  "issue a; issue a; issue a; 1 next; 1 start; A001 void; 1 is idle; totals 2 0 0; 1 next -> A002; 1 pass; A002 void;"
	  "2 next -> A003; 2 hold; A003 void; in never; totals 0 0 0" },
	{ "a window that was to pause pauses when its ticket is void", "issue a; 1 next; 1 pause; A001 void; 1 is paused; 1 undo -> not_allowed" },
	{ "one that was cancelled was counted, and is not void", "issue a; A001 cancel; A001 void -> not_allowed; totals 1 0 0" },
	{ "two tickets of one person are never called at once",
	  "issue a; issue b; A001 link B001 -> A001; facts ticket.changed; 1 next -> A001; b waits 1; 3 waits 0; 3 next -> nobody; 3 pick B001 -> elsewhere 1;"
	  "1 start; 3 next -> nobody; 1 finish; 3 waits 1; 3 next -> B001" },
	{ "the same window goes from one to the other", "issue a; issue b; A001 link B001; 1 next -> A001; 1 pick B001 -> B001; 1 finish; totals 2 2 0" },
	{ "the next one there may be the person's other", "issue a; issue b; A001 link B001; 1 next -> A001; +3; 1 next -> B001" },
	{ "undone, the other may not be called again",
	  "issue a; issue b; A001 link B001; 1 next -> A001; 1 finish; 1 undo; 1 is calling; 3 next -> nobody; 1 finish; 3 next -> B001" },
	{ "a call undone, the other may be called", "issue a; issue b; A001 link B001; 1 next; 1 undo; 3 next -> B001; 1 next -> nobody" },
	{ "who is held may be called with the other, and not back meanwhile",
	  "issue a; issue b; A001 link B001; 1 next; 1 hold; 3 next -> B001; 1 unhold -> elsewhere 3; 3 start; 3 finish; 1 unhold -> A001" },
	{ "who was passed comes back while the other is called, and waits",
	  "issue a; issue b; A001 link B001; 1 next -> A001; 1 pass; A001 is waiting; 3 next -> B001; a waits 1; 1 next -> nobody; 3 start; 3 finish; 1 next -> A001" },
	{ "a window that calls by itself calls the other when it may",
	  "issue a; issue b; auto 4; A001 link B001; 1 next; in never; 1 finish; auto 3; 3 open; 3 is calling" },
	{ "three of one person",
	  "issue a; issue b; issue c; A001 link B001; C001 link B001; A001 link C001 -> not_allowed; 4 next -> C001; 1 next -> nobody; 3 next -> nobody;"
	  "4 finish; 3 next -> B001; 1 next -> nobody; 3 start; 3 finish; 1 next -> A001" },
	{ "not with itself, what is not there, or is over",
	  "issue a; issue a; A001 link A001 -> bad_request; A001 link A009 -> unknown_ticket; A002 cancel; A001 link A002 -> not_allowed; A002 link A001 -> not_allowed" },
	{ "who is called to two windows was two people",
	  "issue a; issue b; 1 next; 3 next; A001 link B001 -> elsewhere 3; 1 finish; 3 start; 3 finish; A001 link B001 -> not_allowed" },
	{ "linked while one is called, the other waits for it",
	  "issue a; issue b; 1 next; B001 link A001; 3 next -> nobody; A001 void; 3 next -> B001" },
	{ "who comes with a booking is linked with what they took before",
	  "slot b 09:30 10:00 2; book b 09:30 10:00 id7 -> #1; issue a id7; at 09:31; #1 checkin -> B001;"
	  "facts ticket.issued ticket.changed booking.checked_in; restart; 1 next -> A001; 3 next -> nobody; 1 finish; 3 next -> B001" },
	{ "who comes back after giving up is linked with what they took since, and has none of the service twice",
	  "issue a id7; 1 next; 1 abandon; issue b id7; A001 return staff -> A001; 1 next -> A001; 3 next -> nobody; 1 abandon; issue a id7 -> A002;"
	  "A001 return staff -> already_waiting; 1 next -> A002; 3 next -> nobody; 1 finish; A001 return staff -> A001; 3 next -> B001; 1 next -> nobody" },
	{ "nor who comes from afar after all",
	  "remotes b 60; remote b id7; 3 open; due; +60; due; B001 is no_show; issue b id7 -> B002; B001 checkin -> already_waiting; issue a id7;"
	  "B002 cancel; B001 checkin -> B001; 3 next -> B001; 1 next -> nobody" },
	{ "no link goes over to the next day's tickets", "issue a; issue b; A001 link B001; 1 next; 1 finish; day 20261125; issue a -> A001; restart; 3 next -> B001; 1 next -> A001" },
	{ "what a holder needs is said once more, whole",
	  "issue a; A001 needs deaf+wheelchair -> A001; facts ticket.changed; A001 needs nothing; 1 next; A001 needs blind; 1 undo; A001 is waiting; 1 next; 1 finish; A001 needs deaf -> not_allowed" },

	/* Calling. */
	{ "next calls who came first",
	  "issue a; issue a; 1 next -> A001; facts window.opened ticket.called;"
	  "A001 is called; 1 is calling; A002 is waiting; a waits 1" },
	{ "next opens an offline window, also when nobody waits",
	  "1 is offline; 1 next -> nobody; facts window.opened; 1 is idle" },
	{ "next opens a closed window",
	  "1 open; 1 close; 1 is closed; issue a; 1 next -> A001; 1 is calling" },
	{ "next resumes a paused window",
	  "1 open; 1 pause; 1 is paused; issue a; 1 next -> A001; facts window.resumed ticket.called; 1 is calling" },
	{ "next calls nobody of services that the window does not serve",
	  "issue c; 1 next -> nobody; c waits 1; 4 next -> C001" },
	{ "a lower level is served when the main one is empty, earlier or not",
	  "issue b; +60; issue a; 1 next -> A001; +3; 1 next -> B001" },
	{ "classes are called by head start, the first ones before all",
	  "issue a; +60; issue a elderly; +60; issue a first; 1 next -> A003; +3; 1 next -> A002; +3; 1 next -> A001" },
	{ "two windows that press at the same moment call two tickets, both announced",
	  "issue a; issue a; 1 open; 2 open; 1 next -> A001; facts ticket.called; 2 next -> A002; facts ticket.called" },
	{ "no such window",
	  "9 next -> unknown_window; 0 next -> unknown_window; 1000 next -> unknown_window; 9 open -> unknown_window" },

	/* The hall stands still. */
	{ "suspended: no ticket, no call, and whoever is at a window is served on",
	  "issue a; issue a; 1 next -> A001; hall suspend; facts hall.suspended; issue a -> service_closed; 2 next -> not_allowed;"
	  "1 recall -> not_allowed; 2 pick A002 -> not_allowed; 2 serve a -> not_allowed; 1 start; 1 finish; A002 is waiting;"
	  "hall resume; facts hall.resumed; 2 next -> A002" },
	{ "suspended twice, resumed twice", "hall resume -> not_allowed; hall suspend; hall suspend -> not_allowed; hall resume; hall resume -> not_allowed" },
	{ "the order of those who wait is as before",
	  "issue a; +60; issue a elderly; hall suspend; +7200; hall resume; issue a; 1 next -> A002; +3; 1 next -> A001; +3; 1 next -> A003" },
	{ "time that it stands does not count for who is held",
	  "issue a; 1 next; +60; 1 hold 10; in 600; +100; hall suspend; in never; +3600; due; A001 is held; hall resume; in 500; +499; due;"
	  "A001 is held; +1; due; A001 is waiting" },
	{ "held while it stands",
	  "issue a; 1 next; hall suspend; +100; 1 hold 10; +3600; hall resume; in 600; restart; in 600" },
	{ "nor for who does not come when called",
	  "policy no_answer_s 60; issue a; 1 next; +20; hall suspend; in never; +600; hall resume; in 40" },
	{ "several times", "hall suspend; +60; hall resume; +60; stood 60; hall suspend; +30; stood 90; hall resume; +9; stood 90" },
	{ "a window that calls by itself calls nobody until then",
	  "auto 1; 1 open; hall suspend; hall resume; hall suspend; +1; in never; hall resume; issue a; due; A001 is called" },
	{ "somebody who waits when it goes on is called by itself", "issue a; auto 1; hall suspend; 1 open; in never; hall resume; in 0; due; A001 is called" },
	{ "nobody's wait grows: not the longest wait, and not the score",
	  "policy max_wait_s 3600; policy double_press_s 0; issue a; issue a; +600; hall suspend; +7200; hall resume; +2999; issue a first; 1 next -> A003;"
	  "+1; issue a first; 1 next -> A004; +1; issue a first; 1 next -> A001" },
	{ "a head start is not outrun meanwhile", "issue a; hall suspend; +3600; hall resume; issue a elderly; +60; 1 next -> A002" },
	{ "nobody from afar is next, nor has a deadline run on",
	  "remotes a 300; remote a; remote a; A002 cancel; 1 open; due; facts ticket.reached; +100; hall suspend; in never; +900; due; A001 is reserved;"
	  "remote a -> service_closed; hall resume; in 200; restart; in 200; +199; due; A001 is reserved; +1; due; A001 is no_show" },
	{ "reached only once it goes on", "remotes a 300; remote a; 1 open; hall suspend; in never; hall resume; in 0; due; facts ticket.reached; in 300" },
	{ "who comes from afar meanwhile may say so", "remotes a 300; remote a; 1 open; due; hall suspend; A001 checkin; A001 is waiting; hall resume; 1 next -> A001" },
	{ "who has booked is as much later as it stood",
	  "slot a 09:30 10:00 2; book a 09:30 10:00 first; at 09:40; hall suspend; in never; at 10:40; #1 checkin -> service_closed; hall resume;"
	  "in 2100; at 11:14; issue a; #1 checkin -> A002; 1 next -> A002" },
	{ "and no longer", "slot a 09:30 10:00 2; book a 09:30 10:00; at 09:40; hall suspend; at 10:40; hall resume; at 11:15; due; #1 is no_show" },
	{ "what it stood before a slot is no matter", "slot a 09:30 10:00 2; book a 09:30 10:00; hall suspend; at 09:20; hall resume; in 3300" },
	{ "left by everybody: as suspended, with other words, and ended the same way",
	  "issue a; hall evacuate; facts hall.evacuated; 1 next -> not_allowed; issue a -> service_closed; hall suspend -> not_allowed;"
	  "hall resume; 1 next -> A001" },
	{ "left while it was suspended: it stands since then", "hall suspend; +60; hall drill; +60; stood 120; hall evacuate; +60; hall resume; stood 180" },

	/* A window calls for help. */
	{ "somebody comes, and it is over",
	  "add li; 2 alarm; facts panic.raised; helps 2 nobody; 2 alarm; facts; answer 2 li; facts panic.answered; helps 2 li; end 2; helps 2 none" },
	{ "called again when somebody already comes", "add li; 2 alarm; answer 2 li; 2 alarm; facts panic.raised; helps 2 nobody" },
	{ "no alarm, no answer", "add li; answer 2 li -> not_allowed; end 2 -> not_allowed; 9 alarm -> unknown_window; answer 9 li -> unknown_window" },
	{ "an alarm is no command that is undone", "issue a; 1 next; 1 alarm; 1 undo; A001 is waiting; helps 1 nobody" },

	/* Start and finish. */
	{ "called, started, finished",
	  "issue a; 1 next -> A001; +5; 1 start -> A001; facts ticket.started; A001 is serving; 1 is serving;"
	  "+60; 1 finish -> nobody; facts ticket.finished; A001 is done; 1 is idle; totals 1 1 0" },
	{ "finished without a start", "issue a; 1 next; 1 finish; A001 is done; totals 1 1 0" },
	{ "finishing twice is refused", "issue a; 1 next; 1 finish; 1 finish -> no_ticket; totals 1 1 0" },
	{ "without a ticket there is nothing to do",
	  "1 start -> no_ticket; 1 finish -> no_ticket; 1 pass -> no_ticket; 1 abandon -> no_ticket; 1 recall -> no_ticket" },

	/* Implicit finish. */
	{ "next finishes the ticket at the window first",
	  "issue a; issue a; 1 next -> A001; 1 start; +60; 1 next -> A002; facts ticket.finished ticket.called;"
	  "A001 is done; A002 is called; totals 2 1 0" },
	{ "also one that was called and not started",
	  "issue a; issue a; 1 next -> A001; +60; 1 next -> A002; A001 is done" },
	{ "also when nobody waits",
	  "issue a; 1 next -> A001; +60; 1 next -> nobody; facts ticket.finished; A001 is done; 1 is idle; totals 1 1 0" },
	{ "with a start key, next with a ticket called is refused",
	  "issue b; issue b; 3 next -> B001; +60; 3 next -> call_pending; B001 is called; 3 start; 3 next -> B002; B001 is done" },
	{ "a start key does not stand in the way of finish",
	  "issue b; issue b; 3 next -> B001; 3 finish; 3 next -> B002" },
	{ "without implicit finish, next with a ticket called is refused",
	  "policy implicit_finish 0; issue a; issue a; 1 next -> A001; +60; 1 next -> call_pending; 1 is calling" },
	{ "without implicit finish, next with a ticket in service is refused",
	  "policy implicit_finish 0; issue a; issue a; 1 next; 1 start; +60; 1 next -> not_allowed; 1 finish; 1 next -> A002" },

	/* A key pressed twice. */
	{ "a second press within double_press_s is the same call",
	  "issue a; issue a; 1 next -> A001; +1.999; 1 next -> A001; facts; A001 is called; a waits 1" },
	{ "after double_press_s it is another",
	  "issue a; issue a; 1 next -> A001; +2; 1 next -> A002" },
	{ "the second press does not lengthen it",
	  "issue a; issue a; 1 next -> A001; +1.5; 1 next -> A001; +0.5; 1 next -> A002" },
	{ "with a start key as well",
	  "issue b; 3 next -> B001; +1; 3 next -> B001; +1; 3 next -> call_pending" },
	{ "without implicit finish as well",
	  "policy implicit_finish 0; issue a; 1 next -> A001; +1; 1 next -> A001; +1; 1 next -> call_pending" },
	{ "it is another call once the first was finished, passed or abandoned",
	  "issue a; issue a; issue a; issue a; 1 next -> A001; 1 finish; 1 next -> A002; 1 pass; 1 next -> A003; 1 abandon; 1 next -> A004" },
	{ "it is another call once the service was started",
	  "issue a; issue a; 1 next -> A001; 1 start; +1; 1 next -> A002; A001 is done" },
	{ "somebody who comes after a press that called nobody is called by the second",
	  "1 next -> nobody; issue a; +1; 1 next -> A001" },
	{ "double_press_s 0 turns it off",
	  "policy double_press_s 0; issue a; issue a; 1 next -> A001; 1 next -> A002" },
	{ "the press that stops a window is not followed by one that opens it again: close",
	  "issue a; issue a; 1 next -> A001; 1 start; 1 close; +60; 1 next -> nobody; 1 is closed; +1; 1 next -> nobody; facts;"
	  "1 is closed; +1; 1 next -> A002" },
	{ "the press that stops a window is not followed by one that opens it again: pause",
	  "issue a; issue a; 1 next -> A001; +60; 1 pause; 1 next -> nobody; 1 next -> nobody; 1 is paused; +2; 1 next -> A002" },
	{ "a window paused by its own key is resumed by next at once",
	  "issue a; 1 next -> A001; 1 finish; 1 pause; issue a; 1 next -> A002" },
	{ "a window that was opened again in between is open",
	  "issue a; issue a; 1 next -> A001; +60; 1 close; 1 next -> nobody; 1 open; 1 next -> A002" },

	/* Recall. */
	{ "a recall announces again, not before the gap",
	  "issue a; 1 next -> A001; 1 recall -> too_soon 10; +9.999; 1 recall -> too_soon 1; +0.001; 1 recall -> A001;"
	  "facts ticket.recalled; A001 is called; 1 is calling" },
	{ "the gap begins anew with each recall",
	  "issue a; 1 next; +10; 1 recall; +4; 1 recall -> too_soon 6; +6; 1 recall" },
	{ "no more recalls than recall.max",
	  "issue a; 1 next; +10; 1 recall; +10; 1 recall; +10; 1 recall -> not_allowed; A001 is called" },
	{ "recall.max counts for each call",
	  "policy passed_max 2; issue a; 1 next; +10; 1 recall; +10; 1 recall; 1 pass; 1 next -> A001; +10; 1 recall; +10; 1 recall;"
	  "+10; 1 recall -> not_allowed" },
	{ "recall.max 0 is no limit, recall.gap_s 0 no gap",
	  "policy recall_max 0; policy recall_gap_s 0; issue a; 1 next; 1 recall; 1 recall; 1 recall; 1 recall" },
	{ "only who is called can be recalled",
	  "issue a; 1 next; 1 start; +60; 1 recall -> not_allowed" },

	/* Pause, resume, close. */
	{ "an idle window pauses and resumes",
	  "1 open; 1 pause; 1 is paused; facts window.paused; 1 pause -> not_allowed; 1 resume; 1 is idle; 1 resume -> not_allowed" },
	{ "an idle window closes and opens",
	  "1 open; 1 open -> not_allowed; 1 close; 1 is closed; facts window.closed; 1 close -> not_allowed; 1 open; 1 is idle" },
	{ "a paused window closes", "1 open; 1 pause; 1 close; 1 is closed" },
	{ "an offline window does neither", "1 pause -> not_allowed; 1 close -> not_allowed; 1 resume -> not_allowed" },
	{ "pause with a ticket takes effect when it leaves: finish",
	  "issue a; 1 next; 1 pause -> A001; 1 is calling then pause; 1 start; 1 is serving then pause;"
	  "1 finish; facts ticket.finished window.paused; 1 is paused" },
	{ "pause with a ticket takes effect when it leaves: pass",
	  "issue a; issue a; 1 next; 1 pause; 1 pass; facts ticket.passed window.paused; 1 is paused" },
	{ "pause with a ticket takes effect when it leaves: abandon",
	  "issue a; 1 next; 1 pause; 1 abandon; 1 is paused" },
	{ "pause with a ticket takes effect when it leaves: next, which then calls nobody",
	  "issue a; issue a; 1 next; 1 pause; +60; 1 next -> nobody; facts ticket.finished window.paused; 1 is paused; A002 is waiting" },
	{ "close with a ticket takes effect when it leaves: finish",
	  "issue a; 1 next; 1 start; 1 close -> A001; 1 is serving then close; 1 finish; 1 is closed" },
	{ "close with a ticket takes effect when it leaves: next, which then calls nobody",
	  "issue a; issue a; 1 next; 1 close; +60; 1 next -> nobody; 1 is closed; A002 is waiting" },
	{ "pause again takes it back",
	  "issue a; issue a; 1 next; 1 pause; 1 pause; facts window.resumed; 1 is calling; 1 finish; 1 is idle" },
	{ "resume takes it back as well",
	  "issue a; 1 next; 1 pause; 1 resume; 1 is calling; 1 finish; 1 is idle" },
	{ "close again takes it back",
	  "issue a; 1 next; 1 close; 1 close; facts window.opened; 1 is calling; 1 finish; 1 is idle" },
	{ "a pause that became a close is a close",
	  "issue a; 1 next; 1 pause; 1 close; 1 is calling then close; 1 resume -> not_allowed; 1 finish; 1 is closed" },
	{ "a close that became a pause is a pause",
	  "issue a; 1 next; 1 close; 1 pause; 1 is calling then pause; 1 finish; 1 is paused" },
	{ "a pause never ends by itself", "1 open; 1 pause; +86400; issue a; 1 is paused; a waits 1" },
	{ "nor when it was said to", "1 open; 1 pause 1800; 1 back 09:30; +3600; issue a; 1 is paused; 1 back 09:30; restart; 1 back 09:30" },
	{ "a pause says when it is to end, in whole minutes", "+10; 1 open; 1 pause 1800; 1 back 09:30; 1 resume; 1 back never" },
	{ "a pause to come keeps when it is to end",
	  "issue a; 1 next; 1 pause 1800; 1 is calling then pause; 1 back 09:30; +60; restart; 1 finish; facts ticket.finished window.paused; 1 back 09:30" },
	{ "one taken back does not", "issue a; 1 next; 1 pause 1800; 1 pause; 1 back never; 1 pause; 1 finish; 1 is paused; 1 back never" },
	{ "nor one that became a close, or was ended by next",
	  "issue a; 1 next; 1 pause 1800; 1 close; 1 back never; 1 finish; 1 open; 1 pause 1800; 1 next; 1 back never; 1 is idle" },

	/* Passed and abandoned. */
	{ "passed returns after three others were called, in its old place",
	  "issue a; issue a; issue a; issue a; issue a; 1 next -> A001; 1 pass; A001 is passed; a waits 4;"
	  "1 next -> A002; 1 finish; 1 next -> A003; 1 finish; A001 is passed;"
	  "1 next -> A004; facts ticket.called ticket.returned; A001 is waiting; 1 finish; 1 next -> A001; 1 finish; 1 next -> A005" },
	{ "others of its service count at whatever window",
	  "issue a; issue a; issue a; issue a; issue a; 1 next -> A001; 1 pass; 1 next -> A002; 2 next -> A003; 1 finish;"
	  "1 next -> A004; A001 is waiting" },
	{ "others of other services do not count",
	  "issue a; issue a; issue b; issue b; issue b; 1 next -> A001; 1 pass; 3 next; 3 finish; 3 next; 3 finish; 3 next; A001 is passed" },
	{ "only first calls of others count",
	  "policy passed_after 2; policy passed_max 9; issue a; issue a; issue a; issue a; 1 next -> A001; 1 pass;"
	  "1 next -> A002; 1 pass; 1 next -> A003; A001 is waiting; A002 is passed; 1 finish; 1 next -> A001; A002 is passed;"
	  "1 finish; 1 next -> A004; A002 is waiting" },
	{ "passed returns at once when nobody else of its service waits",
	  "issue a; issue b; 1 next -> A001; 1 pass -> nobody; facts ticket.passed ticket.returned; A001 is waiting; a waits 1" },
	{ "passed returns when the last of its service is called",
	  "issue a; issue a; 1 next -> A001; 1 pass; A001 is passed; 2 next -> A002; A001 is waiting; 1 next -> A001" },
	{ "of two passed the earlier returns when nobody else waits",
	  "issue a; issue a; issue a; 1 next -> A001; 2 next -> A002; 1 pass; 2 pass; A001 is passed; A002 is passed;"
	  "1 next -> A003; A001 is waiting; A002 is passed; 2 next -> A001; A002 is waiting" },
	{ "passed.after 0 returns it at once",
	  "policy passed_after 0; issue a; issue a; 1 next -> A001; 1 pass; A001 is waiting" },
	{ "a second pass abandons",
	  "issue a; 1 next -> A001; 1 pass; 1 next -> A001; 1 pass; facts ticket.abandoned; A001 is abandoned; totals 1 0 1;"
	  "1 next -> nobody" },
	{ "passed.max 2: the third pass abandons",
	  "policy passed_max 2; issue a; 1 next; 1 pass; 1 next; 1 pass; 1 next -> A001; 1 pass; A001 is abandoned" },
	{ "passed.max 0: the first pass abandons",
	  "policy passed_max 0; issue a; 1 next; 1 pass; A001 is abandoned; totals 1 0 1" },
	{ "abandon at the first call", "issue a; 1 next; 1 abandon -> nobody; A001 is abandoned; 1 is idle; totals 1 0 1" },
	{ "abandon in service", "issue a; 1 next; 1 start; 1 abandon; A001 is abandoned; totals 1 0 1" },
	{ "who is in service cannot be passed", "issue a; 1 next; 1 start; 1 pass -> not_allowed; A001 is serving" },

	/* Clocks. */
	{ "nor does it shorten a gap",
	  "issue a; 1 next; wall 3600; 1 recall -> too_soon 10; wall -7200; +10; 1 recall" },
	{ "should steady time step back, it stands still instead",
	  "issue a; steady -60; issue a; 1 next -> A001; 1 finish; 1 next -> A002" },

	/* People. */
	{ "signing in opens nothing", "add ann; in ann 1; 1 by ann; 1 is offline" },
	{ "signing in without a window", "add ann; in ann; 1 by nobody; out ann" },
	{ "a hand-over records both",
	  "add ann; add bob; in ann 1; in bob 1; facts window.handed_over staff.signed_in; 1 by bob" },
	{ "who handed over signs out without touching the window",
	  "add ann; add bob; in ann 1; in bob 1; out ann; 1 by bob" },
	{ "signing in again at one's own window is no hand-over", "add ann; in ann 1; in ann 1; facts staff.signed_in; 1 by ann" },
	{ "one person works at one window",
	  "add ann; in ann 1; in ann 2; facts staff.signed_out staff.signed_in; 1 by nobody; 2 by ann" },
	{ "who signs in elsewhere while the window works is told where",
	  "add ann; in ann 1; 1 open; in ann 2 -> elsewhere 1; 1 by ann; 2 by nobody; in ann 1 -> nobody; 1 pause; in ann 2; 2 by ann" },
	{ "and may leave it all the same", "add ann; in ann 1; issue a; 1 next; move ann 2; 1 by nobody; 1 is calling; 2 by ann" },
	{ "also after a new password, which ends the sessions",
	  "add ann; in ann 1; password ann; in ann 2; 1 by nobody; 2 by ann" },
	{ "a new password ends the sessions", "add ann; in ann; in ann 1; password ann; out ann -> unauthorized" },
	{ "signing out leaves the window's state",
	  "add ann; in ann 1; issue a; 1 next; out ann; 1 by nobody; 1 is calling; out ann -> unauthorized" },
	{ "signed in twice at a window, one is there until the last sign-out",
	  "add ann; in ann 1 desk; in ann 1 tablet; out ann desk; 1 by ann; out ann tablet; 1 by nobody" },
	{ "a window that nobody is signed in at can be used", "1 by nobody; 1 open; issue a; 1 next -> A001" },
	{ "no such person, no such window", "add ann; in bob 1 -> unknown_staff; in ann 9 -> unknown_window" },
	{ "an account's name is its own", "add ann; add ann -> bad_request" },
	{ "what stands at a window is let in by a token, not by a password", "add door window -> bad_request; token door; add door -> bad_request" },
	{ "a device has no password that could be changed", "token door; password door -> unknown_staff; out door" },

	/* Several services on one ticket. */
	{ "a ticket for two services waits for the first, then for the second",
	  "issue a+b -> A001; facts ticket.issued; A001 legs waiting later; a waits 1; b waits 0; totals 1 0 0;"
	  "1 next -> A001; 1 start; 1 finish -> nobody; facts ticket.finished; A001 legs done waiting; a waits 0; b waits 1;"
	  "3 next -> A001; A001 legs done called; 3 finish; A001 legs done done; totals 1 2 0; 1 next -> nobody" },
	{ "the second service keeps the ticket's first entry",
	  "issue a+b; +60; issue b -> B001; 1 next; +60; 1 finish; 3 next -> A001" },
	{ "the second may be called at the same window with the same press",
	  "issue a+b; 1 next; +60; 1 next -> A001; facts ticket.finished ticket.called; A001 legs done called" },
	{ "three services, at three windows",
	  "issue a+b+c; 2 next -> A001; 2 finish; 3 next -> A001; A001 legs done called later; 3 start; 3 finish;"
	  "4 next -> A001; 4 finish; A001 legs done done done; totals 1 3 0" },
	{ "no service can be had before its turn", "issue a+b; 3 next -> nobody; b waits 0" },
	{ "services of a ticket behind one that was given up stay later, until it returns",
	  "issue a+b; 1 next; 1 abandon; A001 legs abandoned later; b waits 0; 3 next -> nobody;"
	  "A001 return staff -> A001; A001 legs waiting later; 1 next -> A001; 1 finish; A001 legs done waiting" },
	{ "behind one that was passed as well",
	  "issue a+b; issue a; 1 next; 1 pass; A001 legs passed later; 3 next -> nobody; A001 return; A001 legs waiting later" },
	{ "its second call for another service counts as a first call of that service",
	  "policy passed_after 1; issue b; issue a+b; issue b; 3 next -> B001; 1 next -> A001; 1 finish; 3 pass; B001 is passed;"
	  "3 next -> A001; B001 is waiting" },
	{ "a pass of the second service is counted anew",
	  "issue a+b; 1 next; 1 pass; 1 next -> A001; 1 finish; 3 next -> A001; 3 pass; A001 legs done waiting" },

	/* Pick. */
	{ "pick calls the one that is chosen, and says that it was", "issue a; issue a; 1 pick A002 -> A002; facts window.opened ticket.called;"
	  "A001 is waiting; A002 is called; 1 finish; 1 next -> A001" },
	{ "pick finishes the ticket at hand, as next does", "issue a; issue a; 1 next -> A001; 1 pick A002 -> A002; A001 is done" },
	{ "who was passed is here after all", "issue a; issue a; 1 next -> A001; 1 pass; A001 is passed; 1 pick A001 -> A001; A001 is called; 1 pass; A001 is abandoned" },
	{ "nor what the window does not serve", "issue c; 1 pick C001 -> not_allowed; 4 pick C001 -> C001" },
	{ "with a start key, pick with a ticket called is refused", "issue b; issue b; 3 next; +60; 3 pick B002 -> call_pending; 3 start; 3 pick B002 -> B002" },
	{ "with a pause pending, pick calls nobody", "issue a; issue a; 1 next; 1 pause; 1 pick A002 -> nobody; 1 is paused; A002 is waiting" },
	{ "undo of pick", "issue a; issue a; issue a; 1 next -> A001; 1 start; +60; keep; 1 pick A003; 1 undo -> A001; as kept" },
	{ "undo of picking one who was passed", "issue a; issue a; 1 next -> A001; 1 pass; keep; 1 pick A001; 1 undo -> nobody; as kept; A001 is passed" },

	/* Hold. */
	{ "held by its window and called back there",
	  "issue a; issue a; 1 next -> A001; 1 start; 1 hold -> nobody; facts ticket.held; A001 is held; 1 is idle; a waits 1; 1 waits 1; totals 2 0 0;"
	  "1 next -> A002; +60; 1 unhold A001 -> A001; facts ticket.finished ticket.called; A002 is done; A001 is called; 1 start; 1 finish; totals 2 2 0" },
	{ "without a number the one held for longest is called back",
	  "issue a; issue a; 1 next; +5; 2 next; 2 hold; 1 hold; issue a; +1; 1 next -> A003; +1; 1 hold; 1 unhold -> A001; 1 finish; 1 unhold -> A003;"
	  "1 finish; 1 unhold -> no_ticket; 2 unhold -> A002" },
	{ "pressed twice it is one call", "issue a; issue a; 1 next; 1 hold; 1 next -> A002; +3; 1 hold; 1 unhold -> A001; 1 unhold -> A001; facts; A002 is held" },
	{ "another window does not call it back", "add ann; in ann 1; issue a; 1 next; 1 hold; 2 unhold A001 -> taken 1; 2 unhold -> no_ticket" },
	{ "what is not held is not called back", "issue a; 1 unhold A001 -> not_allowed; 1 unhold A009 -> unknown_ticket; 1 hold -> no_ticket" },
	{ "after policy.hold_s it waits in its old place",
	  "issue a; issue a; 1 next -> A001; 1 hold; in 900; +899; due; facts; A001 is held; +1; due; facts ticket.returned; A001 is waiting; 2 next -> A001" },
	{ "after the minutes that were said", "issue a; 1 next; 1 hold 2; in 120; +120; due; A001 is waiting; in never" },
	{ "with hold_s 0 for as long as it takes", "policy hold_s 0; issue a; 1 next; 1 hold; in never" },
	{ "its window pauses: it waits", "issue a; 1 next; 1 hold; 1 pause; facts window.paused ticket.returned; A001 is waiting; 2 next -> A001" },
	{ "its window closes: it waits", "issue a; 1 next; 1 hold; 1 close; facts window.closed ticket.returned; A001 is waiting" },
	{ "held while its window is to pause: it waits", "issue a; 1 next; 1 pause; 1 hold; facts ticket.held window.paused ticket.returned; A001 is waiting" },
	{ "its holder cancels", "issue a; 1 next; 1 hold; A001 cancel; A001 is cancelled; in never; 1 unhold -> no_ticket" },
	{ "who is held is not passed, nor returns", "issue a; 1 next; 1 hold; 1 pass -> no_ticket; A001 return -> not_allowed; A001 defer 1 -> not_allowed" },
	{ "undo of hold", "issue a; 1 next; 1 start; keep; 1 hold 5; 1 undo -> A001; as kept" },
	{ "undo of unhold", "issue a; issue a; 1 next; 1 hold; 1 next -> A002; +60; keep; 1 unhold -> A001; 1 undo -> A002; as kept; in 840" },
	{ "undo of a pause that let them go", "issue a; 1 next; 1 hold; keep; 1 pause; 1 undo; as kept; A001 is held" },
	{ "not once it came back by itself", "issue a; 1 next; 1 hold; +900; due; 1 undo -> not_allowed" },
	{ "restarted, it is still held", "issue a; 1 next; 1 hold 5; +60; restart; in 240; 1 unhold -> A001" },

	/* Transfer. */
	{ "to a window: there first, by time, and nowhere else",
	  "2 open; issue a; issue a; issue a; 1 next -> A001; 1 transfer 2 -> nobody; A001 legs transferred waiting; a waits 3; 1 waits 2; 2 waits 3; A001 ahead 0;"
	  "A002 ahead 1; 1 next -> A002; 1 finish; 2 next -> A001" },
	{ "to a window that does not serve it otherwise", "4 open; issue c; +60; issue a; 1 next -> A001; 1 transfer 4; 4 waits 2; 1 waits 0; 4 next -> C001; 4 finish;"
	  "4 next -> A001; 4 finish; A001 legs transferred done" },
	{ "level 1 there", "1 open; issue b; 3 next -> B001; 3 transfer 1; issue a; 1 next -> B001" },
	{ "the window pauses: it waits there", "2 open; issue a; 1 next; 1 transfer 2; 2 pause; 1 next -> nobody; 2 next -> A001" },
	{ "the window closes: any window may call it", "2 open; issue a; 1 next; 1 transfer 2; 1 next -> nobody; 2 close; 1 next -> A001" },
	{ "what is sent to another window cannot be picked", "add ann; in ann 2; 2 open; issue a; 1 next; 1 transfer 2; 1 pick A001 -> taken 2; 2 pick A001 -> A001" },
	{ "passed there it returns there", "2 open; issue a; 1 next; 1 transfer 2; 2 next -> A001; 2 pass; A001 is waiting; 1 next -> nobody; 2 next -> A001" },
	{ "sent to a window, let others go first, return there", "2 open; issue a; issue a; 1 next; 1 transfer 2; A001 defer 1; 1 waits 1; 2 waits 1; 1 next -> A002;"
	  "2 next -> A001" },
	{ "what there is not, or is here, is refused and changes nothing",
	  "issue a; 1 transfer b -> no_ticket; 1 next; 1 transfer z -> bad_request; 1 transfer 9 -> unknown_window; 1 transfer 1 -> bad_request; A001 is called" },
	{ "the services behind it stay later", "issue a+b; 1 next; 1 transfer c; A001 legs transferred waiting later; 4 next; 4 finish; A001 legs transferred done waiting" },
	{ "it goes once where it was to go later", "issue a+b+c; 1 next; 1 transfer c; facts ticket.changed ticket.transferred;"
	  "A001 legs transferred waiting later cancelled; 4 next; 4 finish; A001 legs transferred done waiting cancelled; 3 next; 3 finish;"
	  "A001 legs transferred done done cancelled; totals 1 2 0" },
	{ "with a pause pending", "issue a; 1 next; 1 pause; 1 transfer b; facts ticket.transferred window.paused" },
	{ "one person is never called twice: while the one leg is at a window the others are not called",
	  "issue a+b+c; 1 next -> A001; 3 next -> nobody; 4 next -> nobody; 1 hold; 3 next -> nobody; 4 next -> nobody; 1 unhold; 1 transfer c; 3 next -> nobody; 4 next -> A001;"
	  "3 next -> nobody; 4 start; 3 next -> nobody" },
	{ "undo of transfer", "issue a; issue b; 1 next; 1 start; keep; 1 transfer b; 1 undo -> A001; as kept; b waits 1; A001 legs serving" },
	{ "undo of transfer to a window", "2 open; issue a; 1 next; keep; 1 transfer 2 anew; 1 undo -> A001; as kept; 2 next -> nobody" },
	{ "undo of a transfer that took a service from behind", "issue a+b+c; 1 next; keep; 1 transfer c; 1 undo -> A001; as kept; A001 legs called later later" },
	{ "not once it was called there", "issue a; 1 next; 1 transfer b; 3 next -> A001; 1 undo -> not_allowed; A001 legs transferred called" },
	{ "two transfers undone in the order in which they were made", "issue a; issue a; 1 next; 2 next; 1 transfer b; 2 transfer b; 1 undo -> A001; 2 undo -> A002; b waits 0;"
	  "1 finish; 2 finish; totals 2 2 0" },
	{ "a transfer before a restart", "issue a; 1 next; keep; 1 transfer b; restart; 1 undo -> A001; as kept" },

	/* What a ticket still needs. */
	{ "a service is taken away", "issue a+b+c; 1 next; 1 legs c; A001 legs called cancelled later; 1 finish; A001 legs done cancelled waiting; 4 next -> A001" },
	{ "one for another", "issue a+b; 1 next; 1 legs c; A001 legs called cancelled later; 1 legs b; A001 legs called cancelled cancelled later" },
	{ "with the finish itself", "issue a+b; issue c; 1 next; 1 finish c -> nobody; facts ticket.changed ticket.finished; A001 legs done cancelled waiting; 4 next -> A001" },
	{ "nothing more", "issue a+b; 1 next; 1 finish nothing; A001 legs done cancelled; totals 1 1 0; b waits 0" },
	{ "what it needs already is no change", "issue a+b; 1 next; 1 legs b; facts; 1 finish b; facts ticket.finished; A001 legs done waiting" },
	{ "what there is not, twice, or at hand", "issue a; 1 legs b -> no_ticket; 1 next; 1 legs z -> unknown_service; 1 legs a -> bad_request; 1 legs b+b -> bad_request;"
	  "1 finish a -> bad_request; A001 legs called" },
	{ "undo of what was added", "issue a; issue b; 1 next; keep; 1 legs b+c; 1 undo -> A001; as kept" },
	{ "undo of what was taken away", "issue a+b+c; 1 next; keep; 1 legs nothing; 1 undo -> A001; as kept; 1 finish; A001 legs done waiting later" },
	{ "undo of finish with what it needs", "issue a+b; 1 next; 1 start; keep; 1 finish c; 1 undo -> A001; as kept" },

	/* Served without a number. */
	{ "who has no number is served, counted as served and not as issued",
	  "1 serve a -> unnumbered; facts window.opened ticket.started; 1 is serving; totals 0 0 0; a waits 0; 1 finish -> nobody; totals 0 1 0; issue a -> A001" },
	{ "by default the window's main service", "1 serve -> unnumbered; last a nobody; 1 finish; totals 0 1 0" },
	{ "it finishes the ticket at hand", "issue a; 1 next; 1 start; 1 serve b -> unnumbered; A001 is done; totals 1 1 0" },
	{ "pressed twice it is one person", "1 serve; 1 serve -> unnumbered; facts; 1 finish; totals 0 1 0" },
	{ "what the window does not serve", "1 serve c -> not_allowed; 1 serve z -> unknown_service" },
	{ "who has no number cannot be called anywhere", "1 serve; 1 hold -> not_allowed; 1 transfer b -> not_allowed; 1 legs b -> not_allowed; 1 finish b -> not_allowed;"
	  "1 recall -> not_allowed; 1 abandon; totals 0 0 1" },
	{ "undo of serve: it counts nowhere", "issue a; 1 next; 1 start; +60; 1 serve; 1 undo -> A001; 1 is serving; A001 is serving; totals 1 0 0; 1 finish; totals 1 1 0" },
	{ "undone, the one called before it is the last one called, who had no number is not",
	  "2 serve a; +1; issue a; issue a; 1 next -> A001; 1 undo; last a nobody; 1 next; 1 start; +60; 1 next -> A002; 1 undo; last a A001" },
	{ "restarted, it is still served", "1 serve; restart; 1 is serving; 1 finish; totals 0 1 0" },

	/* By itself. */
	{ "who does not come is passed after no_answer_s, then given up",
	  "policy no_answer_s 90; issue a; issue a; 1 next -> A001; in 90; +60; 1 recall; in 90; +89; due; facts; +1; due; facts ticket.passed; A001 is passed; 1 is idle;"
	  "1 pick A001; +90; due; facts ticket.abandoned; A001 is abandoned; totals 2 0 1" },
	{ "not who has come", "policy no_answer_s 90; issue a; 1 next; 1 start; in never; +90; due; facts; A001 is serving" },
	{ "no_answer_s 0 is never", "issue a; 1 next; in never" },
	{ "a pause that waited for it begins", "policy no_answer_s 90; issue a; issue a; 1 next; 1 pause; +90; due; facts ticket.passed window.paused; 1 is paused" },
	{ "nobody can undo what no window did", "policy no_answer_s 90; issue a; 1 next; +90; due; 1 undo -> not_allowed" },
	{ "an idle window with auto_call calls who comes", "auto 1; 1 open; in never; issue a; in 0; due; facts ticket.called; A001 is called; in never" },
	{ "and the next after each, with the same press",
	  "auto 1; issue a; issue a; issue a; 1 open -> A001; facts window.opened ticket.called; 1 finish -> A002; facts ticket.finished ticket.called;"
	  "keep; 1 pass -> A003; 1 undo -> A002; as kept" },
	{ "not while it is paused", "auto 1; 1 open; 1 pause; issue a; in never; due; facts; 1 resume -> A001" },
	{ "two of them get two", "auto 1; auto 2; 1 open; 2 open; issue a; issue a; due; facts ticket.called ticket.called; 1 is calling; 2 is calling" },
	{ "a press within double_press_s of such a call is the same call", "auto 1; 1 open; issue a; issue a; due; +1; 1 next -> A001" },

	/* Cancel. */
	{ "who waits cancels, and is gone",
	  "issue a; issue a; A001 cancel -> A001; facts ticket.cancelled; A001 is cancelled; a waits 1; 1 next -> A002; totals 2 0 0" },
	{ "a cancelled ticket stays so",
	  "issue a; A001 cancel; A001 cancel -> not_allowed; A001 return -> not_allowed; A001 return staff -> not_allowed;"
	  "A001 defer 1 -> not_allowed" },
	{ "cancel while called: the window is idle",
	  "issue a; issue a; 1 next -> A001; A001 cancel; A001 is cancelled; 1 is idle; 1 next -> A002" },
	{ "cancel while called, with a pause pending: it begins",
	  "issue a; 1 next; 1 pause; A001 cancel; facts ticket.cancelled window.paused; 1 is paused" },
	{ "cancel while called, with a close pending: it closes",
	  "issue a; 1 next; 1 close; A001 cancel; facts ticket.cancelled window.closed; 1 is closed" },
	{ "after a cancel the next press is another call", "issue a; issue a; 1 next; A001 cancel; +1; 1 next -> A002" },
	{ "who is in service cannot cancel, nor who was served or gave up",
	  "issue a; 1 next; 1 start; A001 cancel -> not_allowed; 1 finish; A001 cancel -> not_allowed;"
	  "issue a; 1 next; 1 abandon; A002 cancel -> not_allowed" },
	{ "who was passed can cancel",
	  "issue a; issue a; 1 next; 1 pass; A001 cancel; A001 is cancelled; 1 next -> A002; 1 finish; 1 next -> nobody" },
	{ "cancel ends all services, not those done",
	  "issue a+b+c; 1 next; 1 finish; A001 legs done waiting later; A001 cancel; A001 legs done cancelled cancelled;"
	  "b waits 0; c waits 0; 3 next -> nobody" },
	{ "cancel in the first service while called", "issue a+b; 1 next; A001 cancel; A001 legs cancelled cancelled; 1 is idle" },
	{ "of a ticket that nobody has", "issue a; A009 cancel -> unknown_ticket" },
	{ "who stands aside returns when the only other one cancels",
	  "issue a; issue a; 1 next; 1 pass; A002 cancel; facts ticket.cancelled ticket.returned; A001 is waiting" },

	/* Return. */
	{ "who was passed returns at once, to the old place",
	  "issue a; issue a; issue a; 1 next -> A001; 1 pass; A001 is passed; a waits 2; A001 return -> A001;"
	  "facts ticket.returned; A001 is waiting; a waits 3; 1 next -> A001; 1 pass; A001 is abandoned" },
	{ "only who was passed has to return",
	  "issue a; A001 return -> not_allowed; 1 next; A001 return -> not_allowed; 1 start; A001 return -> not_allowed;"
	  "1 finish; A001 return -> not_allowed; A001 return staff -> not_allowed" },
	{ "who gave up is brought back by staff alone",
	  "issue a; 1 next; 1 abandon; totals 1 0 1; A001 return -> not_allowed; A001 return staff -> A001; totals 1 0 0;"
	  "A001 is waiting; 1 next -> A001" },
	{ "the same day", "issue a; 1 next; 1 abandon; day 20261125; A001 return staff -> not_allowed; issue b; A001 return staff -> not_allowed" },

	/* Let others go first. */
	{ "who lets two go first is called after them",
	  "issue a; issue a; issue a; issue a; A001 defer 2 -> A001; facts ticket.changed; A001 is waiting; a waits 4; 2 waits 3;"
	  "A001 ahead 2; 1 next -> A002; A001 ahead 1; 1 finish; 1 next -> A003; facts ticket.called ticket.changed;"
	  "A001 ahead 0; 2 waits 2; 1 finish; 1 next -> A001" },
	{ "with fewer people than that, after all of them",
	  "issue a; issue a; A001 defer 9; A001 ahead 1; 1 next -> A002; facts window.opened ticket.called ticket.changed;"
	  "1 finish; 1 next -> A001" },
	{ "with nobody else, at once", "issue a; A001 defer 3; facts ticket.changed ticket.changed; 1 next -> A001" },
	{ "also when the others leave otherwise", "issue a; issue a; A001 defer 3; A002 cancel; facts ticket.cancelled ticket.changed;"
	  "1 next -> A001" },
	{ "two who let each other go first go in their order",
	  "issue a; issue a; A001 defer 1; A002 defer 1; facts ticket.changed ticket.changed; A001 is waiting; 1 next -> A001;"
	  "1 finish; 1 next -> A002" },
	{ "others of other services do not count",
	  "issue a; issue a; issue b; A001 defer 1; 3 next -> B001; 2 waits 1; 2 next -> A002; 2 waits 1" },
	{ "again, it counts anew",
	  "issue a; issue a; issue a; issue a; A001 defer 1; A001 defer 2; 1 next; 1 finish; 2 waits 2; 1 next; 2 waits 2; 2 next -> A001" },
	{ "at least one, at most nine", "issue a; issue a; A001 defer 0 -> bad_request; A001 defer 10 -> bad_request; A001 defer 9" },
	{ "only who waits lets others go first",
	  "issue a; 1 next; A001 defer 1 -> not_allowed; 1 start; A001 defer 1 -> not_allowed; 1 finish; A001 defer 1 -> not_allowed;"
	  "issue a; issue a; 1 next; 1 pass; A002 defer 1 -> not_allowed" },
	{ "who lets others go first cancels", "issue a; issue a; A001 defer 1; A001 cancel; a waits 1; 1 next -> A002; 1 finish; 1 next -> nobody" },
	{ "one who lets others go first and one who was passed, of one service",
	  "issue a; issue a; issue a; issue a; issue a; 1 next -> A001; 1 pass; A002 defer 1; a waits 4; 2 waits 3;"
	  "1 next -> A003; A002 is waiting; A001 is passed; 2 waits 3; 1 finish; 1 next -> A002; 1 finish; 1 next -> A004;"
	  "facts ticket.called ticket.returned; A001 is waiting" },
	{ "nobody left but one who was passed and one who lets others go first: the earlier returns",
	  "issue a; issue a; issue a; 1 next -> A001; 1 pass; A002 defer 5; 1 next -> A003; facts ticket.called ticket.returned;"
	  "A001 is waiting; 2 waits 1; 1 finish; 1 next -> A001; 2 waits 1; 1 finish; 1 next -> A002" },
	{ "in the second service", "issue a+b; issue b; issue b; 1 next; 1 finish; A001 defer 1; 3 next -> B001; 3 finish; 3 next -> A001" },

	/* Rating. */
	{ "a service is rated once it is finished",
	  "issue a; A001 rating 5 -> not_allowed; 1 next; A001 rating 5 -> not_allowed; 1 finish; A001 rating 5 -> A001;"
	  "facts rating.given; A001 rating 4 -> not_allowed" },
	{ "grades are 1 to 5", "issue a; 1 next; 1 finish; A001 rating 0 -> bad_request; A001 rating 6 -> bad_request; A001 rating 1" },
	{ "who gave up has nothing to rate", "issue a; 1 next; 1 abandon; A001 rating 1 -> not_allowed" },
	{ "between two services, for both", "issue a+b; 1 next; 1 finish; A001 rating 3; 3 next; 3 finish; A001 rating 3 -> not_allowed" },

	/* Undo. */
	{ "there is nothing to undo", "1 undo -> not_allowed; 9 undo -> unknown_window" },
	{ "undo of next", "issue a; issue a; 1 open; keep; 1 next -> A001; +9; 1 undo -> nobody; facts ticket.undone; as kept; calls;"
	  "last a nobody; 1 is idle; 1 next -> A001" },
	{ "undo of next that opened the window", "issue a; keep; 1 next; 1 undo; as kept; 1 is offline" },
	{ "undo of next that resumed the window", "issue a; 1 open; 1 pause; keep; 1 next; 1 undo; as kept; 1 is paused" },
	{ "undo of next that finished the one before: both tickets are back, times and all",
	  "issue a; issue a; 1 next -> A001; +10; 1 recall; +1; 1 start; +60; keep; 1 next -> A002; totals 2 1 0; +5; 1 undo -> A001;"
	  "facts ticket.undone; as kept; A001 is serving; A002 is waiting; totals 2 0 0; calls A001@1!; last a A001; 1 finish; 1 next -> A002" },
	{ "the same of one called and not started", "issue a; issue a; 1 next -> A001; +60; keep; 1 next -> A002; 1 undo -> A001; as kept; 1 is calling" },
	{ "undo of next that finished and found nobody", "issue a; 1 next; +60; keep; 1 next -> nobody; 1 undo -> A001; as kept" },
	{ "undo of next that stopped the window", "issue a; 1 next; 1 pause; +60; keep; 1 next -> nobody; 1 is paused; 1 undo -> A001; as kept;"
	  "1 is calling then pause" },
	{ "undo of recall", "issue a; 2 next; 2 finish; issue a; 1 next; +10; issue a; 2 next; keep; 1 recall; calls A002@1! A003@2 A001@2;"
	  "1 undo -> A002; as kept; calls A003@2 A002@1 A001@2; 1 recall" },
	{ "undo of start", "issue a; 1 next; +5; keep; 1 start; +5; 1 undo -> A001; as kept; 1 is calling; 1 start" },
	{ "undo of finish", "issue a; 1 next; +5; 1 start; +60; keep; 1 finish; 1 undo -> A001; as kept; 1 is serving; totals 1 0 0" },
	{ "undo of finish without a start", "issue a; 1 next; +5; keep; 1 finish; 1 undo -> A001; as kept; 1 is calling" },
	{ "undo of pass", "issue a; issue a; 1 next; +10; 1 recall; +1; keep; 1 pass; A001 is passed; 1 undo -> A001; as kept; 1 is calling" },
	{ "undo of pass that let it return", "issue a; 1 next; keep; 1 pass; facts ticket.passed ticket.returned; 1 undo -> A001; as kept" },
	{ "undo of pass that gave it up", "policy passed_max 0; issue a; 1 next; keep; 1 pass; totals 1 0 1; 1 undo -> A001; as kept; totals 1 0 0" },
	{ "undo of abandon", "issue a; 1 next; 1 start; keep; 1 abandon; 1 undo -> A001; as kept; 1 is serving" },
	{ "undo of open", "issue b; keep; 1 open; 1 undo; as kept; 1 is offline" },
	{ "undo of pause", "1 open; keep; 1 pause; 1 undo; as kept; 1 is idle" },
	{ "undo of resume", "1 open; 1 pause 1800; keep; 1 resume; 1 undo; as kept; 1 is paused; 1 back 09:30" },
	{ "undo of close", "1 open; 1 pause; keep; 1 close; 1 undo; as kept; 1 is paused" },
	{ "undo of a pause to come", "issue a; 1 next; keep; 1 pause; 1 undo; as kept; 1 is calling" },
	{ "undo of a close to come, which was a pause", "issue a; 1 next; 1 pause; keep; 1 close; 1 undo; as kept; 1 is calling then pause" },
	{ "undo of taking it back", "issue a; 1 next; 1 close; keep; 1 close; 1 undo; as kept; 1 is calling then close" },
	{ "undo of finish that paused the window", "issue a; 1 next; 1 pause; keep; 1 finish; 1 is paused; 1 undo; as kept" },
	{ "undo of a call that let somebody return",
	  "issue a; issue a; 1 next -> A001; 1 pass; keep; 1 next -> A002; A001 is waiting; 1 undo; as kept; A001 is passed; 1 next -> A002" },
	{ "undo of a call that let somebody return who let others go first",
	  "issue a; issue a; issue a; A001 defer 1; 1 open; keep; 1 next -> A002; 2 waits 2; 1 undo; as kept; 2 waits 2; 1 next -> A002" },
	{ "undo of a first call: who came nearer to return is as far as before",
	  "policy passed_after 2; issue a; issue a; issue a; issue a; 1 next -> A001; 1 pass; 1 next -> A002; 1 undo; 1 next -> A002;"
	  "A001 is passed; 1 finish; 1 next -> A003; A001 is waiting" },
	{ "a call that was no first call does not count when it is undone",
	  "policy passed_after 2; policy passed_max 9; issue a; issue a; issue a; issue a; 1 next -> A001; 1 pass; A001 return; 2 next -> A001;"
	  "1 next -> A002; 1 pass; 2 pass; A001 return; 1 next -> A001; 1 undo; A002 is passed; 1 next -> A001; 1 finish; 1 next -> A003;"
	  "A002 is passed; 1 finish; 1 next -> A004; A002 is waiting" },
	{ "within undo_s", "issue a; 1 next; +10; 1 undo" },
	{ "too late", "issue a; 1 next; +10.001; 1 undo -> not_allowed; 1 is calling" },
	{ "undo_s 0: never", "policy undo_s 0; issue a; 1 next; 1 undo -> not_allowed" },
	{ "not twice", "issue a; 1 next; 1 start; 1 undo; 1 undo -> not_allowed; 1 is calling" },
	{ "what is done again can be undone again", "issue a; 1 open; keep; 1 next; 1 undo; 1 next; 1 undo; as kept" },
	{ "a refused command leaves it", "issue a; 1 next; 1 recall -> too_soon; 1 resume -> not_allowed; 1 undo" },
	{ "a second press is the same call, and undone with it", "issue a; issue a; 1 open; keep; 1 next; +1; 1 next -> A001; facts; 1 undo -> nobody; as kept" },
	{ "after undo the next press is no second one", "issue a; 1 open; 1 next; 1 undo; +0.5; 1 next -> A001; facts ticket.called" },
	{ "not once the ticket was called elsewhere", "issue a; 1 next; 1 pass; 2 next -> A001; 1 undo -> not_allowed; 2 undo" },
	{ "not once one who returned with it was called elsewhere",
	  "issue a; issue a; 1 next -> A001; 1 pass; 1 next -> A002; 2 next -> A001; 1 undo -> not_allowed; 1 is calling" },
	{ "not once the ticket was cancelled", "issue a; 1 next; A001 cancel; 1 undo -> not_allowed; issue a; issue a; 1 next -> A002; 1 pass;"
	  "A002 cancel; 1 undo -> not_allowed" },
	{ "not once the ticket returned", "issue a; issue a; 1 next; 1 pass; A001 return; 1 undo -> not_allowed" },
	{ "not once staff brought it back", "issue a; 1 next; 1 abandon; A001 return staff; 1 undo -> not_allowed" },
	{ "not once the window was handed over", "add ann; add bob; in ann 1; issue a; 1 next; in bob 1; 1 undo -> not_allowed" },
	{ "who signs in again at the same window, or leaves it with an old session, touches nothing",
	  "add ann; add bob; in ann 1; in bob 1; issue a; 1 next; in bob 1; in ann 2; 1 undo -> nobody" },
	{ "who was finished last may be asked, for five minutes",
	  "rates 1 nobody; issue a; issue a; 1 next; rates 1 nobody; 1 start; rates 1 nobody; 1 finish; rates 1 A001; rates 2 nobody;"
	  "+200; 1 next -> A002; rates 1 A001; +100; rates 1 A001; +1; rates 1 nobody; 1 finish; rates 1 A002" },
	{ "not once that was rated, nor the one before it",
	  "issue a; issue a; 1 next; 1 finish; +5; 1 next; 1 finish; rates 1 A002; A002 rating 5; rates 1 nobody; A001 rating 4" },
	{ "undone it was not finished", "issue a; issue a; 1 next; 1 finish; +5; 1 next; 1 finish; rates 1 A002; 1 undo; rates 1 A001" },
	{ "who was passed or gave up is not asked", "issue a; issue a; 1 next; 1 pass; rates 1 nobody; 2 next; 2 abandon; rates 2 nobody" },
	{ "of two services each is asked for at its window, until the other is done",
	  "issue a+b; 1 next; 1 finish; rates 1 A001; 3 next; 3 finish; rates 3 A001; rates 1 nobody; A001 rating 3; rates 3 nobody" },
	{ "not once the service was rated", "issue a; 1 next; 1 finish; A001 rating 5; 1 undo -> not_allowed" },
	{ "a rating of one served before is no matter", "issue a; issue a; 1 next; 1 finish; 1 next -> A002; A001 rating 5; 1 undo -> nobody; A002 is waiting" },
	{ "neither is what goes on at other windows", "issue a; issue a; issue a; keep; 1 next -> A001; 2 next -> A002; 1 undo; 2 undo; as kept; 1 next -> A001" },
	{ "of the last of a service the newest call is the last that stands",
	  "issue a; issue a; issue a; 1 next -> A001; +1; 2 next -> A002; +1; 1 undo; last a A002; calls A002@2; 2 undo; last a nobody; calls;"
	  "1 next -> A001; +5; 1 finish; 1 next -> A002; last a A002; 1 undo; last a A001; calls A001@1" },
	{ "the call that fell off the list is on it again",
	  "policy double_press_s 0; issue a; issue a; issue a; issue a; issue a; issue a; issue a; issue a; issue a; issue a; issue a;"
	  "1 next; 1 next; 1 next; 1 next; 1 next; 1 next; 1 next; 1 next; 1 next; 1 next; keep; 1 next -> A011; 1 undo -> A010; as kept" },
	{ "undo of finish takes the next service out of its queue again",
	  "issue a+b; 1 next; keep; 1 finish; b waits 1; 1 undo -> A001; as kept; A001 legs called later; b waits 0" },
	{ "not once that was called", "issue a+b; 1 next; 1 finish; 3 next -> A001; 1 undo -> not_allowed; 3 undo -> nobody; A001 legs done waiting" },
	{ "undo of next that called the next service", "issue a+b; 1 next; 1 start; +60; keep; 1 next -> A001; 1 undo -> A001; as kept; A001 legs serving later" },
	{ "undo of finish by the next, of two services", "issue a+b; issue a; 1 next; +60; keep; 1 next -> A002; 1 undo -> A001; as kept" },
	{ "on the new day it is not taken off the new day's totals",
	  "issue a; 1 next; 1 finish; totals 1 1 0; day 20261125; 1 undo -> A001; totals 0 0 0" },
	{ "after a restart as before it",
	  "issue a; issue a+b; 1 next -> A001; +60; keep; 1 next -> A002; restart; 1 undo -> A001; as kept; 1 finish; 1 next -> A002;"
	  "+60; keep; 1 finish; restart; 1 undo -> A002; as kept; restart; 1 undo -> not_allowed" },
	/* From afar. */
	{ "a ticket from afar has its number and its place at once",
	  "remotes a 300; remote a -> A001; facts ticket.issued; A001 is reserved; +60; issue a -> A002; a waits 1; totals 2 0 0;"
	  "A001 checkin -> A001; facts ticket.checked_in; A001 is waiting; a waits 2; 1 next -> A001" },
	{ "it is not called before its holder is here", "remotes a 300; remote a; 1 next -> nobody; issue a; 1 next -> A002; A001 is reserved" },
	{ "it does not count as ahead of others, who count as ahead of it",
	  "remotes a 300; issue a; remote a; issue a; A003 ahead 1; A002 ahead 1" },
	{ "services without them give none", "remotes a 300; remote b -> forbidden; remote a+b -> forbidden" },
	{ "so many of a day, and who gave one up is none of them",
	  "remotes a 300 1; remote a -> A001; remote a -> quota_full; issue a -> A002; A001 cancel; A001 is cancelled; remote a -> A003;"
	  "remote a -> quota_full; day 20261125; remote a -> A001" },
	{ "not before its time of day", "remotes a 300 9 09:30; remote a -> service_closed; at 09:30; remote a -> A001" },
	{ "one of a service to one holder",
	  "remotes a 300; remotes b 300; remote a -> A001; remote a A001 -> already_waiting; remote b A001 -> B001; A001 cancel; remote a A001 -> A002" },
	{ "while nobody works, nobody is next", "remotes a 300; remote a; in never" },
	{ "next and absent it waits aside for so long, and is a no-show then",
	  "remotes a 300; 1 open; remote a; in 0; due; facts ticket.reached; A001 is reserved; in 300; +299; due; facts; +1; due;"
	  "facts ticket.no_show; A001 is no_show; in never" },
	{ "who is behind others is not next",
	  "remotes a 300; 1 open; issue a; remote a; in never; 1 next -> A001; in 0; due; facts ticket.reached; in 300" },
	{ "while it is aside others go on",
	  "remotes a 300; 1 open; remote a; due; issue a; issue a; 1 next -> A002; +60; A001 checkin; 1 next -> A001; in never" },
	{ "of several each has its turn",
	  "remotes a 300; 1 open; remote a; remote a; due; facts ticket.reached ticket.reached; A001 checkin; A001 is waiting; in 300" },
	{ "a class may be behind another's",
	  "remotes a 300; 1 open; issue a elderly; remote a; in never; 1 next -> A001; in 0" },
	{ "who is at a window is not awaited at another meanwhile",
	  "remotes b 60; remote b; issue a; A001 link B001; 3 open; 1 next -> A001; in never; due; facts; +300; due; facts; B001 is reserved;"
	  "1 finish; in 0; due; facts ticket.reached; in 60" },
	{ "nor does that keep those behind it from being next",
	  "remotes b 60; remote b; remote b; issue a; A001 link B001; 3 open; 1 next -> A001; due; facts ticket.reached; +60; due; B001 is reserved; B002 is no_show" },
	{ "after a no-show it comes as a new one, on its day",
	  "remotes a 60; 1 open; remote a elderly; due; +60; due; A001 is no_show; issue a; +10; A001 checkin; A001 is waiting; A001 ahead 1;"
	  "1 next -> A002; A001 checkin -> not_allowed" },
	{ "not on another", "remotes a 60; 1 open; remote a; due; +60; due; day 20261125; A001 checkin -> not_allowed" },
	{ "only who is not here can check in", "issue a; A001 checkin -> not_allowed; 1 next; A001 checkin -> not_allowed" },
	{ "a restart forgets neither", "remotes a 300; 1 open; remote a; due; restart; in 300; A001 checkin; restart; 1 next -> A001" },

	/* Booked. */
	{ "booked, come to, served",
	  "slot a 09:30 10:00 2; book a 09:30 10:00 -> #1; facts booking.made; #1 is made; at 09:26; #1 checkin -> A001;"
	  "facts ticket.issued booking.checked_in; #1 is checked_in; A001 is waiting; 1 next -> A001; #1 checkin -> not_allowed; #1 cancel -> not_allowed" },
	{ "only what there is",
	  "slot a 09:30 10:00 2; book a 09:30 10:30 -> bad_request; book b 09:30 10:00 -> bad_request; book z 09:30 10:00 -> unknown_service;"
	  "book a 09:30 10:00 +14 -> #1; book a 09:30 10:00 +15 -> service_closed; at 09:30; book a 09:30 10:00 -> service_closed" },
	{ "so many of a slot, each day",
	  "slot a 09:30 10:00 2; book a 09:30 10:00 -> #1; book a 09:30 10:00 -> #2; book a 09:30 10:00 -> quota_full;"
	  "book a 09:30 10:00 +1 -> #3; #1 cancel; facts booking.cancelled; #1 is cancelled; book a 09:30 10:00 -> #4; book a 09:30 10:00 -> quota_full" },
	{ "so many of one person",
	  "policy bookings_person 2; slot a 09:30 10:00 9; book a 09:30 10:00 id7 -> #1; book a 09:30 10:00 +1 id7 -> #2;"
	  "book a 09:30 10:00 +2 id7 -> quota_full; book a 09:30 10:00 +2 id8 -> #3; #1 cancel; book a 09:30 10:00 +2 id7 -> #4" },
	{ "a person who waits is not given a second number",
	  "slot a 09:30 10:00 9; slot a 10:00 10:30 9; book a 09:30 10:00 id7; book a 10:00 10:30 id7; at 09:40; #1 checkin -> A001;"
	  "#2 checkin -> already_waiting; 1 next -> A001; 1 finish; #2 checkin -> A002" },
	{ "given up until it begins", "slot a 09:30 10:00 2; book a 09:30 10:00; at 09:30; #1 cancel -> not_allowed; #1 is made" },
	{ "half an hour before one may come", "slot a 10:00 10:30 2; book a 10:00 10:30; at 09:29; #1 checkin -> too_soon 60; +60; #1 checkin -> A001" },
	{ "early, it is called when nobody else may be, and in its turn from five minutes before",
	  "slot a 09:30 10:00 2; book a 09:30 10:00; at 09:10; #1 checkin -> A001; +60; issue a; A002 ahead 0; A001 ahead 1; 1 next -> A002; 1 finish;"
	  "at 09:20; issue a; issue a; at 09:26; 1 next -> A003; 1 finish; issue a; 1 next -> A004; +3; 1 next -> A001; +3; 1 next -> A005" },
	{ "who gives an ID number has one unfinished ticket of a service, though that asks for none",
	  "issue a id7 -> A001; issue a id7 -> already_waiting; issue a id8 -> A002; issue b id7 -> B001; issue b+a id7 -> already_waiting;"
	  "A001 cancel; issue a elderly id7 -> A003; A003 is waiting; issue a -> A004; issue a -> A005" },
	{ "likewise from afar, and between there and here",
	  "remotes a 300; remote a id7 -> A001; remote a id7 -> already_waiting; issue a id7 -> already_waiting; issue a id8 -> A002;"
	  "remote a id8 -> already_waiting; remote a id9 -> A003; A001 cancel; issue a id7 -> A004; remote a id7 -> already_waiting" },
	{ "and one of two services is called at a time",
	  "issue a id7; issue b id7; 2 next -> A001; 3 next -> nobody; 2 finish; 3 next -> B001" },
	{ "earlier when nobody else may be", "slot a 09:30 10:00 2; book a 09:30 10:00; at 09:10; #1 checkin; 1 next -> A001" },
	{ "whatever class and level: a booking that is early goes last",
	  "slot a 09:30 10:00 2; book a 09:30 10:00 first; at 09:10; #1 checkin; issue b; 1 next -> B001; +3; 1 next -> A001" },
	{ "on time to a quarter of an hour after its end it keeps its class",
	  "slot a 09:30 10:00 2; book a 09:30 10:00 first; at 10:14; issue a; #1 checkin -> A002; 1 next -> A002" },
	{ "later it is as any other",
	  "slot a 09:30 10:00 2; book a 09:30 10:00 first; at 10:16; issue a; #1 checkin -> A002; 1 next -> A001" },
	{ "nobody came", "slot a 09:30 10:00 2; book a 09:30 10:00 first; in 4500; at 10:15; due; facts booking.no_show; #1 is no_show; in never;"
	  "issue a; +1; #1 checkin -> A002; 1 next -> A001" },
	{ "after that it is one that comes now, though the clock was set back to before it",
	  "slot a 09:30 10:00 2; book a 09:30 10:00 first; at 10:15; due; #1 is no_show; wall -3900; issue a; +1; #1 checkin -> A002; +1; issue a;"
	  "1 next -> A001; +3; 1 next -> A002" },
	{ "not on another day",
	  "slot a 09:30 10:00 2; book a 09:30 10:00; at 10:15; due; +86400; day 20261125; #1 checkin -> not_allowed" },
	{ "after a restart", "slot a 09:30 10:00 2; book a 09:30 10:00; restart; at 09:25; #1 checkin -> A001; restart; 1 next -> A001" },

	/* The day ends with slips. */
	{ "who waits has the first times of the next day, in the order of who is next, as many as there are",
	  "slot a 10:00 10:30 1; slot a 09:30 10:00 2; issue a; issue a; issue a elderly; issue a; issue a; slips; a waits 0; A003 booked 09:30 +1;"
	  "A001 booked 09:30 +1; A002 booked 10:00 +1; A004 booked 09:30 +2; A005 booked 09:30 +2; A001 is expired; A003 is expired; totals 5 0 0" },
	{ "all that it says", "slot a 09:30 10:00 2; names a; issue a elderly id7; slips; facts hall.ending booking.made ticket.expired; A001 booked 09:30 +1; #1 is made" },
	{ "what others have booked is not given again", "slot a 09:30 10:00 2; book a 09:30 10:00 +1; book a 09:30 10:00 +1; issue a; slips; A001 booked 09:30 +2" },
	{ "a service without times to book: it expires", "slot a 09:30 10:00 9; issue b; issue a; slips; B001 is expired; B001 booked nothing; A001 booked 09:30 +1; b waits 0" },
	{ "no further than can be booked", "policy bookings_days 1; slot a 09:30 10:00 1; issue a; issue a; slips; A001 booked 09:30 +1; A002 is expired; A002 booked nothing" },
	{ "who was passed or is held is here too, who is called or served is served",
	  "slot a 09:30 10:00 9; issue a; issue a; issue a; issue a; issue a; 1 next; 1 hold; 2 next; 2 pass; 2 next -> A003; 2 start; 1 next -> A004; A002 is passed; slips;"
	  "A001 booked 09:30 +1; A002 booked 09:30 +1; A003 is serving; A004 is called; A005 booked 09:30 +1; 1 start; 1 finish; 2 finish; totals 5 2 0" },
	{ "no new tickets, and none of those behind", "slot a 09:30 10:00 9; issue a+b; slips; issue a -> service_closed; A001 legs expired expired; A001 booked 09:30 +1" },
	{ "who comes back meanwhile has a slip with the next press", "slot a 09:30 10:00 9; issue a; 1 next; slips; 1 pass; A001 is waiting; slips; A001 booked 09:30 +1" },
	{ "what a window did to it before that is not undone", "slot a 09:30 10:00 9; issue a; issue a; 1 next; 1 pass; slips; 1 undo -> not_allowed; A001 is expired" },
	{ "once", "slot a 09:30 10:00 9; issue a; slips; facts hall.ending booking.made ticket.expired; keep; restart; as kept; #1 is made" },
	{ "over the night it is carried, and is a booking as any other",
	  "slot a 09:30 10:00 9; issue a first; slips; close; restart; day 20261125; +86400; issue a -> A001; #1 is made; at 09:25; #1 checkin -> A002; 1 next -> A002" },

	{ "a pass before a restart", "issue a; 1 next; keep; 1 pass; restart; 1 undo -> A001; as kept" },
};

static void
scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(scenarios); i++) {
		fixture_open(&f);
		run(scenarios[i].what, scenarios[i].script);
	}
}

/*
 * What each command does to a window in each state: the state after it, or the
 * refusal.  Nobody else waits, and ten seconds have passed since the call.
 */
static const char *const commands[] = {
	"open", "close", "next", "recall", "start", "finish", "pass", "abandon", "pause", "resume", "undo",
	"hold", "transfer c", "serve", "unhold"
};
#define NA "not_allowed"
#define NT "no_ticket"
static const struct { const char *what, *script, *after[ROWS(commands)]; } states[] = {
	/*			  open	  close	    next      recall	 start	    finish    pass	abandon	  pause	    resume    undo
				  hold	  transfer  serve     unhold */
	{ "offline", "",	{ "idle", NA,	    "idle",   NT,	 NT,	    NT,	      NT,	NT,	  NA,	    NA,	      NA,
				  NT,	  NT,	    "serving", NT } },
	{ "idle", "1 open",	{ NA,	  "closed", "idle",   NT,	 NT,	    NT,	      NT,	NT,	  "paused", NA,    "offline",
				  NT,	  NT,	    "serving", NT } },
	{ "calling", "issue a; 1 next; +10",
				{ NA,	  "calling then close", "idle", "calling", "serving", "idle", "idle", "idle",
											  "calling then pause", NA, "offline",
				  "idle", "idle",   "serving", NT } },
	{ "serving", "issue a; 1 next; 1 start; +10",
				{ NA,	  "serving then close", "idle", NA,	 NA,	    "idle",   NA,	"idle",
											  "serving then pause", NA, "calling",
				  "idle", "idle",   "serving", NT } },
	{ "paused", "1 open; 1 pause",
				{ NA,	  "closed", "idle",   NT,	 NT,	    NT,	      NT,	NT,	  NA,	    "idle",   "idle",
				  NT,	  NT,	    "serving", NT } },
	{ "closed", "1 open; 1 close",
				{ "idle", NA,	    "idle",   NT,	 NT,	    NT,	      NT,	NT,	  NA,	    NA,	      "idle",
				  NT,	  NT,	    "serving", NT } },
	{ "calling, to pause", "issue a; 1 next; 1 pause; +10",
				{ NA,	  "calling then close", "paused", "calling then pause", "serving then pause", "paused",
						    "paused", "paused", "calling", "calling", "calling",
				  "paused", "paused", "paused", NT } },
	{ "calling, to close", "issue a; 1 next; 1 close; +10",
				{ NA,	  "calling", "closed", "calling then close", "serving then close", "closed",
						    "closed", "closed", "calling then pause", NA, "calling",
				  "closed", "closed", "closed", NT } },
	{ "serving, to pause", "issue a; 1 next; 1 start; 1 pause; +10",
				{ NA,	  "serving then close", "paused", NA, NA, "paused", NA, "paused", "serving", "serving", "serving",
				  "paused", "paused", "paused", NT } },
	{ "serving, to close", "issue a; 1 next; 1 start; 1 close; +10",
				{ NA,	  "serving", "closed", NA, NA, "closed", NA, "closed", "serving then pause", NA, "serving",
				  "closed", "closed", "closed", NT } },
};
#undef NA
#undef NT

static void
every_command_in_every_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(states); i++)
		for (size_t c = 0; c < ROWS(commands); c++) {
			const char *want = states[i].after[c];
			char script[64], what[64];

			fixture_open(&f);
			snprintf(what, sizeof(what), "%s, %s", states[i].what, commands[c]);
			run(what, states[i].script);
			if (want[0] == 'n')
				snprintf(script, sizeof(script), "1 %s -> %s", commands[c], want);
			else
				snprintf(script, sizeof(script), "1 %s; 1 is %s", commands[c], want);
			run(what, script);
		}
}

static void
what_is_not_built_is_not_available(void **state)
{
	static const enum verb unbuilt[] = {
		DO_NOTHING,
	};
	size_t known = 0;

	(void)state;
	fixture_open(&f);
	run("a ticket at the window", "issue a; 1 next");
	for (size_t i = 0; i < ROWS(unbuilt); i++)
		if (fixture_do(&f, &(struct command){ .verb = unbuilt[i], .window = 1, .ticket = 1 }) != NOT_AVAILABLE)
			fail_msg("%s is available", verbs[unbuilt[i]].name);
	/* Those from DO_WRITE on are the office's. */
	for (int v = 0; v < DO_WRITE; v++)
		known += verbs[v].name != NULL && !verb_built(v);
	assert_int_equal(known, ROWS(unbuilt));
}

/* Somebody calls for help at a kiosk; one answers, and only one. */
static void
help_is_answered_once(void **state)
{
	struct command call = { .verb = DO_CALL_HELP, .actor = "device:1", .device = "hall-1" };
	struct command answer = { .verb = DO_ANSWER_HELP, .actor = "staff:7", .staff = 7, .device = "hall-1" };

	(void)state;
	fixture_open(&f);
	assert_int_equal(fixture_do(&f, &answer), NOT_FOUND);
	assert_int_equal(fixture_do(&f, &call), OK);
	assert_int_equal(hall_help(&f.hall, "hall-1", false)->answered_ms, 0);
	fixture_wait(&f, 5000);
	assert_int_equal(fixture_do(&f, &call), OK);
	assert_int_equal(hall_help(&f.hall, "hall-1", false)->called_ms, f.now.steady_ms - 5000);
	assert_int_equal(fixture_do(&f, &answer), OK);
	assert_int_equal(hall_help(&f.hall, "hall-1", false)->staff, 7);
	assert_int_equal(fixture_do(&f, &answer), NOT_ALLOWED);
	assert_string_equal(f.change.detail.state, "answered");
	assert_int_equal(fixture_do(&f, &call), OK);
	assert_int_equal(hall_help(&f.hall, "hall-1", false)->answered_ms, 0);
	assert_int_equal(f.hall.help_count, 1);
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_END_HELP, .actor = "staff:7", .device = "hall-1" }), OK);
	assert_int_equal(f.hall.help_count, 0);
}

/* Many tickets of one kiosk: told beside a call for help, goes on while they are taken, and is over when they were not for a while. */
static void
a_kiosk_is_busy_until_it_is_not(void **state)
{
	struct command call = { .verb = DO_CALL_HELP, .actor = "device:1", .device = "hall-1" };
	struct command busy = { .verb = DO_TELL_BUSY, .actor = "system", .device = "hall-1" };
	struct command answer = { .verb = DO_ANSWER_HELP, .actor = "staff:7", .staff = 7, .device = "hall-1", .busy = true };
	struct command end = { .verb = DO_END_HELP, .actor = "staff:7", .device = "hall-1", .busy = true };
	int64_t began_ms;

	(void)state;
	fixture_open(&f);
	assert_int_equal(fixture_do(&f, &end), NOT_FOUND);
	assert_int_equal(fixture_do(&f, &busy), OK);
	assert_null(hall_help(&f.hall, "hall-1", false));
	began_ms = hall_help(&f.hall, "hall-1", true)->called_ms;
	assert_int_equal(fixture_do(&f, &answer), OK);
	fixture_wait(&f, BUSY_OVER_MS);
	assert_int_equal(fixture_do(&f, &busy), OK);
	assert_int_equal(hall_help(&f.hall, "hall-1", true)->called_ms, began_ms);
	assert_int_equal(hall_help(&f.hall, "hall-1", true)->staff, 7);
	fixture_wait(&f, BUSY_OVER_MS + 1);
	assert_int_equal(fixture_do(&f, &busy), OK);
	assert_int_equal(hall_help(&f.hall, "hall-1", true)->called_ms, f.now.steady_ms);
	assert_int_equal(hall_help(&f.hall, "hall-1", true)->answered_ms, 0);
	assert_int_equal(fixture_do(&f, &call), OK);
	assert_int_equal(f.hall.help_count, 2);
	assert_int_equal(fixture_do(&f, &end), OK);
	assert_null(hall_help(&f.hall, "hall-1", true));
	assert_int_equal(hall_help(&f.hall, "hall-1", false)->answered_ms, 0);
}

static void
verbs_of_a_window(void **state)
{
	(void)state;
	assert_int_equal(verb_at_window("next"), DO_NEXT);
	assert_int_equal(verb_at_window("undo"), DO_UNDO);
	assert_int_equal(verb_at_window("issue"), DO_NOTHING);
	assert_int_equal(verb_at_window(""), DO_NOTHING);
	for (int v = DO_NOTHING + 1; v < VERBS; v++)
		if (verbs[v].at == AT_WINDOW && verb_at_window(verbs[v].name) != (enum verb)v)
			fail_msg("%s", verbs[v].name);
}

/* What a refusal says besides its code. */
static void
details(void **state)
{
	const struct refusal_detail *d = &f.change.detail;

	(void)state;
	fixture_open(&f);
	run("bad class", "issue a nobility -> bad_request");
	assert_string_equal(d->pointer, "/class");
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .language = LANGUAGES }), BAD_REQUEST);
	assert_string_equal(d->pointer, "/lang");
	run("call pending", "issue b; 3 next; +60; 3 next -> call_pending");
	assert_string_equal(d->number, "B001");
	run("not allowed, by the ticket", "3 start; 3 pass -> not_allowed");
	assert_string_equal(d->state, "serving");
	assert_string_equal(d->command, "pass");
	run("not allowed, by the window", "1 resume -> not_allowed");
	assert_string_equal(d->state, "offline");
	assert_string_equal(d->command, "resume");
	run("too soon", "issue a; 1 next; +0.5; 1 recall -> too_soon 10");
	run("too many places", "issue a; A002 defer 10 -> bad_request");
	assert_string_equal(d->pointer, "/places");
	assert_null(d->state);
	run("no grade", "1 finish; A001 rating 6 -> bad_request");
	assert_string_equal(d->pointer, "/grade");
	run("rated", "A001 rating 5; A001 rating 5 -> not_allowed");
	assert_string_equal(d->state, "rated");
	assert_string_equal(d->command, "rating");
	run("nothing to undo", "4 undo -> not_allowed");
	assert_string_equal(d->state, "offline");
	assert_string_equal(d->command, "undo");
	run("taken", "add joe; in joe 2; issue a; 2 pick A003; 1 pick A003 -> taken 2");
	assert_string_equal(d->staff, "joe");
	run("a name that is taken", "add ann; add ann -> bad_request");
	assert_string_equal(d->pointer, "/name");
}

/* What a call leaves behind. */
static void
a_call_says_why(void **state)
{
	const struct fact *called = &f.change.fact[0];

	(void)state;
	fixture_open(&f);
	run("two wait", "1 open; issue a; issue a elderly; +5; 1 next -> A002");
	assert_int_equal(called->kind, TICKET_CALLED);
	assert_int_equal(called->why.rule, RULE_SCORE);
	assert_int_equal(called->why.score, 905 * 1000);
	assert_string_equal(called->why.runner_up, "A001");
	assert_int_equal(called->window, 1);
	assert_string_equal(called->number, "A002");
	run("one is left", "1 finish; 1 next -> A001");
	assert_int_equal(called->why.rule, RULE_ONLY);
	assert_string_equal(called->why.runner_up, "");
}

static void
facts_are_marked(void **state)
{
	const struct fact *first = &f.change.fact[0];

	(void)state;
	fixture_open(&f);
	run("finished from called", "issue a; issue a; issue a; 1 next -> A001; 1 finish");
	assert_true(first->no_start && !first->implicit);
	assert_true(f.hall.leg[0].no_start);
	run("finished by next", "1 next -> A002; 1 start; +5; 1 next -> A003");
	assert_true(!first->no_start && first->implicit);
	assert_false(f.hall.leg[1].no_start);
	run("to pause later", "1 pause");
	assert_true(first->later);
	run("passed", "issue a; 1 pass");
	assert_int_equal(first->times, 1);
	assert_int_equal(first->after, 3);
	assert_string_equal(first->actor, "ctl");
	run("a return is the hall's own doing", "1 next");
	assert_int_equal(f.change.fact[f.change.count - 1].kind, TICKET_RETURNED);
	assert_string_equal(f.change.fact[f.change.count - 1].actor, "system");
}

/* Fact i names the note of what the command said, and neither it nor a stream has the words; no other fact of the change does. */
static void
is_noted(int i, const struct command *cmd)
{
	json_t *body = fact_body(&f.hall, &f.change.fact[i]), *said = fact_public(&f.hall, &f.change.fact[i], 1);
	char *text = json_dumps(body, JSON_COMPACT);

	assert_string_equal(f.change.note, cmd->note);
	assert_string_equal(f.change.words, cmd->words);
	assert_string_equal(json_string_value(json_object_get(body, "note")), cmd->note);
	assert_null(strstr(text, cmd->words));
	assert_null(json_object_get(said, "note"));
	free(text);
	json_decref(said);
	json_decref(body);
}

/* The window that is rated is the last that served; what was said is no part of the event, which names the note. */
static void
a_rating_is_of_a_window(void **state)
{
	struct command rate = { .verb = DO_RATE, .actor = "holder", .ticket = 1, .grade = 4, .note = "note-1",
	    .words = "{\"comment\":\"快\"}" };
	const struct fact *given = &f.change.fact[0];
	json_t *body;

	(void)state;
	fixture_open(&f);
	run("two services done, the third under way", "issue a+b+c; 1 next; 1 finish; 3 next; 3 finish; 4 next; 4 start");
	assert_int_equal(fixture_do(&f, &rate), OK);
	assert_int_equal(given->kind, RATING_GIVEN);
	assert_int_equal(given->window, 3);
	assert_int_equal(given->service, 1);
	assert_int_equal(given->grade, 4);
	assert_string_equal(given->actor, "holder");
	is_noted(0, &rate);
	body = fact_body(&f.hall, given);
	assert_int_equal(json_integer_value(json_object_get(body, "grade")), 4);
	assert_null(json_object_get(body, "with"));
	json_decref(body);
}

/* What one command did stands together in the events; why staff did it, in a note of the one it is about. */
static void
facts_of_one_command(void **state)
{
	struct command cmd = { .verb = DO_CANCEL, .actor = "staff:1", .ticket = 1, .note = "note-1", .words = "走错大厅" };

	(void)state;
	fixture_open(&f);
	run("called, to close", "issue a; 1 next; 1 close");
	assert_int_equal(fixture_do(&f, &cmd), OK);
	assert_int_equal(f.change.count, 2);
	assert_false(f.change.fact[0].with);
	assert_true(f.change.fact[1].with);
	assert_string_equal(f.change.fact[1].note, "");
	is_noted(0, &cmd);
	run("given up", "issue a; 2 next; 2 abandon");
	cmd.verb = DO_RETURN;
	cmd.ticket = 2;
	assert_int_equal(fixture_do(&f, &cmd), OK);
	is_noted(0, &cmd);
	cmd = (struct command){ .verb = DO_PAUSE, .actor = "ctl", .window = 3, .note = "note-2", .words = "看病" };
	run("a pause", "3 open");
	assert_int_equal(fixture_do(&f, &cmd), OK);
	is_noted(0, &cmd);
	run("and nothing said", "3 resume");
	assert_string_equal(f.change.note, "");
}

/* Streams say a ticket and a window where there are some. */
static void
undone_without_a_ticket(void **state)
{
	json_t *said;

	(void)state;
	fixture_open(&f);
	run("a pause", "1 open; 1 pause; 1 undo; facts ticket.undone");
	said = fact_public(&f.hall, &f.change.fact[0], 1);
	assert_int_equal(json_integer_value(json_object_get(said, "window")), 1);
	assert_null(json_object_get(said, "number"));
	assert_null(json_object_get(said, "service"));
	json_decref(said);
	run("one who waits", "issue b; B001 cancel; facts ticket.cancelled");
	said = fact_public(&f.hall, &f.change.fact[0], 1);
	assert_string_equal(json_string_value(json_object_get(said, "number")), "B001");
	assert_string_equal(json_string_value(json_object_get(said, "service")), "b");
	assert_null(json_object_get(said, "window"));
	json_decref(said);
}

/* Every moment of a visit is kept, in steady time. */
static void
a_visit_has_its_times(void **state)
{
	const struct leg *leg = &f.hall.leg[0];
	int64_t start_ms;

	(void)state;
	fixture_open(&f);
	start_ms = f.now.steady_ms;
	run("a visit", "issue a; +60; 1 next; +10; 1 recall; +5; 1 start; +120; 1 finish; +9; 1 next");
	assert_int_equal(leg->entry_ms, start_ms);
	assert_int_equal(leg->called_ms, start_ms + 60000);
	assert_int_equal(leg->recalled_ms, start_ms + 70000);
	assert_int_equal(leg->started_ms, start_ms + 75000);
	assert_int_equal(leg->ended_ms, start_ms + 195000);
	assert_int_equal(leg->window, 1);
	assert_int_equal(leg->recalls, 1);
}

static void
run_at(int window, const char *before, const char *verb)
{
	char script[64];

	snprintf(script, sizeof(script), "%s%d %s", before, window, verb);
	run(script, script);
}

/* More than fit into one change return with the next. */
static void
many_return_at_once(void **state)
{
	enum { WINDOWS = 40 };
	int passed;

	(void)state;
	fixture_open(&f);
	f.layout.policy.passed_after = 1;
	for (int no = 5; no < 5 + WINDOWS; no++)
		fixture_window(&f.layout, no, "100");
	run("40 called, one waits", "issue a");
	for (int no = 5; no < 5 + WINDOWS; no++)
		run_at(no, "issue a;", "next");
	for (int no = 5; no < 5 + WINDOWS; no++)
		run_at(no, "", "pass");
	assert_int_equal(f.hall.aside[0].count, WINDOWS);
	run("the one", "1 next -> A041");
	passed = f.hall.aside[0].count;
	assert_in_range(passed, 1, WINDOWS - 1);
	run("more than can be remembered", "1 undo -> not_allowed");
	run("the rest", "issue b");
	assert_int_equal(f.hall.aside[0].count, 0);
	assert_int_equal(hall_waiting(&f.hall, 0), WINDOWS);
}

/* Two windows press next in the same millisecond: two tickets, every time. */
static void
two_windows_get_two_tickets(void **state)
{
	struct command issue = { .verb = DO_ISSUE, .actor = "ctl" };

	(void)state;
	fixture_open(&f);
	for (int i = 0; i < 10000; i++) {
		struct command next = { .verb = DO_NEXT, .actor = "device:k/1", .window = 1 + i % 2 };
		uint32_t one;

		fixture_wait(&f, 5000);
		for (int k = 0; k < 2; k++)
			assert_int_equal(hall_decide(&f.hall, &f.layout, &issue, &f.now, &f.change), OK);
		assert_int_equal(hall_decide(&f.hall, &f.layout, &next, &f.now, &f.change), OK);
		one = f.change.ticket;
		next.window = 3 - next.window;
		assert_int_equal(hall_decide(&f.hall, &f.layout, &next, &f.now, &f.change), OK);
		if (one == 0 || f.change.ticket != one + 1)
			fail_msg("round %d: tickets %u and %u", i, one, f.change.ticket);
	}
}

/* More than one change lets go are let go by themselves. */
static void
many_held_at_once(void **state)
{
	enum { HELD = 40 };
	int rounds = 0;

	(void)state;
	fixture_open(&f);
	for (int i = 0; i < HELD; i++)
		run("held", "issue a; 1 next; 1 hold");
	assert_int_equal(f.hall.held.count, HELD);
	run("closed", "1 close; 1 undo -> not_allowed");
	assert_in_range(f.hall.held.count, 1, HELD - 1);
	for (; f.hall.held.count > 0; rounds++)
		run("the rest", "due");
	assert_in_range(rounds, 1, 3);
	run("all wait", "in never");
	assert_int_equal(hall_waiting(&f.hall, 0), HELD);
}

/* However many sessions somebody left open, signing in elsewhere fits into one change. */
static void
many_sessions_of_one_person(void **state)
{
	struct command in = { .verb = DO_SIGN_IN, .actor = "staff:1", .window = 1, .staff = 1 };

	(void)state;
	fixture_open(&f);
	run("two people", "add ann; add bob; in bob 2");
	for (int i = 0; i < 60; i++) {
		snprintf(in.secret, sizeof(in.secret), "session %d", i);
		assert_int_equal(fixture_do(&f, &in), OK);
	}
	in.window = 3;
	in.secret[0] = '\0';			/* by keypad: no session */
	assert_int_equal(fixture_do(&f, &in), OK);
	run("from 3 to 2", "in ann 2; 1 by nobody; 2 by ann; 3 by nobody");
	assert_int_equal(f.change.count, FACTS_MAX);
}

static const struct { const char *what; int has, told; enum refusal refusal; } prints[] = {
	{ "nothing was to print",		PRINT_NONE,		PRINT_SENT,		NOT_ALLOWED },
	{ "queued, sent",			PRINT_QUEUED,		PRINT_SENT,		OK },
	{ "sent, printed",			PRINT_SENT,		PRINT_DONE,		OK },
	{ "sent to one that never answers",	PRINT_SENT,		PRINT_UNCONFIRMED,	OK },
	{ "sent, failed",			PRINT_SENT,		PRINT_FAILED,		OK },
	{ "queued, failed",			PRINT_QUEUED,		PRINT_FAILED,		OK },
	{ "sent, and its printer could not",	PRINT_SENT,		PRINT_QUEUED,		OK },
	{ "queued twice",			PRINT_QUEUED,		PRINT_QUEUED,		NOT_ALLOWED },
	{ "not back when it is printed",	PRINT_DONE,		PRINT_QUEUED,		NOT_ALLOWED },
	{ "not twice",				PRINT_SENT,		PRINT_SENT,		NOT_ALLOWED },
	{ "printed is over",			PRINT_DONE,		PRINT_FAILED,		NOT_ALLOWED },
	{ "unconfirmed is over",		PRINT_UNCONFIRMED,	PRINT_FAILED,		NOT_ALLOWED },
	{ "failed is over",			PRINT_FAILED,		PRINT_DONE,		NOT_ALLOWED },
};

static void
printed(void **state)
{
	struct command told = { .verb = DO_PRINTED, .actor = "system", .ticket = 1 };

	(void)state;
	for (size_t i = 0; i < ROWS(prints); i++) {
		fixture_open(&f);
		fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .printer = "lobby" });
		assert_int_equal(f.hall.ticket[0].print, PRINT_QUEUED);
		f.hall.ticket[0].print = f.told.ticket[0].print = prints[i].has;
		told.print = prints[i].told;
		if (fixture_do(&f, &told) != prints[i].refusal)
			fail_msg("%s", prints[i].what);
		assert_int_equal(f.hall.ticket[0].print, prints[i].refusal == OK ? prints[i].told : prints[i].has);
		assert_string_equal(f.hall.ticket[0].printer, "lobby");
	}
	told.ticket = 2;
	assert_int_equal(fixture_do(&f, &told), UNKNOWN_TICKET);
	fixture_open(&f);
	fixture_do(&f, &(struct command){ .verb = DO_ISSUE });
	assert_int_equal(f.hall.ticket[0].print, PRINT_NONE);
}

static const struct { const char *what, *before; int has; const char *printer; enum refusal refusal; const char *said; } reprints[] = {
	{ "printed, and lost",		"",			PRINT_DONE,		"",	OK, "lobby" },
	{ "nobody knows",		"",			PRINT_UNCONFIRMED,	"",	OK, "lobby" },
	{ "failed",			"",			PRINT_FAILED,		"",	OK, "lobby" },
	{ "by another printer",		"",			PRINT_FAILED,		"desk",	OK, "desk" },
	{ "never meant to be",		"",			PRINT_NONE,		"desk",	OK, "desk" },
	{ "still to be printed",	"",			PRINT_QUEUED,		"",	NOT_ALLOWED, "queued" },
	{ "being printed",		"",			PRINT_SENT,		"",	NOT_ALLOWED, "sent" },
	{ "called",			"1 next",		PRINT_DONE,		"",	OK, "lobby" },
	{ "being served",		"1 next; 1 start",	PRINT_DONE,		"",	OK, "lobby" },
	{ "passed",			"1 next; 1 pass",	PRINT_DONE,		"",	OK, "lobby" },
	{ "done",			"1 next; 1 finish",	PRINT_DONE,		"",	NOT_ALLOWED, "done" },
	{ "given up",			"1 next; 1 abandon",	PRINT_DONE,		"",	NOT_ALLOWED, "abandoned" },
};

static void
reprinted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(reprints); i++) {
		struct command again = { .verb = DO_REPRINT, .actor = "ctl", .ticket = 1 };
		struct ticket *t = &f.hall.ticket[0];

		strcpy(again.printer, reprints[i].printer);
		fixture_open(&f);
		fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .printer = "lobby" });
		run(reprints[i].what, reprints[i].before);
		t->print = f.told.ticket[0].print = reprints[i].has;
		f.now.steady_ms += 3600 * 1000;
		if (fixture_do(&f, &again) != reprints[i].refusal)
			fail_msg("%s", reprints[i].what);
		if (reprints[i].refusal == OK) {
			assert_string_equal(t->printer, reprints[i].said);
			assert_int_equal(t->print, PRINT_QUEUED);
			assert_int_equal(t->queued_ms, f.now.steady_ms);
		} else {
			assert_string_equal(f.change.detail.state, reprints[i].said);
			assert_int_equal(t->print, reprints[i].has);
		}
		assert_int_equal(t->reprint, reprints[i].refusal == OK);
	}
	fixture_open(&f);
	fixture_do(&f, &(struct command){ .verb = DO_ISSUE });
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_REPRINT, .actor = "ctl", .ticket = 1 }), BAD_REQUEST);
	assert_string_equal(f.change.detail.pointer, "/printer");
}

/* What its printer gives up is as old as it was; its paper says that there may be another. */
static void
printed_again(void **state)
{
	struct command told = { .verb = DO_PRINTED, .actor = "system", .ticket = 1, .print = PRINT_SENT, .printer = "desk" };
	int64_t issued_ms;

	(void)state;
	fixture_open(&f);
	fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .printer = "lobby" });
	issued_ms = f.now.steady_ms;
	assert_int_equal(fixture_do(&f, &told), OK);
	assert_string_equal(f.hall.ticket[0].printer, "desk");
	assert_false(f.hall.ticket[0].reprint);
	f.now.steady_ms += 20 * 1000;
	told.print = PRINT_QUEUED;
	assert_int_equal(fixture_do(&f, &told), OK);
	assert_true(f.hall.ticket[0].reprint);
	assert_int_equal(f.hall.ticket[0].queued_ms, issued_ms);
}

static void
rolls(void **state)
{
	struct command sent = { .verb = DO_PRINTED, .actor = "system", .ticket = 1, .print = PRINT_SENT };
	struct command done = { .verb = DO_PRINTED, .actor = "system", .ticket = 1, .print = PRINT_DONE, .mm = 90 };
	struct command again = { .verb = DO_REPRINT, .actor = "ctl", .ticket = 1 };
	struct command roll = { .verb = DO_ROLL, .actor = "ctl", .device = "lobby", .roll = ROLL_ASKED };

	(void)state;
	fixture_open(&f);
	fixture_do(&f, &(struct command){ .verb = DO_ISSUE, .printer = "lobby" });
	assert_null(hall_roll(&f.hall, "lobby"));
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(fixture_do(&f, &sent), OK);
		assert_int_equal(fixture_do(&f, &done), OK);
		assert_int_equal(hall_roll(&f.hall, "lobby")->used_mm, 90 * i);
		assert_int_equal(fixture_do(&f, &again), OK);
	}
	assert_int_equal(fixture_do(&f, &roll), OK);
	assert_true(hall_roll(&f.hall, "lobby")->asked);
	assert_int_equal(fixture_do(&f, &roll), NOT_ALLOWED);	/* asked once */
	roll.roll = ROLL_SAME;
	assert_int_equal(fixture_do(&f, &roll), OK);
	assert_false(hall_roll(&f.hall, "lobby")->asked);
	assert_int_equal(hall_roll(&f.hall, "lobby")->used_mm, 270);
	roll.roll = ROLL_NEAR;
	assert_int_equal(fixture_do(&f, &roll), OK);
	assert_int_equal(fixture_do(&f, &roll), NOT_ALLOWED);	/* told once */
	assert_true(hall_roll(&f.hall, "lobby")->near);
	assert_int_equal(hall_roll(&f.hall, "lobby")->tickets, 3);
	roll.roll = ROLL_NEW;
	assert_int_equal(fixture_do(&f, &roll), OK);
	assert_int_equal(f.change.fact[0].mm, 270);		/* what the one before it gave */
	assert_int_equal(hall_roll(&f.hall, "lobby")->used_mm, 0);
	assert_int_equal(hall_roll(&f.hall, "lobby")->tickets, 0);
	assert_false(hall_roll(&f.hall, "lobby")->near);
	assert_null(hall_roll(&f.hall, "desk"));
}

static enum closed
closed(int service)
{
	struct opening o;

	hall_opening(&o, &f.hall, &f.layout, service, &f.now);
	return o.closed;
}

static void
a_full_hall_issues_no_more(void **state)
{
	(void)state;
	fixture_open(&f);
	run("one", "issue a");
	f.hall.leg_count = TICKETS_MAX - 1;
	run("no room for two services", "issue a+b -> quota_full");
	f.hall.ticket_count = TICKETS_MAX;
	run("full", "issue a -> quota_full");
	assert_int_equal(closed(0), CLOSED_FULL);
}

/* Nobody is to wait for what nobody will call. */
static void
no_window_no_ticket(void **state)
{
	(void)state;
	fixture_open(&f);
	fixture_service(&f.layout, "d", "D");
	hall_service(&f.hall, "d");
	hall_service(&f.told, "d");
	assert_int_equal(closed(3), CLOSED_NO_WINDOW);
	run("no window serves it", "issue d -> service_closed; issue a+d -> service_closed; issue d+a -> service_closed");
	fixture_window(&f.layout, 5, "0001");
	assert_int_equal(closed(3), NOT_CLOSED);
	run("one does, though it is not open", "issue d -> D001; issue a+d -> A001");
}

/* Of two tickets with one number, the newer day's; of yesterday's alone, none. */
static void
finding_tickets(void **state)
{
	(void)state;
	fixture_open(&f);
	run("yesterday", "issue a -> A001; issue a -> A002; 1 next; 1 finish; day 20261125; issue a -> A001");
	assert_int_equal(hall_number(&f.hall, "A001")->id, 3);
	assert_null(hall_number(&f.hall, "A002"));
	assert_null(hall_number(&f.hall, "A009"));
	assert_int_equal(hall_token(&f.hall, f.hall.ticket[1].token)->id, 2);
	assert_null(hall_token(&f.hall, "none of ours"));
	assert_null(hall_ticket(&f.hall, 0));
	assert_null(hall_ticket(&f.hall, 4));
}

/* A sentence cut in the middle of a character must not make a fact that cannot be read. */
static void
a_cut_sentence_can_be_told(void **state)
{
	struct command fault = { .verb = DO_DEVICE, .actor = "system", .device = "lobby", .faulty = true };

	(void)state;
	fixture_open(&f);
	strcpy(fault.reason, "\xE7\xBC\xBA\xE7\xBA");		/* 缺 and two bytes of 纸 */
	assert_int_equal(fixture_do(&f, &fault), OK);
	fault.faulty = false;
	assert_int_equal(fixture_do(&f, &fault), OK);
}

/* What streams and pushes say of any fact: a ticket and a window, never a person, a token or a class. */
static void
streams_name_no_person(void **state)
{
	static const char *const may_be_said[] = {
		"seq", "prev", "kind", "at", "number", "service", "further", "window", "later", "times", "device", "address", "reason",
		"roll", "removed", "to", "to_window", "stepped_ms",
		"rehearsal", "closed", "slot_from", "slot_to", "remote", "booking", "checkin_s", "text", "drill", "rev", "services", "id"
	};

	(void)state;
	fixture_open(&f);
	for (int k = FACT_NONE + 1; k < FACT_KINDS; k++) {
		struct fact fact = { .kind = k, .seq = 8, .at = f.now, .ticket = 1, .number = "A001", .window = 3 };
		json_t *said = fact_public(&f.hall, &fact, 5), *value;
		const char *key;

		json_object_foreach(said, key, value) {
			bool may = false;

			for (size_t i = 0; i < ROWS(may_be_said); i++)
				may = may || strcmp(may_be_said[i], key) == 0;
			if (!may)
				fail_msg("%s says %s", kinds[k].name, key);
		}
		assert_int_equal(json_integer_value(json_object_get(said, "seq")), 8);
		assert_int_equal(json_integer_value(json_object_get(said, "prev")), 5);
		assert_string_equal(json_string_value(json_object_get(said, "kind")), kinds[k].name);
		assert_string_equal(json_string_value(json_object_get(said, "at")), "2026-11-24T09:00:00+08:00");
		assert_int_equal(fact_find(kinds[k].name), k);
		json_decref(said);
	}
}

/* A fact out of turn, or one that this hall cannot have, is refused. */
static void
facts_that_do_not_fit(void **state)
{
	static const struct { const char *what; struct fact fact; } wrong[] = {
		{ "not the next",	{ .kind = DEVICE_OK, .seq = 5 } },
		{ "again",		{ .kind = DEVICE_OK, .seq = 2 } },
		{ "no such ticket",	{ .kind = TICKET_CALLED, .seq = 3, .ticket = 2, .window = 1 } },
		{ "not called",		{ .kind = TICKET_STARTED, .seq = 3, .ticket = 1, .window = 1 } },
		{ "not there",		{ .kind = TICKET_FINISHED, .seq = 3, .ticket = 1, .window = 1 } },
		{ "not passed",		{ .kind = TICKET_RETURNED, .seq = 3, .ticket = 1 } },
		{ "an id out of turn",	{ .kind = TICKET_ISSUED, .seq = 3, .ticket = 3, .number = "A002" } },
		{ "a window below all",	{ .kind = WINDOW_OPENED, .seq = 3, .window = -1 } },
		{ "a window above all",	{ .kind = WINDOW_OPENED, .seq = 3, .window = WINDOW_NO_MAX + 1 } },
	};

	(void)state;
	fixture_open(&f);
	run("two facts", "issue a; 1 open");
	for (size_t i = 0; i < ROWS(wrong); i++)
		if (hall_apply(&f.hall, &wrong[i].fact) != -1)
			fail_msg("%s", wrong[i].what);
	assert_int_equal(f.hall.seq, 2);
}

/* With services and classes in another order, and a new one before them, the hall is what its facts make of it there. */
static void
another_layout(void **state)
{
	static struct layout other;
	char who[64];

	(void)state;
	fixture_open(&f);
	run("a day", "policy double_press_s 0; issue a; issue b elderly; issue c first; issue a+c; issue b; 1 next; 1 pass; 3 next; 3 hold; 4 next; 1 next;"
	    "1 transfer b; 2 next");
	other = f.layout;
	other.service[0] = f.layout.service[2];
	other.service[1] = (struct service){ .id = "n", .prefix = "N", .first = 1, .last = 999, .width = 3, .quota_day = -1 };
	other.service[2] = f.layout.service[1];
	other.service[3] = f.layout.service[0];
	other.service_count = 4;
	other.class[0] = f.layout.class[2];
	other.class[2] = f.layout.class[0];
	for (int i = 0; i < other.window_count; i++) {
		uint8_t level[] = { f.layout.window[i].level[2], 1, f.layout.window[i].level[1], f.layout.window[i].level[0] };

		memcpy(other.window[i].level, level, sizeof(level));
	}
	assert_int_equal(hall_stranded(&f.hall, &other, who, sizeof(who)), 0);
	assert_int_equal(hall_relayout(&f.hall, &other), 0);
	assert_string_equal(f.hall.service_id[1], "n");
	f.layout = other;
	hall_relayout(&f.told, &other);
	run("goes on", "4 finish; 4 next -> nobody; 2 finish; 2 undo; 3 unhold -> B001; issue n -> N001; issue a -> A003; restart; 4 next -> N001");

	other.service_count = 1;			/* c alone */
	other.window_count = 3;
	other.window_at[4] = -1;
	assert_true(hall_stranded(&f.hall, &other, who, sizeof(who)) > 3);
	assert_non_null(strstr(who, "A003"));
	assert_non_null(strstr(who, "4"));
}

/* So it is with who comes from afar, has booked, is elsewhere, was sent, missed the hour or gave up; and exceptions of the day. */
static void
another_layout_for_all(void **state)
{
	static const struct { const char *what, *service, *class; int window; const char *who; } strands[] = {
		{ "from afar",			"b", NULL, 0, "B001" },
		{ "booked",			"b", NULL, 0, "b 2026-11-25T09:30" },
		{ "elsewhere",			"a", NULL, 0, "A002" },
		{ "sent to a window",		NULL, NULL, 2, "A001" },
		{ "of a class",			NULL, "elderly", 0, "b 2026-11-25T09:30" },
		{ "a window calls for help",	NULL, NULL, 2, "2" },
		{ "nobody of it is there",	"c", NULL, 0, NULL },
	};
	static struct layout other;
	char who[256];

	(void)state;
	fixture_open(&f);
	run("a day", "policy double_press_s 0; remotes b 60; slot b 09:30 10:00 3; 3 open; remote b elderly; due; +60; due; B001 is no_show;"
	    "B001 checkin; B001 is waiting; remote b; B002 is reserved; book b 09:30 10:00 +1 elderly -> #1; 4 serve c; issue a; 1 next -> A001; 1 transfer 2;"
	    "issue a; issue b; A002 link B003; 3 pick B003; 2 alarm");
	assert_int_equal(fixture_do(&f, &(struct command){ .verb = DO_OVERRIDE, .service = 1, .until_min = -1, .quota = 7 }), OK);
	run("over", "4 finish");
	for (size_t i = 0; i < ROWS(strands); i++) {
		int service = strands[i].service == NULL ? -1 : layout_service(&f.layout, strands[i].service);

		other = f.layout;
		for (int w = 0; w < other.window_count && service != -1; w++)
			other.window[w].level[service] = 0;
		if (strands[i].class != NULL)
			strcpy(other.class[layout_class(&other, strands[i].class)].id, "x");
		if (strands[i].window != 0)
			other.window_at[strands[i].window] = -1;
		hall_stranded(&f.hall, &other, who, sizeof(who));
		if (strands[i].who == NULL ? who[0] != '\0' : strstr(who, strands[i].who) == NULL)
			fail_msg("%s: \"%s\"", strands[i].what, who);
	}
	other = f.layout;
	other.service[0] = f.layout.service[1];
	other.service[1] = f.layout.service[0];
	other.class[0] = f.layout.class[1];
	other.class[1] = f.layout.class[0];
	for (int i = 0; i < other.window_count; i++) {
		other.window[i].level[0] = f.layout.window[i].level[1];
		other.window[i].level[1] = f.layout.window[i].level[0];
	}
	assert_int_equal(hall_stranded(&f.hall, &other, who, sizeof(who)), 0);
	assert_int_equal(hall_relayout(&f.hall, &other), 0);
	assert_int_equal(f.hall.override[0].quota, 7);
	assert_string_equal(f.hall.class_id[f.hall.ticket[0].class], "ordinary");
	f.layout = other;
	hall_relayout(&f.told, &other);
	run("goes on", "restart; 2 next -> A001; 1 next -> B001; 1 finish; 1 next -> nobody; 3 start; 3 finish; 1 next -> A002; B002 checkin; 3 next -> B002;"
	    "at 09:26; +86400; day 20261125; #1 checkin -> B001; restart");
}

/* A lent window is lent to the same services, wherever they stand; to those that are gone it is no more. */
static void
lent_in_another_layout(void **state)
{
	static struct layout other;

	(void)state;
	fixture_open(&f);
	run("lent", "issue a; 2 next; 1 lend b+c 1800; 2 lend c 1800; 2 pause");
	other = f.layout;
	other.service[0] = f.layout.service[2];
	other.service[2] = f.layout.service[0];
	for (int i = 0; i < other.window_count; i++) {
		other.window[i].level[0] = f.layout.window[i].level[2];
		other.window[i].level[2] = f.layout.window[i].level[0];
	}
	assert_int_equal(hall_relayout(&f.hall, &other), 0);
	f.layout = other;
	hall_relayout(&f.told, &other);
	run("c first, then b", "1 lent c+b; 2 lent c; in 1800; 2 undo; 2 lent c; 2 is calling; restart; 1 lent b+c; issue c; 3 open; issue b; 1 next -> C001");

	other.service[0] = f.layout.service[1];
	other.service[1] = f.layout.service[2];
	other.service_count = 2;			/* b and a */
	for (int i = 0; i < other.window_count; i++) {
		other.window[i].level[0] = f.layout.window[i].level[1];
		other.window[i].level[1] = f.layout.window[i].level[2];
		other.window[i].level[2] = 0;
	}
	assert_int_equal(hall_relayout(&f.hall, &other), 0);
	f.layout = other;
	hall_relayout(&f.told, &other);
	run("b is left", "due; facts window.lent window.lent; 1 lent b; 2 lent nothing; in 1800; restart; 1 lent b; 2 lent nothing");
}

/* A copy is the hall, whatever was there before. */
static void
copies(void **state)
{
	(void)state;
	fixture_open(&f);
	run("a fuller hall", "issue a; issue b; issue c; 1 next; 3 next");
	memcpy(&f.before, &f.hall, sizeof(f.before));
	hall_init(&f.hall, &f.layout);
	hall_init(&f.told, &f.layout);
	run("another", "add ann; in ann 2; issue b; issue b; 3 next; 3 pass");
	hall_copy(&f.before, &f.hall);
	assert_null(hall_differs(&f.before, &f.hall));
	assert_non_null(hall_session(&f.before, "session of ann"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts),
		cmocka_unit_test(another_layout),
		cmocka_unit_test(another_layout_for_all),
		cmocka_unit_test(every_command_in_every_state),
		cmocka_unit_test(what_is_not_built_is_not_available),
		cmocka_unit_test(help_is_answered_once),
		cmocka_unit_test(a_kiosk_is_busy_until_it_is_not),
		cmocka_unit_test(verbs_of_a_window),
		cmocka_unit_test(details),
		cmocka_unit_test(a_call_says_why),
		cmocka_unit_test(facts_are_marked),
		cmocka_unit_test(a_rating_is_of_a_window),
		cmocka_unit_test(facts_of_one_command),
		cmocka_unit_test(undone_without_a_ticket),
		cmocka_unit_test(a_visit_has_its_times),
		cmocka_unit_test(many_return_at_once),
		cmocka_unit_test(two_windows_get_two_tickets),
		cmocka_unit_test(many_held_at_once),
		cmocka_unit_test(many_sessions_of_one_person),
		cmocka_unit_test(printed),
		cmocka_unit_test(reprinted),
		cmocka_unit_test(printed_again),
		cmocka_unit_test(rolls),
		cmocka_unit_test(a_full_hall_issues_no_more),
		cmocka_unit_test(no_window_no_ticket),
		cmocka_unit_test(finding_tickets),
		cmocka_unit_test(a_cut_sentence_can_be_told),
		cmocka_unit_test(streams_name_no_person),
		cmocka_unit_test(facts_that_do_not_fit),
		cmocka_unit_test(lent_in_another_layout),
		cmocka_unit_test(copies),
	};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
