/* A voice module's queue: what is said when, whatever the module and the hall do meanwhile. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/voice.h"
#include "tests/hall_fixture.h"

#define PART_MS	5400

static struct fixture hall;
static struct texts *texts;
static struct voice voice;
static int64_t start_ms;	/* of the row */
static int64_t wake_ms;		/* as voice_next said last */
static int64_t idle_ms;		/* the module will have spoken */
static int auto_ms;		/* it takes all and speaks so long; -1: the row says what it answers */
static int parts;		/* that an announcement has */
static int part_ms;		/* that a part should take */
static bool skips;		/* nothing is to be said */
static char said_log[1024];		/* "0 A001 1 chime, 5000 A001 1, 9000 ask" */

static void
note(const char *format, ...)
{
	size_t len = strlen(said_log);
	va_list ap;

	len += snprintf(said_log + len, sizeof(said_log) - len, "%s%lld ", len > 0 ? ", " : "",
	    (long long)(hall.now.steady_ms - start_ms));
	va_start(ap, format);
	vsnprintf(said_log + len, sizeof(said_log) - len, format, ap);
	va_end(ap);
}

/* Do what is to be done now. */
static void
run(void)
{
	struct announcement a;
	enum voice_do what;
	int part;

	while ((what = voice_next(&voice, &hall.hall, hall.now.steady_ms, &a, &part, &wake_ms)) != VOICE_WAIT) {
		if (what == VOICE_ASK) {
			note("ask");
			if (auto_ms != -1)
				voice_heard(&voice, idle_ms == INT64_MAX ? VOICE_IDLE : VOICE_BUSY, hall.now.steady_ms);
			continue;
		}
		if (a.window == 0) {
			note("%s%.*s%s", a.sentence, part, "++++", a.chime && part == 0 ? " chime" : "");
			assert_int_equal(a.english, strcmp(a.sentence, "leave") == 0);
		} else
		note("%s %d%.*s%s%s%s", a.number, a.window, part, "++++", a.chime && part == 0 ? " chime" : "",
		    a.english ? " english" : "", a.corrects ? " corrected" : "");
		assert_int_equal(a.window == 0 || a.corrects, a.sentence[0] != '\0');
		if (a.corrects)
			assert_string_equal(a.sentence, texts_get(texts, a.english ? LANG_EN : LANG_ZH, "voice.corrected"));
		if (skips) {
			voice_skip(&voice);
			continue;
		}
		voice_part(&voice, part_ms, part + 1 < parts);
		if (auto_ms == -1)
			continue;
		voice_heard(&voice, VOICE_ACCEPTED, hall.now.steady_ms);
		idle_ms = hall.now.steady_ms + auto_ms;
	}
}

/* Time goes on; whatever is due on the way is done. */
static void
wait_ms(int64_t ms)
{
	int64_t end_ms = hall.now.steady_ms + ms, next_ms;

	for (;;) {
		next_ms = wake_ms < idle_ms ? wake_ms : idle_ms;
		if (next_ms > end_ms)
			break;
		if (next_ms > hall.now.steady_ms)
			fixture_wait(&hall, next_ms - hall.now.steady_ms);
		if (idle_ms <= hall.now.steady_ms) {
			idle_ms = INT64_MAX;
			voice_heard(&voice, VOICE_IDLE, hall.now.steady_ms);
		}
		run();
	}
	fixture_wait(&hall, end_ms - hall.now.steady_ms);
}

static void
command(struct command *cmd)
{
	struct voice_call c;

	strcpy(cmd->actor, "ctl");
	if (fixture_do(&hall, cmd) != OK)
		fail_msg("%s was refused", verbs[cmd->verb].name);
	for (int i = 0; i < hall.change.count; i++) {
		const struct fact *f = &hall.change.fact[i];

		if ((f->kind == TICKET_CALLED || f->kind == TICKET_RECALLED) && voice_call(&c, &hall.hall, f->window))
			voice_add(&voice, &c);
		if (f->kind == TICKET_UNDONE)
			voice_undone(&voice, &hall.hall, f->window, hall.now.steady_ms);
	}
}

static const struct { const char *word; enum voice_answer answer; } answers[] = {
	{ "taken", VOICE_ACCEPTED }, { "refused", VOICE_REFUSED }, { "busy", VOICE_BUSY }, { "idle", VOICE_IDLE },
	{ "ended", VOICE_ENDED }, { "started", VOICE_STARTED }, { "silent", VOICE_NOTHING },
};

