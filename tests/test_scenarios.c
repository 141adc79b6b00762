/*
 * The scenarios that others have written down, by their codes: peers.md 2.8
 * (A theQ, C MADO, D FQM, F MaksimZotov's queue) as far as it says to take
 * them, and those of domain.md 16 that concern calling.  Each in the words of
 * contract.md, which wins where it differs.
 *
 * A row is a script (hall_script.h), or "see FILE TEST", which is it; several
 * rows may have one code.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hall_script.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static const struct { const char *code, *what, *script; } scenarios[] = {
	/* peers.md A: a visit at theQ. */
	{ "A5", "queued, it waits for one service, and for nothing else",
	  "issue a -> A001; A001 legs waiting; a waits 1; 1 is offline; calls; totals 1 0 0" },
	{ "A6", "that one is called; a second press of the same is one call, and then it is refused",
	  "issue a; issue a; 1 pick A002 -> A002; A002 is called; A001 is waiting; +1; 1 pick A002 -> A002; facts; +1; 1 pick A002 -> not_allowed;"
	  "A002 is called; calls A002@1" },
	{ "A7", "begun; beginning again is refused",
	  "issue a; 1 next; 1 start; A001 is serving; 1 is serving; 1 start -> not_allowed; A001 is serving" },
	{ "A8", "a second service during the first: the first is done, the second goes on",
	  "issue a; 1 next; 1 start; 1 legs b -> A001; facts ticket.changed; A001 legs serving later; b waits 0; 1 finish; A001 legs done waiting;"
	  "b waits 1; 3 next -> A001; 3 start; A001 legs done serving" },
	{ "A9", "back to the first service: that is open, the second is left, the number stays",
	  "issue a; 1 next; 1 start; 1 transfer b; 3 next -> A001; 3 start; 3 transfer a; A001 legs transferred transferred waiting; 1 next -> A001;"
	  "1 start; A001 legs transferred transferred serving; b waits 0" },
	{ "A10", "finished: nobody is left, both services are done, the number stands in the day's tickets",
	  "issue a; 1 next; 1 start; 1 legs b; 1 finish; 3 next; 3 start; 3 finish; A001 legs done done; 1 is idle; 3 is idle; a waits 0; b waits 0;"
	  "totals 1 2 0; A001 is done" },
	{ "A11", "served without a queue: at once",
	  "1 serve a -> unnumbered; 1 is serving; a waits 0; 1 finish; 1 is idle; totals 0 1 0" },
	{ "A11", "held and served again, it is one service and counted once",
	  "issue a; 1 next; 1 start; 1 hold; A001 is held; 1 is idle; totals 1 0 0; 1 unhold -> A001; 1 start; A001 is serving; 1 finish;"
	  "A001 legs done; totals 1 1 0" },
	{ "A12", "leaving before the service", "issue a; A001 cancel; A001 is cancelled; totals 1 0 0; a waits 0; 1 next -> nobody" },
	{ "A13", "leaving while others wait: gone from the queue and from the list, whose order stays",
	  "issue a; issue a; issue a; A002 cancel; A002 legs cancelled; a waits 2; A003 ahead 1; 1 next -> A001; 1 finish; 1 next -> A003;"
	  "1 finish; 1 next -> nobody" },
	{ "A14", "corrected during service: another service, and what it needs besides; both stand at the end",
	  "issue a; 1 next; 1 start; 1 transfer b; 3 pick A001; 3 start; 3 legs c; 3 finish; A001 legs transferred done waiting; totals 1 1 0" },
	{ "A15", "the window's own service first, also when the other came earlier; the other when that is empty",
	  "issue b; issue a; 1 next -> A001; 1 finish; 1 next -> B001" },
	{ "A16", "and the mirror of it: at the other's own window the other",
	  "issue a; issue b; 3 next -> B001; A001 is waiting; issue b; issue a; 1 next -> A001; 1 finish; 1 next -> A002; 1 finish; 1 next -> B002" },
	{ "A17", "next with nobody waiting: no refusal, and no ticket", "1 open; 1 next -> nobody; facts; 1 is idle" },
	{ "A20", "the higher class before the earlier one; of one class the earlier",
	  "issue a; +60; issue a; +60; issue a elderly; 1 next -> A003; +3; 1 next -> A001; +3; 1 next -> A002" },
	{ "A20", "and a first one before all", "issue a; issue a elderly; +60; issue a first; 1 next -> A003; +3; 1 next -> A002; +3; 1 next -> A001" },

	/* peers.md C: a town hall with paper. */
	{ "C3", "the printer fails: the ticket is there all the same, and its print says so", "see tests/system/test_scenarios.py test_c3_a_printer_that_fails" },
	{ "C4", "how many work is counted, and asked of nobody", "works 0; 1 open; 2 next; works 2; 2 pause; works 1; 1 close; works 0" },
	{ "C5", "what there is not cannot be called, nor what is over", "1 pick A009 -> unknown_ticket; issue a; 1 next; 1 finish; 2 pick A001 -> not_allowed;"
	  "issue a; A002 cancel; 2 pick A002 -> not_allowed; 9 next -> unknown_window" },
	{ "C5", "nor what is no number at all", "see tests/system/test_scenarios.py test_c5_d6_what_is_wrong_is_refused" },
	{ "C6", "called, one less waits; called again by another clerk, that one is told who has it, and nothing changes",
	  "add ann; in ann 1; issue a; a waits 1; 1 pick A001; a waits 0; 2 pick A001 -> taken 1; 1 start; 2 pick A001 -> taken 1; 1 hold;"
	  "2 pick A001 -> taken 1; 2 is offline; A001 is held; calls A001@1" },
	{ "C7", "finished, and for how long it was served; what is not there is not finished",
	  "1 finish -> no_ticket; issue a; 1 next; +10; 1 start; +120; 1 finish; A001 is done; served 120; 1 finish -> no_ticket; 9 finish -> unknown_window" },
	{ "C8", "a call taken back: it waits in its old place, as if it had not been", "issue a; issue a; 1 open; keep; 1 next -> A001; a waits 1; 1 undo; as kept;"
	  "a waits 2; calls; 2 next -> A001" },
	{ "C8", "or later, sent back to its own queue", "issue a; issue b; 1 next -> A001; a waits 0; 1 transfer a; A001 legs transferred waiting; a waits 1; 2 next -> A001" },
	{ "C8", "what is at no window is not sent back", "issue a; 1 undo -> not_allowed; 1 transfer a -> no_ticket; A001 is waiting; 9 undo -> unknown_window" },
	{ "C12", "on a new day numbers begin again, and on the same one they go on, also after a restart",
	  "issue a -> A001; issue a -> A002; restart; issue a -> A003; close; restart; day 20261125; issue a -> A001; issue a -> A002" },
	{ "C12", "a counter that is many years old", "day 20000101; issue a -> A001; issue a -> A002; close; day 20261124; issue a -> A001" },

	/* peers.md D: calls of FQM. */
	{ "D1", "next calls the lowest number that waits; none left, it calls nobody",
	  "issue a; issue a; issue a; A001 cancel; 1 next -> A002; +3; 1 next -> A003; +3; 1 next -> nobody; 1 is idle" },
	{ "D2", "a held one is called by nobody's next", "issue a; issue a; 1 next -> A001; 1 hold; 1 next -> A002; 2 next -> nobody; A001 is held" },
	{ "D6", "a wrong token, an unknown number, a name that is wanted and missing", "see tests/system/test_scenarios.py test_c5_d6_what_is_wrong_is_refused" },
	{ "D7", "two quick calls are both announced", "issue a; issue a; 1 open; 2 open; 1 next; facts ticket.called; 2 next; facts ticket.called; calls A002@2 A001@1" },
	{ "D7", "also aloud: a zone says one after the other", "see tests/system/test_spine.py test_a_zone_speaks_one_after_the_other" },

	/* peers.md F: several services, in order. */
	{ "F2", "calling who is not there fails, so does a window that has somebody; given back, it is free",
	  "policy implicit_finish 0; 1 pick A001 -> unknown_ticket; 9 pick A001 -> unknown_window; issue a; issue a; 1 pick A001; +3;"
	  "1 pick A002 -> call_pending; A002 is waiting; 1 transfer a; 1 pick A002 -> A002" },
	{ "F3", "one of two services served, the person stays; with the second it is over",
	  "issue a+b; 1 next; 1 start; 1 finish; A001 legs done waiting; 3 next -> A001; 3 start; 3 finish; A001 legs done done; totals 1 2 0; 1 next -> nobody" },
	{ "F3", "a service before its turn is refused", "issue a+b; 3 next -> nobody; 3 pick A001 -> not_allowed; A001 legs waiting later" },
	{ "F4", "a second unfinished ticket of one person is refused, until the first is over or given up",
	  "names a; issue a id7 -> A001; issue a id7 -> already_waiting; issue a id8 -> A002; 1 next -> A001; issue a id7 -> already_waiting; 1 finish;"
	  "issue a id7 -> A003; A003 cancel; issue a id7 -> A004" },

	/* domain.md 16, of calling. */
	{ "16.1", "three windows, two services, twenty tickets, keys on three lines: the order is the rule's, nobody is called twice, the log tells it all",
	  "see tests/system/test_scenarios.py test_16_1_twenty_tickets" },
	{ "16.2", "killed between call and sign: it is shown after the restart", "see tests/system/test_spine.py test_killed_at_any_moment" },
	{ "16.2", "and said no more once it is old", "see tests/system/test_spine.py test_old_calls_are_not_said_again" },
	{ "16.3", "a sign unplugged: calls go on, and when it is back it shows what is now", "see tests/system/test_spine.py test_what_was_missed_is_shown_after_a_reconnect" },
	{ "16.3", "one alarm, and its end", "see tests/system/test_spine.py test_each_is_unplugged_and_plugged_in_again" },
	{ "16.4", "two kiosks in the same millisecond: consecutive numbers", "issue a -> A001; issue a -> A002; issue b -> B001; a waits 2" },
	{ "16.4", "and twenty at once", "see tests/system/test_scenarios.py test_16_4_twenty_at_once" },
	{ "16.5", "two from 09:00 to 10:00: the third is refused, at 10:00:00 the next segment opens",
	  "segment a 09:00 10:00 2; segment a 10:00 11:00 2; issue a; issue a; issue a -> quota_full; at 09:59; issue a -> quota_full; at 10:00;"
	  "issue a -> A003; issue a; issue a -> quota_full" },
	{ "16.5", "and to the instant, with when it opens", "see tests/test_opening.c segments" },
	{ "16.6", "one person, one service, two tickets: refused with the number there is; done, it may be had again",
	  "see tests/test_opening.c one_unfinished_ticket_of_a_person" },
	{ "16.7", "passed: three others, then that one again; passed once more it is given up",
	  "issue a; issue a; issue a; issue a; issue a; 1 next -> A001; 1 pass; 1 next -> A002; 1 finish; 1 next -> A003; 1 finish; 1 next -> A004; 1 finish;"
	  "1 next -> A001; 1 pass; A001 is abandoned; 1 next -> A005; 1 finish; 1 next -> nobody; totals 5 4 1" },
	{ "16.8", "ten ordinary and six elderly people: the elderly have a head start of fifteen minutes, and no more than that",
	  "issue a; issue a; issue a; issue a; issue a; +899.9; issue a elderly; issue a elderly; issue a elderly; +0.2; issue a; issue a; issue a; issue a; issue a;"
	  "issue a elderly; issue a elderly; issue a elderly;"
	  "1 next -> A006; 1 finish; 1 next -> A007; 1 finish; 1 next -> A008; 1 finish; 1 next -> A001; 1 finish; 1 next -> A002; 1 finish;"
	  "1 next -> A003; 1 finish; 1 next -> A004; 1 finish; 1 next -> A005; 1 finish; 1 next -> A014; 1 finish; 1 next -> A015; 1 finish;"
	  "1 next -> A016; 1 finish; 1 next -> A009; 1 finish; 1 next -> A010" },
	{ "16.8", "who has waited for forty minutes, where that is the most, goes before all of them",
	  "policy max_wait_s 2400; issue a; +2401; issue a first; issue a elderly; 1 next -> A001; why max_wait 2401; +3; 1 next -> A002" },
	{ "16.9", "booked for 10:00 to 10:30, here at 09:50: not before somebody else until five minutes before it",
	  "slot a 10:00 10:30 3; book a 10:00 10:30 first -> #1; at 09:50; #1 checkin -> A001; issue a; 1 next -> A002; 1 finish; at 09:55; issue a; 1 next -> A001" },
	{ "16.9", "here at 10:50, it is as any other from then on",
	  "slot a 10:00 10:30 3; book a 10:00 10:30 first -> #1; at 10:49; issue a; +60; #1 checkin -> A002; issue a; 1 next -> A001; 1 finish; 1 next -> A002;"
	  "1 finish; 1 next -> A003" },
	{ "16.10", "transferred with its time it goes by the old one; two legs, one ticket",
	  "issue a; +60; issue b; 1 next -> A001; 1 start; 1 transfer b -> nobody; facts ticket.transferred; A001 legs transferred waiting; b waits 2;"
	  "totals 2 0 0; 3 next -> A001; 3 start; 3 finish; A001 legs transferred done; totals 2 1 0; 3 next -> B001" },
	{ "16.10", "or waits anew", "issue a; +60; issue b; 1 next -> A001; +1; 1 transfer b anew; 3 next -> B001; 3 finish; 3 next -> A001" },
	{ "16.11", "a pause, which next ends", "1 open; 1 pause 1800; 1 is paused; 1 back 09:30; issue a; 1 next -> A001; facts window.resumed ticket.called; 1 is calling" },
	{ "16.11", "and what the sign shows meanwhile", "see tests/system/test_signs.py test_a_pause_that_is_to_end" },
	{ "16.12", "a wait of 65 minutes is one of 65 minutes", "issue a; +3900; 1 next -> A001; why only 3900" },
	{ "16.12", "who still waits when the day is closed has expired, also one that came before midnight",
	  "issue a; +61200; A001 is waiting; close; day 20261125; A001 cancel -> unknown_ticket; totals 1 0 0; a waits 0" },
	{ "16.13", "the clock goes back by ten minutes: the order stays",
	  "issue a; wall -600; issue a; wall 1200; issue a; 1 next -> A001; +3; 1 next -> A002; +3; 1 next -> A003" },
	{ "16.13", "and the day is flagged", "see tests/test_day.c small_steps" },
	{ "16.28", "ten thousand phones read while keys are pressed", "see tests/bench/bench.py phones" },
};