static bool
answered(const char *word)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(answers[i].word, word) == 0) {
			voice_heard(&voice, answers[i].answer, hall.now.steady_ms);
			return true;
		}
	return false;
}

/* What was called before is found in the hall as after a restart. */
static void
restart(void)
{
	voice_init(&voice, texts);
	idle_ms = wake_ms = INT64_MAX;
	for (int i = 0; i < hall.layout.window_count; i++)
		voice_resume(&voice, &hall.hall, hall.layout.window[i].no, hall.now.steady_ms);
	voice_reach(&voice, true, hall.now.steady_ms);
}

/*
 * "a" and "en" take a ticket, Chinese and English; "1next" and the like are
 * commands at a window; "500ms" waits; "there", "away" and answers come from
 * the line; "speaks4000" is a module that takes all and speaks so long, "slow"
 * one that is given more time to do so.  From "3parts" on announcements have so
 * many, "unheard" ones of which nothing is heard; "dead1" is said three times at
 * window 1, "seen1" twice; from "hush" on nothing is to be said.  By "night" the
 * day is closed.
 */
static void
happen(const char *word)
{
	char *end;
	int n = strtol(word, &end, 10);

	if (strcmp(word, "a") == 0 || strcmp(word, "en") == 0)
		command(&(struct command){ .verb = DO_ISSUE, .language = strcmp(word, "en") == 0 ? LANG_EN : LANG_ZH });
	else if (strcmp(word, "there") == 0 || strcmp(word, "away") == 0)
		voice_reach(&voice, strcmp(word, "there") == 0, hall.now.steady_ms);
	else if (strcmp(word, "restart") == 0)
		restart();
	else if (strcmp(word, "night") == 0)
		while (hall.hall.day_open)
			command(&(struct command){ .verb = DO_CLOSE_DAY });
	else if (sscanf(word, "leave%d", &n) == 1)
		command(&(struct command){ .verb = DO_CANCEL, .ticket = n });
	else if (strcmp(word, "shout") == 0)
		voice_shout(&voice, "离开", "", hall.now.steady_ms);
	else if (strcmp(word, "shout2") == 0)
		voice_shout(&voice, "离开", "leave", hall.now.steady_ms);
	else if (strcmp(word, "calm") == 0)
		voice_shout(&voice, "", "", hall.now.steady_ms);
	else if (strcmp(word, "slow") == 0)
		part_ms = 180000;
	else if (strcmp(word, "unheard") == 0)
		part_ms = 0;
	else if (strcmp(word, "heard") == 0)
		part_ms = PART_MS;
	else if (strcmp(word, "hush") == 0)
		skips = true;
	else if (sscanf(word, "dead%d", &n) == 1)
		voice_times(&voice, n, VOICE_TIMES + 1);
	else if (sscanf(word, "seen%d", &n) == 1)
		voice_times(&voice, n, VOICE_TIMES);
	else if (strcmp(end, "parts") == 0)
		parts = n;
	else if (sscanf(word, "speaks%d", &auto_ms) == 1 || answered(word))
		;
	else if (strcmp(end, "ms") == 0)
		wait_ms(n);
	else
		command(&(struct command){ .verb = verb_at_window(end), .window = n });
	run();
}

static void
play(const char *words)
{
	char copy[512], *rest = copy, *word;

	fixture_open(&hall);
	for (int no = 11; no <= 20; no++)
		fixture_window(&hall.layout, no, "1");
	hall.layout.policy.recall_gap_s = hall.layout.policy.double_press_s = 0;
	hall.layout.policy.undo_s = 60;
	voice_init(&voice, texts);
	parts = 1;
	part_ms = PART_MS;
	skips = false;
	start_ms = hall.now.steady_ms;
	wake_ms = idle_ms = INT64_MAX;
	auto_ms = -1;
	said_log[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " ")) != NULL)
		happen(word);
}