/* Is there this test, of C or Python, in that file? */
static bool
is_there(const char *file, const char *test)
{
	char line[512], c[80], python[80];
	bool there = false;
	FILE *in = fopen(file, "r");

	snprintf(c, sizeof(c), "%s(", test);
	snprintf(python, sizeof(python), "def %s(", test);
	while (in != NULL && !there && fgets(line, sizeof(line), in) != NULL)
		there = strncmp(line, c, strlen(c)) == 0 || strstr(line, python) != NULL;
	if (in != NULL)
		fclose(in);
	return there;
}

static void
each(void **state)
{
	char what[256], file[64], test[64];

	(void)state;
	for (size_t i = 0; i < ROWS(scenarios); i++) {
		snprintf(what, sizeof(what), "%s: %s", scenarios[i].code, scenarios[i].what);
		if (sscanf(scenarios[i].script, "see %63s %63s", file, test) == 2) {
			if (!is_there(file, test))
				fail_msg("%s: %s has no %s", what, file, test);
			continue;
		}
		fixture_open(&f);
		run(what, scenarios[i].script);
	}
}

/* All that peers.md says to take, and of domain.md what concerns calling. */
static void
none_is_missing(void **state)
{
	static const char *const taken[] = {
		"A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "A13", "A14", "A15", "A16", "A17", "A20", "C3", "C4", "C5", "C6", "C7", "C8", "C12",
		"D1", "D2", "D6", "D7", "F2", "F3", "F4", "16.1", "16.2", "16.3", "16.4", "16.5", "16.6", "16.7", "16.8", "16.9", "16.10", "16.11",
		"16.12", "16.13", "16.28",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(taken); i++) {
		bool there = false;

		for (size_t k = 0; k < ROWS(scenarios); k++)
			there = there || strcmp(scenarios[k].code, taken[i]) == 0;
		if (!there)
			fail_msg("%s", taken[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each), cmocka_unit_test(none_is_missing),
	};

	setenv("TZ", "Asia/Shanghai", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