static const struct { const char *what, *happened, *said; } rows[] = {
	{ "twice, 1 s apart",
	  "speaks4000 there a 1next 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1" },
	{ "in English for who reads that, and for nobody else",
	  "speaks4000 there en a 1next 10000ms 2next 60000ms",
	  "0 ask, 0 A001 1 chime english, 5000 A001 1 english, 10000 A002 2 chime, 15000 A002 2" },
	{ "one after the other, oldest first",
	  "speaks4000 there a a 1next 100ms 2next 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 9000 A002 2 chime, 14000 A002 2" },
	{ "a module that is not there says nothing, and all that is still true when it comes",
	  "speaks4000 a a 1next 2next 3000ms 1pass 3000ms there 60000ms",
	  "6000 ask, 6000 A002 2 chime, 11000 A002 2" },
	{ "what became older than 60 s while it was away is not said",
	  "speaks4000 a a 1next 30000ms 2next 31000ms there 60000ms",
	  "61000 ask, 61000 A002 2 chime" },

	{ "not begun and not true any more: dropped",
	  "speaks4000 there a a 1next 2next 100ms 2pass 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1" },
	{ "passed between the two: not said again",
	  "speaks4000 there a 1next 4500ms 1pass 60000ms",
	  "0 ask, 0 A001 1 chime" },
	{ "passed while it is said: the next one as soon as it has ended",
	  "speaks4000 there a a 1next 2next 2000ms 1pass 60000ms",
	  "0 ask, 0 A001 1 chime, 4000 A002 2 chime, 9000 A002 2" },
	{ "the next ticket at the same window takes the place of the one before",
	  "speaks4000 there a a a 2next 1next 100ms 1pass 1next 60000ms",
	  "0 ask, 0 A001 2 chime, 5000 A001 2, 9000 A003 1 chime, 14000 A003 1" },
	{ "a recall is said like a call",
	  "speaks4000 there a 1next 20000ms 1recall 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 20000 A001 1 chime, 25000 A001 1" },
	{ "a recall of what has not begun is nothing new",
	  "speaks4000 there a a 1next 2next 100ms 2recall 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 9000 A002 2 chime, 14000 A002 2" },

	{ "a crowd: once from when the oldest waits over 15 s, one chime",
	  "speaks4000 there a a a a a 11next 12next 13next 14next 15next 60000ms",
	  "0 ask, 0 A001 11 chime, 5000 A001 11, 9000 A002 12 chime, 14000 A002 12, 18000 A003 13 chime, 22000 A004 14, "
	  "26000 A005 15" },
	{ "a crowd arises while one is said: not again",
	  "slow speaks16000 there a a 1next 2next 60000ms",
	  "0 ask, 0 A001 1 chime, 16000 A002 2 chime" },
	{ "a crowd: first calls before recalls",
	  "slow speaks16000 there a a a 1next 16000ms 17000ms 2next 11next 1recall 12next 40000ms",
	  "0 ask, 0 A001 1 chime, 17000 A001 1, 33000 A002 2 chime, 49000 A003 11 chime, 65000 A001 1" },
	{ "after the crowd: twice again, with a chime",
	  "speaks4000 there a a a a 11next 12next 13next 40000ms 14next 60000ms",
	  "0 ask, 0 A001 11 chime, 5000 A001 11, 9000 A002 12 chime, 14000 A002 12, 18000 A003 13 chime, "
	  "40000 A004 14 chime, 45000 A004 14" },

	{ "the end is what the module says",
	  "there idle a 1next taken 2500ms idle 60000ms",
	  "0 ask, 0 A001 1 chime, 3500 A001 1" },
	{ "it says nothing: asked after 300 ms a character, and every second while it speaks",
	  "there idle a 1next taken 5400ms busy 1000ms busy 1000ms idle 1000ms",
	  "0 ask, 0 A001 1 chime, 5400 ask, 6400 ask, 7400 ask, 8400 A001 1" },
	{ "busy with something else: nothing is sent",
	  "there busy a 1next 500ms 500ms busy 1000ms busy 900ms idle",
	  "0 ask, 1000 ask, 2000 ask, 2900 A001 1 chime" },
	{ "busy for longer than any text takes: it is stuck, and a text frees it",
	  "there busy a 1next 59500ms busy 500ms",
	  "0 ask, 1000 ask, 60000 A001 1 chime" },
	{ "refused: dropped, not sent again",
	  "there idle a a 1next 2next refused taken 2000ms idle 60000ms",
	  "0 ask, 0 A001 1 chime, 0 A002 2 chime, 3000 A002 2" },
	{ "no answer: it was not taken and waits again",
	  "there idle a 1next silent 1000ms there idle taken",
	  "0 ask, 0 A001 1 chime, 1000 ask, 1000 A001 1 chime" },
	{ "taken, then the module is gone: not sent again",
	  "there idle a 1next taken 1000ms away 1000ms there idle 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 ask" },
	{ "taken, and no answer to the question: not sent again",
	  "there idle a 1next taken 5400ms silent there idle 60000ms",
	  "0 ask, 0 A001 1 chime, 5400 ask, 5400 ask" },
	{ "the second time no answer: it was said once",
	  "there idle a 1next taken 2000ms idle 1000ms silent there idle 60000ms",
	  "0 ask, 0 A001 1 chime, 3000 A001 1, 3000 ask" },
	{ "switched on anew while it speaks: cut off, not said again",
	  "there idle a a 1next 2next taken 1000ms started taken 1000ms",
	  "0 ask, 0 A001 1 chime, 1000 A002 2 chime" },
	{ "part after part, each when the one before was spoken; the chime is with the first",
	  "3parts speaks2000 there a a 1next 2next 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1+, 4000 A001 1++, 7000 A001 1, 9000 A001 1+, 11000 A001 1++, "
	  "13000 A002 2 chime, 15000 A002 2+, 17000 A002 2++, 20000 A002 2, 22000 A002 2+, 24000 A002 2++" },
	{ "a part of which nothing is heard is followed at once",
	  "2parts unheard there idle a 1next heard taken taken 2000ms idle unheard 1000ms heard taken taken 2000ms idle 60000ms",
	  "0 ask, 0 A001 1 chime, 0 A001 1+, 3000 A001 1, 3000 A001 1+" },
	{ "between parts it is asked more often, since the gap is heard",
	  "2parts there idle a 1next taken 5400ms busy 200ms busy 200ms idle taken 5400ms busy 1000ms idle",
	  "0 ask, 0 A001 1 chime, 5400 ask, 5600 ask, 5800 ask, 5800 A001 1+, 11200 ask, 12200 ask" },
	{ "half a call is said to its end, though it is passed meanwhile; but once",
	  "3parts speaks2000 there a 1next 1000ms 1pass 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1+, 4000 A001 1++" },
	{ "half a call undone is said to its end, then corrected, in parts too",
	  "2parts speaks2000 there a 1next 1000ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1+, 4000 A001 1 chime corrected, 6000 A001 1+ corrected" },
	{ "a part refused is left out",
	  "3parts there idle a 1next taken 2000ms idle refused taken 2000ms idle 1000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1+, 2000 A001 1++, 5000 A001 1" },
	{ "a part refused after it was taken: there is no such file",
	  "3parts there idle a 1next taken 100ms refused taken 2000ms idle taken 2000ms idle 1000ms",
	  "0 ask, 0 A001 1 chime, 100 A001 1+, 2100 A001 1++, 5100 A001 1" },
	{ "refused before anything was heard of it: dropped",
	  "2parts unheard there idle a 1next heard taken refused 60000ms",
	  "0 ask, 0 A001 1 chime, 0 A001 1+" },
	{ "no answer before anything was heard of it: it waits again",
	  "2parts unheard there idle a 1next taken silent 1000ms there idle heard taken taken",
	  "0 ask, 0 A001 1 chime, 0 A001 1+, 1000 ask, 1000 A001 1 chime, 1000 A001 1+" },
	{ "no answer in the midst of it: not sent again",
	  "2parts there idle a 1next taken 2000ms idle silent 1000ms there idle 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1+, 3000 ask" },
	{ "switched on anew between parts: cut off, not said again",
	  "2parts there idle a a 1next taken 2000ms idle started silent 1000ms there idle 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1+, 3000 ask" },
	{ "the end of a clip, told twice, is one",
	  "3parts there idle a 1next taken 600ms ended taken 50ms ended 550ms ended taken 150ms ended 300ms ended 1000ms taken",
	  "0 ask, 0 A001 1 chime, 600 A001 1+, 1200 A001 1++, 2650 A001 1" },
	{ "the end of a clip that is not told is asked for",
	  "2parts there idle a 1next taken 5400ms idle taken",
	  "0 ask, 0 A001 1 chime, 5400 ask, 5400 A001 1+" },

	{ "where the sign is dead: three times",
	  "speaks4000 there dead1 a a 1next 60000ms 2next 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 10000 A001 1, 60000 A002 2 chime, 65000 A002 2" },
	{ "the sign is found dead, or well again, while it is said",
	  "speaks4000 there a a 1next 8000ms dead1 60000ms dead2 2next 8000ms seen2 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 10000 A001 1, 68000 A002 2 chime, 73000 A002 2" },
	{ "in a crowd once all the same",
	  "slow speaks16000 there dead2 a a 1next 2next 60000ms",
	  "0 ask, 0 A001 1 chime, 16000 A002 2 chime" },
	{ "not to be said: skipped, and nothing is corrected later",
	  "there idle hush a 1next 100ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime" },

	{ "idle without being asked, before anything was taken, means nothing",
	  "there idle a 1next idle idle taken 1000ms",
	  "0 ask, 0 A001 1 chime" },

	{ "undone before it began: not said, and nothing to correct",
	  "speaks4000 there a a 1next 2next 100ms 2undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1" },
	{ "undone while it is said: not said again, and corrected once",
	  "speaks4000 there a 1next 2000ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 4000 A001 1 chime corrected" },
	{ "undone while it is on its way to the module: corrected if that takes it",
	  "there idle a 1next 1undo taken 2000ms idle taken 2000ms idle 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1 chime corrected" },
	{ "undone while it is on its way, and never taken: nobody heard it",
	  "there idle a 1next 1undo silent there idle 60000ms",
	  "0 ask, 0 A001 1 chime, 0 ask" },
	{ "undone after it was said: corrected in the ticket's language",
	  "speaks4000 there en 1next 20000ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime english, 5000 A001 1 english, 20000 A001 1 chime english corrected" },
	{ "a correction that was not taken waits again",
	  "there idle a 1next taken 2000ms 1undo idle silent 1000ms there idle taken 2000ms idle 60000ms",
	  "0 ask, 0 A001 1 chime, 2000 A001 1 chime corrected, 3000 ask, 3000 A001 1 chime corrected" },
	{ "called again before it was corrected: the call alone, since it says where to go",
	  "speaks4000 there a 1next 2000ms 1undo 1000ms 2next 60000ms",
	  "0 ask, 0 A001 1 chime, 4000 A001 2 chime, 9000 A001 2" },
	{ "called by mistake twice, not corrected between: once",
	  "speaks4000 there a 1next 1000ms 1undo 1000ms 1next 1000ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 4000 A001 1 chime corrected" },
	{ "corrected, called and undone again: corrected again",
	  "speaks4000 there a 1next 1000ms 1undo 20000ms 1next 1000ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 4000 A001 1 chime corrected, 21000 A001 1 chime, 25000 A001 1 chime corrected" },
	{ "who was called before is not called again by an undo",
	  "speaks4000 there a a 1next 20000ms 1next 2000ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 20000 A002 1 chime, 24000 A002 1 chime corrected" },
	{ "but is if that call had to give way unsaid",
	  "speaks4000 there a a a 1next 100ms 2next 100ms 2next 100ms 2undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 9000 A002 2 chime, 14000 A002 2" },
	{ "a pass undone: its call had to give way unsaid",
	  "speaks4000 there a a 1next 2next 100ms 2pass 100ms 2undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 9000 A002 2 chime, 14000 A002 2" },
	{ "a pass undone: nothing was said that is not true",
	  "speaks4000 there a 1next 20000ms 1pass 100ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1" },
	{ "a recall undone before it began: not said",
	  "speaks4000 there a a 1next 20000ms 2next 100ms 1recall 100ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 20000 A002 2 chime, 25000 A002 2" },
	{ "a recall undone while it is said: not twice, and nothing to correct, since it still is called there",
	  "speaks4000 there a 1next 20000ms 1recall 2000ms 1undo 10000ms 1pass 100ms 1undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 20000 A001 1 chime" },
	{ "left the queue before it was corrected: nobody waits for that",
	  "speaks4000 there a a 2next 100ms 1next 10000ms 1undo 100ms leave2 60000ms",
	  "0 ask, 0 A001 2 chime, 5000 A001 2, 9000 A002 1 chime" },
	{ "not corrected when it is long ago",
	  "speaks4000 there a 1next 20000ms away 1undo 61000ms there 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 81000 ask" },
	{ "undone on the day after: what was said before the night is no more",
	  "speaks4000 there a a 1next 20000ms 1finish 2next 100ms night 1open 1undo 2open a 2pause 2undo 60000ms",
	  "0 ask, 0 A001 1 chime, 5000 A001 1, 20000 A002 2 chime" },
	{ "a crowd: a correction in its turn, before recalls",
	  "slow speaks16000 there a a a 1next 16000ms 17000ms 2next 11next 1000ms 1recall 1undo 2undo 1recall 60000ms",
	  "0 ask, 0 A001 1 chime, 17000 A001 1, 33000 A002 2 chime, 49000 A003 11 chime, 65000 A002 2 corrected, 81000 A001 1" },

	{ "words for everybody: again and again until they end",
	  "speaks4000 there shout 11000ms calm 60000ms",
	  "0 ask, 0 离开 chime, 6000 离开 chime" },
	{ "in each language in turn, in parts too",
	  "2parts speaks1000 there shout2 7500ms calm 60000ms",
	  "0 ask, 0 离开 chime, 1000 离开+, 4000 leave chime, 5000 leave+" },
	{ "they cut off a call, and calls wait; those that are still true and not old are said afterwards",
	  "speaks4000 there a a 1next 1000ms shout 2next 20000ms calm 60000ms",
	  "0 ask, 0 A001 1 chime, 1000 离开 chime, 7000 离开 chime, 13000 离开 chime, 19000 离开 chime, 23000 A002 2 chime" },
	{ "those that are old are not",
	  "speaks4000 there a a 1next 1000ms shout 2next 62000ms calm 60000ms",
	  "0 ask, 0 A001 1 chime, 1000 离开 chime, 7000 离开 chime, 13000 离开 chime, 19000 离开 chime, 25000 离开 chime, 31000 离开 chime,"
	  " 37000 离开 chime, 43000 离开 chime, 49000 离开 chime, 55000 离开 chime, 61000 离开 chime" },
	{ "other words cut off the first at once; the same do not",
	  "speaks4000 there shout 1000ms shout 1000ms shout2 3000ms calm 60000ms",
	  "0 ask, 0 离开 chime, 2000 离开 chime" },
	{ "refused, or without an answer: tried again",
	  "there idle shout refused 2000ms silent 1000ms there idle taken 1000ms idle 1000ms calm 60000ms",
	  "0 ask, 0 离开 chime, 2000 离开 chime, 3000 ask, 3000 离开 chime" },

	{ "after a restart: a call of the last 60 s once, after asking",
	  "a 1next 30000ms restart speaks4000 idle 60000ms",
	  "30000 ask, 30000 A001 1 chime" },
	{ "after a restart: nothing older",
	  "a 1next 60001ms restart speaks4000 idle 60000ms",
	  "60001 ask" },
	{ "after a restart: oldest first, and only what is still called",
	  "a a a 12next 1000ms 11next 1000ms 13next 1000ms 11pass restart speaks4000 idle 60000ms",
	  "3000 ask, 3000 A001 12 chime, 7000 A003 13 chime" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		play(rows[i].happened);
		if (strcmp(said_log, rows[i].said) != 0)
			fail_msg("%s:\n  said   %s\n  wanted %s", rows[i].what, said_log, rows[i].said);
	}
}

static const struct { const char *what, *happened; int window; enum announced as; } told[] = {
	{ "nobody called",		"there idle",				1, ANNOUNCED_NOTHING },
	{ "the module is away",		"a 1next",				1, ANNOUNCED_NOT_YET },
	{ "the module is busy",		"there busy a 1next",			1, ANNOUNCED_NOT_YET },
	{ "sent, not taken yet",	"there idle a 1next",			1, ANNOUNCED_NOT_YET },
	{ "being said",			"there idle a 1next taken",		1, ANNOUNCED_SPEAKING },
	{ "between the two",		"there idle a 1next taken 2000ms idle",	1, ANNOUNCED_SPEAKING },
	{ "said twice",			"speaks4000 there a 1next 20000ms",	1, ANNOUNCED_DONE },
	{ "called again",		"speaks4000 there a 1next 20000ms away 1recall", 1, ANNOUNCED_NOT_YET },
	{ "behind another one",		"there idle a a 1next 2next taken",	2, ANNOUNCED_NOT_YET },
	{ "refused",			"there idle a 1next refused",		1, ANNOUNCED_FAILED },
	{ "half said",			"2parts there idle a 1next taken 2000ms idle",	1, ANNOUNCED_SPEAKING },
	{ "only the volume is set",	"2parts unheard there idle a 1next taken", 1, ANNOUNCED_NOT_YET },
	{ "a part of it was refused",	"2parts there idle a 1next taken 2000ms idle refused 1000ms taken 2000ms idle refused", 1, ANNOUNCED_FAILED },
	{ "a part was refused, the second time none", "2parts there idle a 1next refused taken 100ms 1recall taken 2000ms idle refused 1000ms taken 2000ms idle taken 2000ms idle", 1, ANNOUNCED_DONE },
	{ "refused the second time",	"there idle a 1next taken 2000ms idle 1000ms refused", 1, ANNOUNCED_DONE },
	{ "cut off in the midst",	"there idle a 1next taken 2000ms away",	1, ANNOUNCED_FAILED },
	{ "switched off in the midst",	"there idle a 1next taken 2000ms started", 1, ANNOUNCED_FAILED },
	{ "cut off the second time",	"there idle a 1next taken 2000ms idle 1000ms taken away", 1, ANNOUNCED_DONE },
	{ "not to be said",		"there idle hush a 1next",		1, ANNOUNCED_NOTHING },
	{ "not to be said once more",	"there idle a 1next taken 2000ms idle hush 1000ms", 1, ANNOUNCED_DONE },
	{ "not to be said, when the call before was", "speaks4000 there a 1next 20000ms hush 1recall", 1, ANNOUNCED_NOTHING },
	{ "away for too long",		"speaks4000 a 1next 61000ms there",	1, ANNOUNCED_FAILED },
	{ "called long before a restart", "a 1next 61000ms restart",		1, ANNOUNCED_DONE },
	{ "called just before a restart", "a 1next 5000ms restart",		1, ANNOUNCED_NOT_YET },
	{ "the next at the same window", "there idle a a 1next taken 1pass 1next", 1, ANNOUNCED_NOT_YET },
	{ "a correction for another ticket is not its own", "speaks4000 there a a 1next 20000ms 1next 2000ms 1undo", 1, ANNOUNCED_DONE },
	{ "nor while that is said",	"speaks4000 there a a 1next 20000ms 1next 2000ms 1undo 3000ms", 1, ANNOUNCED_DONE },
};

static void
test_told(void **state)
{
	enum announced as;

	(void)state;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		play(told[i].happened);
		if ((as = voice_announced(&voice, &hall.hall, told[i].window)) != told[i].as)
			fail_msg("%s: %s, not %s", told[i].what, announced_name(as), announced_name(told[i].as));
	}
}

/* Every window of a large hall calls at once: each is said, once, in order. */
static void
all_windows_at_once(void **state)
{
	char want[32];
	int said = 0;

	(void)state;
	play("speaks0 there");
	for (int no = 100; no < 100 + WINDOWS_MAX - 20; no++) {
		fixture_window(&hall.layout, no, "1");
		command(&(struct command){ .verb = DO_ISSUE });
		command(&(struct command){ .verb = DO_NEXT, .window = no });
	}
	assert_int_equal(voice.count, WINDOWS_MAX - 20);
	fixture_wait(&hall, VOICE_CROWDED_MS + 1);
	for (int i = 1; voice.count > 0; i++, said++) {
		struct announcement a;
		int part;

		assert_int_equal(voice_next(&voice, &hall.hall, hall.now.steady_ms, &a, &part, &wake_ms), VOICE_SAY);
		voice_part(&voice, PART_MS, false);
		snprintf(want, sizeof(want), "A%03d", i);
		assert_string_equal(a.number, want);
		assert_int_equal(a.chime, i == 1);
		voice_heard(&voice, VOICE_ACCEPTED, hall.now.steady_ms);
		voice_heard(&voice, VOICE_IDLE, hall.now.steady_ms);
	}
	assert_int_equal(said, WINDOWS_MAX - 20);
}

static int
open_texts(void **state)
{
	char error[256] = "";

	(void)state;
	if ((texts = texts_open("display/text", error, sizeof(error))) == NULL)
		fail_msg("%s", error);
	return 0;
}

static int
close_texts(void **state)
{
	(void)state;
	texts_free(texts);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_told),
		cmocka_unit_test(all_windows_at_once),
	};

	return cmocka_run_group_tests(tests, open_texts, close_texts);
}
